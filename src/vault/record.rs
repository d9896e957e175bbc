//! What is kept of a connection. All of it is sealed, tokens and the rest alike.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cipher::Binding;
use super::credential::Credential;
use super::history::{self, Event};
use crate::owner::Owner;
use crate::providers::Account;

/// The form that is written now. A field that older programs may leave out has a default and needs no new
/// number, so that two neighbouring versions run side by side.
const FORMAT: u8 = 1;

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
    /// Whether the provider has refused the access token before its time.
    #[serde(default)]
    pub rejected: bool,
    /// The refresh that was begun last, while what came of it is not known.
    #[serde(default)]
    pub attempt: Option<Attempt>,
    /// Why access ended, where it has.
    #[serde(default)]
    pub ended: Option<Ended>,
    /// When somebody last asked the provider whether the tokens work.
    #[serde(default)]
    pub checked_at: Option<Timestamp>,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
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
    /// How many of them said that the refresh token was just used.
    #[serde(default)]
    pub conflicts: u32,
    /// Whether the provider itself wants this pause.
    #[serde(default)]
    pub named: bool,
}

/// A refresh that was begun. It is written down before the provider is asked: whoever finds it later, after a
/// crash or an answer that never came, knows that the refresh token may have been spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its name, also in the log.
    pub id: String,
    /// When it was begun.
    pub at: Timestamp,
    /// Whether it has ended without telling what became of the token, or an earlier one did.
    pub in_doubt: bool,
    /// Whether it may still be under way.
    pub open: bool,
}

/// Why access ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The provider says that the refresh token is good no more.
    Withdrawn,
    /// The same, after a refresh whose answer never arrived: the tokens in it are lost.
    Lost,
    /// The provider refuses even fresh tokens.
    Refused,
    /// The token has ended, and there is nothing to renew it with.
    Unrenewable,
}

/// What went wrong last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LastError {
    /// When.
    pub at: Timestamp,
    /// What, for people; never a token.
    pub text: String,
    /// Under which name the log has it.
    #[serde(default)]
    pub id: String,
    /// The provider's own id of it, for its support.
    #[serde(default)]
    pub reference: Option<String>,
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
            rejected: false,
            attempt: None,
            ended: None,
            checked_at: None,
            last_error: None,
            history: Vec::new(),
        };
        connection.state = connection.good_state();
        connection
    }

    /// Puts what happened to the connection before, to the same account, behind what happened to this one.
    pub fn continue_history(&mut self, before: Self) {
        history::continue_with(&mut self.history, before.history);
    }

    /// The state it is in when nothing is wrong.
    pub fn good_state(&self) -> State {
        if self.missing.is_empty() {
            State::Connected
        } else {
            State::Limited
        }
    }

    /// Takes these for the permissions that it lacks. That limits a connection which works, and says nothing of one
    /// that does not.
    pub fn lacks(&mut self, missing: Vec<String>) {
        self.missing = missing;
        if matches!(self.state, State::Connected | State::Limited) {
            self.state = self.good_state();
        }
    }

    /// Whether its token works, as far as is known.
    pub(super) fn works(&self, now: Timestamp) -> bool {
        self.credential.is_alive(now) && !self.rejected
    }

    /// Whether a refresh is called for as soon as it may be tried, whatever is left of the token's time: it was
    /// refused, or may have died with an answer that was lost.
    pub(super) fn is_pressing(&self, now: Timestamp) -> bool {
        let in_doubt = self
            .attempt
            .as_ref()
            .is_some_and(|it| it.in_doubt && !it.open);
        in_doubt || !self.works(now)
    }

    /// Whether the provider has refused its refresh token for good: it is of no use to anybody else either.
    pub(super) fn is_spent(&self) -> bool {
        self.state == State::ActionNeeded && self.ended != Some(Ended::Refused)
    }

    /// Whether it lives by a grant of which these are tokens, older or newer ones.
    pub(super) fn uses(&self, tokens: &Credential) -> bool {
        let own = &self.credential;
        !self.is_spent() && (own.descends_from(tokens.id()) || tokens.descends_from(own.id()))
    }

    /// Whether this program knows the form that it was written in.
    pub fn is_known(&self) -> bool {
        self.format <= FORMAT
    }

    /// Adds an event, and drops the oldest ones beyond what is kept.
    pub fn note(&mut self, at: Timestamp, text: impl Into<String>) {
        history::note(&mut self.history, at, text.into());
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
        connection.is_known().then_some(connection)
    }
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn tokens_survive_the_record_and_never_print() {
        let mut connection = Connection::sample();
        connection.credential.access = "access-token".into();
        connection.credential.refresh = Some("refresh-token".into());
        connection.credential.expires_at = Timestamp::from_second(1_800).ok();
        let printed = format!("{connection:?}");
        assert!(!printed.contains("access-token") && !printed.contains("refresh-token"));
        let read = Connection::decode(&connection.encode().expect("bytes")).expect("a record");
        assert_eq!(read.credential.access.expose_secret(), "access-token");
        assert_eq!(read.credential.expires_at, connection.credential.expires_at);
    }

    #[test]
    fn a_newer_form_is_not_guessed_at() {
        let mut connection = Connection::sample();
        connection.format = FORMAT + 1;
        assert!(Connection::decode(&connection.encode().expect("bytes")).is_none());
    }
}
