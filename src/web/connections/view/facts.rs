//! What stands beside a connection's items.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::health::by_name;
use crate::connections::Overview;
use crate::vault::{Connection, Event, LastError, State};
use crate::web::words::{When, number, shortened, span};

/// Facts and events longer than this many characters are cut.
pub(super) const LONGEST_FACT: usize = 200;

/// Something that happened.
pub struct Happened {
    pub when: When,
    pub text: String,
    /// How often in a row, where that was more than once.
    pub times: Option<String>,
}

impl Happened {
    fn new(event: &Event, name: &str, now: Timestamp) -> Self {
        Self {
            when: When::new(event.at, now),
            text: shortened(&by_name(&event.text, name), LONGEST_FACT),
            times: (event.times > 1).then(|| number(event.times.into())),
        }
    }
}

/// What went wrong last.
pub struct Wrong {
    pub when: When,
    pub text: String,
    /// Its name in our log.
    pub id: String,
    /// Its name at the provider.
    pub reference: Option<String>,
}

impl Wrong {
    fn new(error: &LastError, name: &str, now: Timestamp) -> Self {
        Self {
            when: When::new(error.at, now),
            text: shortened(&by_name(&error.text, name), LONGEST_FACT),
            id: error.id.clone(),
            reference: error.reference.clone(),
        }
    }
}

/// When the token is renewed next.
pub enum Renewal {
    /// Before anybody asks, at about this time.
    Planned(When),
    /// When somebody next uses the connection.
    AtUse,
    /// When the provider does not take it any more.
    AtRefusal,
    /// Once more at this time: it failed.
    Again(When),
    /// There is nothing to renew it with.
    Impossible,
    /// Access has ended.
    Over,
}

impl Renewal {
    fn of(overview: &Overview, connection: &Connection, now: Timestamp) -> Self {
        let credential = &connection.credential;
        let coming = |at: Option<Timestamp>| {
            let coming = at.filter(|at| *at > now);
            coming.map(|at| When::new(at, now))
        };
        if connection.state == State::ActionNeeded {
            return Self::Over;
        }
        if credential.refresh.is_none() {
            return Self::Impossible;
        }
        if let Some(again) = coming(connection.retry.map(|retry| retry.at)) {
            return Self::Again(again);
        }
        match (credential.expires_at, coming(overview.renewal)) {
            (None, _) => Self::AtRefusal,
            (Some(_), Some(planned)) => Self::Planned(planned),
            (Some(_), None) => Self::AtUse,
        }
    }
}

/// The column of facts beside a connection's items.
pub struct Facts {
    pub account: Vec<(String, String)>,
    pub connected: When,
    pub by: String,
    pub expires: Option<When>,
    /// Whether that is over.
    pub expired: bool,
    /// Whether the provider does not take it, whatever it said of its end.
    pub refused: bool,
    /// Whether tokens of the provider have an end at all.
    pub tokens_expire: bool,
    pub renewal: Renewal,
    /// Whether the person may have it renewed now.
    pub renewable: bool,
    /// After how long without use the provider ends the access.
    pub dies_unused_after: Option<String>,
    pub refreshed: Option<When>,
    pub used: Option<When>,
    pub checked: Option<When>,
    pub last_error: Option<Wrong>,
    pub history: Vec<Happened>,
    pub apps_url: &'static str,
}

impl Facts {
    pub fn new(overview: &Overview, by: &str, now: Timestamp) -> Option<Self> {
        let stored = overview.stored.as_ref()?;
        let (connection, profile) = (&stored.connection, overview.profile);
        let (tokens, expires_at) = (&profile.oauth.tokens, connection.credential.expires_at);
        let when = |at: Timestamp| When::new(at, now);
        let renewal = Renewal::of(overview, connection, now);
        Some(Self {
            account: account(connection),
            connected: when(connection.connected_at),
            by: by.to_owned(),
            expires: expires_at.map(when),
            expired: expires_at.is_some_and(|expiry| expiry <= now),
            refused: matches!(connection.state, State::ActionNeeded | State::Retrying),
            tokens_expire: tokens.expires,
            renewable: overview.configured
                && !matches!(renewal, Renewal::Over | Renewal::Impossible),
            renewal,
            dies_unused_after: tokens.dies_unused_after.map(words),
            refreshed: connection.refreshed_at.map(when),
            used: stored.used_at.map(when),
            checked: connection.checked_at.map(when),
            last_error: connection
                .last_error
                .as_ref()
                .map(|error| Wrong::new(error, profile.name, now)),
            history: history(overview, connection)
                .map(|event| Happened::new(event, profile.name, now))
                .collect(),
            apps_url: profile.apps_url,
        })
    }
}

/// What happened to the connection and what programs read of it, newest first.
fn history<'a>(
    overview: &'a Overview,
    connection: &'a Connection,
) -> impl Iterator<Item = &'a Event> {
    let mut all: Vec<&Event> = connection.history.iter().chain(&overview.reads).collect();
    all.sort_by_key(|event| std::cmp::Reverse(event.at));
    all.into_iter()
}

/// Who the connection is; what only says the name once more is left out.
fn account(connection: &Connection) -> Vec<(String, String)> {
    let account = &connection.account;
    let name = ("Connected as".to_owned(), account.name.clone());
    let others = account
        .facts
        .iter()
        .filter(|(_, value)| *value != account.name);
    let all = [name].into_iter().chain(others.cloned());
    all.map(|(label, value)| (label, shortened(&value, LONGEST_FACT)))
        .collect()
}

fn words(time: Duration) -> String {
    span(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
}
