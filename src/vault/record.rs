//! What is kept of a connection. All of it is sealed, tokens and the rest alike.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cipher::Binding;
use crate::outbound::oauth::Grant;
use crate::owner::Owner;
use crate::providers::Account;

/// The form that is written now. Older ones are upgraded when they are read.
const FORMAT: u8 = 1;
/// Events kept with a connection.
const HISTORY: usize = 30;

/// An (org, user)'s link to one provider account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connection {
    format: u8,
    /// Who it is at the provider.
    pub account: Account,
    /// Its tokens.
    pub credential: Credential,
    /// The permissions that were granted.
    pub scopes: Vec<String>,
    /// The permissions that were asked for and not granted.
    pub missing: Vec<String>,
    /// How it is.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// When the person connected, or last reconnected.
    pub connected_at: Timestamp,
    /// When its token was last refreshed.
    pub refreshed_at: Option<Timestamp>,
    /// While refreshes fail for a passing reason: when the next one may be tried, and how many failed.
    pub retry: Option<Retry>,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
}

/// The tokens. Prints without them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// The access token.
    #[serde(serialize_with = "expose", deserialize_with = "conceal")]
    pub access: SecretString,
    /// The refresh token, where the provider gives one.
    #[serde(serialize_with = "expose_some", deserialize_with = "conceal_some")]
    pub refresh: Option<SecretString>,
    /// When the access token was given.
    pub issued_at: Timestamp,
    /// When it dies; `None` where the provider names no expiry.
    pub expires_at: Option<Timestamp>,
}

/// The states of a connection: a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All is well.
    Connected,
    /// A needed permission was not granted.
    Limited,
    /// Refresh fails for a passing reason.
    Retrying,
    /// Access was withdrawn: the person must reconnect.
    ActionNeeded,
    /// The operator's fault: client id, secret, redirect URI.
    Misconfigured,
}

impl State {
    /// Its name in pages, API and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Limited => "limited",
            Self::Retrying => "retrying",
            Self::ActionNeeded => "action_needed",
            Self::Misconfigured => "misconfigured",
        }
    }
}

/// A refresh that failed and will be tried again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Retry {
    /// Not before this moment.
    pub at: Timestamp,
    /// Failures in a row.
    pub failures: u32,
}

/// What went wrong last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LastError {
    /// When.
    pub at: Timestamp,
    /// What, for people; never a token.
    pub text: String,
}

/// Something that happened to a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What, for people.
    pub text: String,
}

impl Connection {
    /// A connection that was just made: the permissions granted, and those asked for and not granted.
    pub fn new(
        account: Account,
        credential: Credential,
        scopes: Vec<String>,
        missing: Vec<String>,
        now: Timestamp,
    ) -> Self {
        let mut connection = Self {
            format: FORMAT,
            account,
            credential,
            scopes,
            missing,
            state: State::Connected,
            state_since: now,
            connected_at: now,
            refreshed_at: None,
            retry: None,
            last_error: None,
            history: Vec::new(),
        };
        connection.state = connection.good_state();
        connection
    }

    /// Puts what happened to the connection before, to the same account, behind what happened to this one.
    pub fn continue_history(&mut self, before: Self) {
        self.history.extend(before.history);
        self.history.truncate(HISTORY);
    }

    /// The state it is in when nothing is wrong.
    pub fn good_state(&self) -> State {
        if self.missing.is_empty() {
            State::Connected
        } else {
            State::Limited
        }
    }

    /// Adds an event, and drops the oldest ones beyond what is kept.
    pub fn note(&mut self, at: Timestamp, text: impl Into<String>) {
        self.history.insert(
            0,
            Event {
                at,
                text: text.into(),
            },
        );
        self.history.truncate(HISTORY);
    }

    /// Changes the state, if it is another one, and notes why.
    pub fn enter(&mut self, state: State, now: Timestamp, why: &str) {
        if self.state != state {
            self.state = state;
            self.state_since = now;
            self.note(now, why);
        }
    }

    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let connection: Self = serde_json::from_slice(bytes).ok()?;
        (connection.format <= FORMAT).then_some(connection)
    }
}

impl Credential {
    /// The tokens of a grant. Where it has no refresh token, `old` stays good.
    pub fn from_grant(grant: &Grant, old: Option<&SecretString>, now: Timestamp) -> Self {
        Self {
            access: grant.access.clone(),
            refresh: grant.refresh.clone().or_else(|| old.cloned()),
            issued_at: now,
            expires_at: grant.expires_in.and_then(|life| after(now, life)),
        }
    }

    /// Whether the access token has not expired.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expiry| now < expiry)
    }

    /// The moment from which the token is to be refreshed: its expiry less `margin`, or less a tenth of its
    /// life if that is shorter. `None` where it has no expiry.
    pub fn refresh_at(&self, margin: Duration) -> Option<Timestamp> {
        let expires = self.expires_at?;
        let life = self.issued_at.duration_until(expires).unsigned_abs();
        before(expires, margin.min(life / 10))
    }
}

fn after(moment: Timestamp, time: Duration) -> Option<Timestamp> {
    moment
        .checked_add(jiff::SignedDuration::try_from(time).ok()?)
        .ok()
}

fn before(moment: Timestamp, time: Duration) -> Option<Timestamp> {
    moment
        .checked_sub(jiff::SignedDuration::try_from(time).ok()?)
        .ok()
}

/// What a connection's record is bound to.
pub(super) struct Bound<'a>([&'a str; 3]);

pub(super) fn binding<'a>(owner: &'a Owner, provider: &'a str) -> Bound<'a> {
    Bound([&owner.org, &owner.user, provider])
}

impl Bound<'_> {
    pub(super) fn as_ref(&self) -> Binding<'_> {
        Binding {
            purpose: "connection",
            parts: &self.0,
        }
    }
}

fn expose<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose_secret())
}

fn conceal<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

fn expose_some<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret
        .as_ref()
        .map(ExposeSecret::expose_secret)
        .serialize(to)
}

fn conceal_some<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(life: i64) -> Credential {
        Credential {
            access: "access-token".into(),
            refresh: Some("refresh-token".into()),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::from_second(life).ok(),
        }
    }

    #[test]
    fn the_margin_is_at_most_a_tenth_of_the_life() {
        let margin = Duration::from_secs(300);
        let at = |life| {
            credential(life)
                .refresh_at(margin)
                .map(Timestamp::as_second)
        };
        assert_eq!(at(36_000), Some(36_000 - 300));
        assert_eq!(at(1_800), Some(1_800 - 180));
        assert_eq!(at(10), Some(9));
        let endless = Credential {
            expires_at: None,
            ..credential(1)
        };
        assert_eq!(endless.refresh_at(margin), None);
    }

    #[test]
    fn tokens_survive_the_record_and_never_print() {
        let now = Timestamp::UNIX_EPOCH;
        let connection = Connection::new(Account::default(), credential(1800), vec![], vec![], now);
        let printed = format!("{connection:?}");
        assert!(!printed.contains("access-token") && !printed.contains("refresh-token"));
        let read = Connection::decode(&connection.encode().expect("bytes")).expect("a record");
        assert_eq!(read.credential.access.expose_secret(), "access-token");
        assert_eq!(read.credential.expires_at, connection.credential.expires_at);
    }

    #[test]
    fn a_newer_form_is_not_guessed_at() {
        let now = Timestamp::UNIX_EPOCH;
        let mut connection =
            Connection::new(Account::default(), credential(1800), vec![], vec![], now);
        connection.format = FORMAT + 1;
        assert!(Connection::decode(&connection.encode().expect("bytes")).is_none());
    }
}
