//! What stands beside a connection's items, and above them when something is the matter.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Banner;
use crate::connections::Overview;
use crate::vault::State;
use crate::web::words::{When, shortened, span};

/// Facts and events longer than this many characters are cut.
pub(super) const LONGEST_FACT: usize = 200;

/// Something that happened.
pub struct Happened {
    pub when: When,
    pub text: String,
}

/// The column of facts beside a connection's items.
pub struct Facts {
    pub account: Vec<(String, String)>,
    pub connected: When,
    pub by: String,
    pub expires: Option<When>,
    /// Whether tokens of the provider have an end at all.
    pub tokens_expire: bool,
    /// Whether there is something to renew them with.
    pub renewable: bool,
    /// After how long without use the provider ends the access.
    pub dies_unused_after: Option<String>,
    pub refreshed: Option<When>,
    pub used: Option<When>,
    pub last_error: Option<Happened>,
    pub history: Vec<Happened>,
    pub apps_url: &'static str,
}

impl Facts {
    pub fn new(overview: &Overview, by: &str, now: Timestamp) -> Option<Self> {
        let stored = overview.stored.as_ref()?;
        let connection = &stored.connection;
        let tokens = &overview.profile.oauth.tokens;
        let when = |at: Timestamp| When::new(at, now);
        Some(Self {
            account: connection
                .account
                .facts
                .iter()
                .map(|(label, value)| (label.clone(), shortened(value, LONGEST_FACT)))
                .collect(),
            connected: when(connection.connected_at),
            by: by.to_owned(),
            expires: connection.credential.expires_at.map(when),
            tokens_expire: tokens.expires,
            renewable: connection.credential.refresh.is_some(),
            dies_unused_after: tokens.dies_unused_after.map(words),
            refreshed: connection.refreshed_at.map(when),
            used: stored.used_at.map(when),
            last_error: connection.last_error.as_ref().map(|error| Happened {
                when: when(error.at),
                text: error.text.clone(),
            }),
            history: connection
                .history
                .iter()
                .map(|event| Happened {
                    when: when(event.at),
                    text: shortened(&event.text, LONGEST_FACT),
                })
                .collect(),
            apps_url: overview.profile.apps_url,
        })
    }
}

fn words(time: Duration) -> String {
    span(SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX))
}

/// What must be said above everything else about a connection.
pub fn state_banner(overview: &Overview, now: Timestamp) -> Option<Banner> {
    let name = overview.profile.name;
    if overview.unreadable {
        return Some(Banner {
            tone: "danger",
            title: "The stored credential cannot be read".to_owned(),
            text: "Its encryption key is not in this Patchbay's key ring. The operator can put the key back; or reconnect, which replaces it.".to_owned(),
        });
    }
    let connection = &overview.stored.as_ref()?.connection;
    let since = When::new(connection.state_since, now);
    let banner = |tone, title: String, text: String| Some(Banner { tone, title, text });
    match connection.state {
        State::Connected => None,
        State::Limited => {
            let words: Vec<&str> = connection
                .missing
                .iter()
                .map(|scope| overview.profile.words_of(scope))
                .collect();
            banner(
                "warn",
                format!("Some permissions were not granted: {}", words.join("; ")),
                format!(
                    "What they are for is left out. Reconnect and allow them at {name} if you want it."
                ),
            )
        }
        State::Retrying => {
            let next = connection.retry.map(|retry| When::new(retry.at, now).words);
            banner(
                "warn",
                format!("{name} is not answering"),
                format!(
                    "A fresh token could not be had since {}; next try {}. Loaded items stay readable.",
                    since.words,
                    next.unwrap_or_else(|| "soon".to_owned())
                ),
            )
        }
        State::ActionNeeded => banner(
            "danger",
            format!("Access was withdrawn at {name} ({})", since.words),
            "Reconnect to go on. What was loaded before stays readable.".to_owned(),
        ),
        State::Misconfigured => banner(
            "danger",
            format!("{name} does not accept this Patchbay's client id or secret"),
            "That is for the operator to mend. What was loaded before stays readable.".to_owned(),
        ),
    }
}
