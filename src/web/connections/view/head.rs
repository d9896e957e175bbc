//! A provider on a card or at the head of its page.

use jiff::Timestamp;

use super::health::{Trouble, WayOn};
use crate::connections::Overview;
use crate::load::{Load, Status};
use crate::providers::{Profile, Registry, Stream};
use crate::web::words::{When, listed, number, shortened};

/// Names of accounts longer than this many characters are cut.
pub const LONGEST_ACCOUNT: usize = 80;

/// The state chip: a glyph, a word, and the state's name for programs.
pub struct Chip {
    /// `data-state`.
    pub state: &'static str,
    /// Its colour: `ok`, `warn`, `danger` or `quiet`.
    pub tone: &'static str,
    /// The glyph.
    pub glyph: &'static str,
    /// The word.
    pub word: &'static str,
}

impl Chip {
    /// The chip of a state, by its name.
    pub fn of(state: &'static str) -> Self {
        let (tone, glyph, word) = match state {
            "connected" => ("ok", "●", "Connected"),
            "limited" => ("warn", "▲", "Limited"),
            "retrying" => ("warn", "↻", "Retrying"),
            "action_needed" => ("danger", "!", "Reconnect"),
            "misconfigured" => ("danger", "⚙", "Misconfigured"),
            "not_configured" => ("quiet", "○", "Not configured"),
            _ => ("quiet", "○", "Not connected"),
        };
        Self {
            state,
            tone,
            glyph,
            word,
        }
    }
}

/// A permission and whether it was granted.
pub struct Permission {
    pub words: &'static str,
    pub id: &'static str,
    pub granted: bool,
}

/// A stream that the load form offers.
pub struct StreamChoice {
    pub id: &'static str,
    pub title: &'static str,
    /// Whether the next load brings it unless somebody chooses otherwise.
    pub wanted: bool,
    /// What it would need and was not granted, in words.
    pub lacks: Option<&'static str>,
    pub hint: Option<&'static str>,
}

/// A provider on a card or at the head of its page.
pub struct Head {
    pub id: &'static str,
    pub name: &'static str,
    /// The letter in the provider's mark.
    pub initial: char,
    pub chip: Chip,
    pub configured: bool,
    pub connected: bool,
    /// Whether its credential can be read, so that there is something to load with.
    pub readable: bool,
    /// What is the matter, if anything is.
    pub trouble: Option<Trouble>,
    pub permissions: Vec<Permission>,
    /// What people choose at the provider beside permissions.
    pub choice: Option<&'static str>,
    pub streams: Vec<StreamChoice>,
    /// Whether it has contacts to work on.
    pub has_contacts: bool,
    /// What a load can bring, in words: 'contacts, companies and deals'.
    pub brings: String,
    /// Why there may be nothing, and what to do.
    pub when_empty: &'static str,
    pub account: String,
    /// Another account that waits to be chosen.
    pub other: Option<String>,
    /// How many items there are, if anything was loaded.
    pub items: Option<String>,
    /// Whether a limit has cut them.
    pub cut: bool,
    /// Whether some are missing for another reason.
    pub partial: bool,
    pub loaded: Option<When>,
    pub used: Option<When>,
    pub redirect_uri: String,
    pub env_prefix: String,
    /// Whether the provider knows apps without a secret.
    pub secret_optional: bool,
    pub developer_url: &'static str,
}

impl Head {
    pub fn new(overview: &Overview, redirect_uri: String, now: Timestamp) -> Self {
        let profile = overview.profile;
        let connection = overview.stored.as_ref().map(|stored| &stored.connection);
        let permissions = profile.scopes.iter().map(|scope| Permission {
            words: scope.words,
            id: scope.id,
            granted: connection.is_none_or(|connection| {
                connection.scopes.iter().any(|granted| granted == scope.id)
            }),
        });
        Self {
            id: profile.id,
            name: profile.name,
            initial: profile.name.chars().next().unwrap_or('?'),
            chip: Chip::of(overview.state()),
            configured: overview.configured,
            connected: connection.is_some() || overview.unreadable.is_some(),
            readable: connection.is_some(),
            trouble: Trouble::of(overview, &redirect_uri, now),
            permissions: permissions.collect(),
            choice: profile.choice,
            streams: streams(overview),
            has_contacts: Registry
                .get(profile.id)
                .is_some_and(|provider| provider.contacts().is_some()),
            brings: brings(profile),
            when_empty: profile.when_empty,
            account: connection
                .map(|connection| shortened(&connection.account.name, LONGEST_ACCOUNT))
                .unwrap_or_default(),
            other: overview
                .other
                .as_ref()
                .map(|other| shortened(&other.name, LONGEST_ACCOUNT)),
            items: overview.snapshot.as_ref().map(|load| number(load.items())),
            cut: overview.snapshot.as_ref().is_some_and(Load::is_cut),
            partial: overview
                .snapshot
                .as_ref()
                .is_some_and(|load| load.status == Status::Partial),
            loaded: overview
                .snapshot
                .as_ref()
                .and_then(|load| load.ended_at)
                .map(|at| When::new(at, now)),
            used: overview
                .stored
                .as_ref()
                .and_then(|stored| stored.used_at)
                .map(|at| When::new(at, now)),
            redirect_uri,
            env_prefix: profile.id.to_uppercase(),
            secret_optional: profile.oauth.secret_optional,
            developer_url: profile.developer_url,
        }
    }
}

impl Head {
    /// Whether the way on is to reconnect.
    pub fn asks_to_reconnect(&self) -> bool {
        self.way_on() == WayOn::Reconnect
    }

    /// Whether the way on is to have the token renewed.
    pub fn asks_to_refresh(&self) -> bool {
        self.way_on() == WayOn::Refresh
    }

    /// Whether it is for the operator to mend.
    pub fn misconfigured(&self) -> bool {
        let trouble = self.trouble.as_ref();
        trouble.is_some_and(|trouble| !trouble.look_at.is_empty())
    }

    fn way_on(&self) -> WayOn {
        let trouble = self.trouble.as_ref();
        trouble.map_or(WayOn::None, |trouble| trouble.way_on)
    }
}

fn streams(overview: &Overview) -> Vec<StreamChoice> {
    let stored = overview.stored.as_ref();
    let lacks = |stream: &Stream| stream.lacks(&stored?.connection.scopes);
    let streams = overview.profile.streams.iter();
    let choices = streams.map(|stream| StreamChoice {
        id: stream.id,
        title: stream.title,
        wanted: overview.wanted.iter().any(|one| one.id == stream.id),
        lacks: lacks(stream).map(|scope| overview.profile.words_of(scope)),
        hint: stream.hint,
    });
    choices.collect()
}

fn brings(profile: &Profile) -> String {
    let titles = profile
        .streams
        .iter()
        .map(|stream| stream.title.to_lowercase());
    let titles: Vec<String> = titles.collect();
    listed(&titles.iter().map(String::as_str).collect::<Vec<_>>())
}
