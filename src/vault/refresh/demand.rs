//! What a caller wants of a token, and whether a refresh is called for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use crate::clock::Clock;

use super::super::credential::Credential;
use super::super::record::{Attempt, Connection, Ended, State};
use super::Token;
use super::outcome::LONGEST_PAUSE;
use super::procedure::Need;

/// So long after it was begun a refresh may still be under way, in a process that is slow. Longer than a call
/// to a token endpoint can take.
pub(super) const UNDER_WAY: SignedDuration = SignedDuration::from_secs(30);
/// A person who insists is let through no sooner than this after the try before.
const INSISTING: SignedDuration = SignedDuration::from_secs(5);

/// Which token is wanted.
#[derive(Clone, Debug)]
pub(in crate::vault) enum Demand {
    /// One that is not about to expire.
    Usual,
    /// Another than this one, which the provider rejected.
    Another(SecretString),
    /// A newer one than this, which may well work.
    Newer { than: SecretString, insist: bool },
}

impl Demand {
    /// Whether a refresh is called for, and may be tried.
    fn refresh(&self, connection: &Connection, margin: Duration, now: Timestamp) -> bool {
        let credential = &connection.credential;
        let lost = connection.state == State::ActionNeeded;
        let spare = credential.refresh.is_none() && self.works(connection, now);
        let due = match self {
            Self::Usual => credential.refresh_at(margin).is_some_and(|due| due <= now),
            Self::Another(token) | Self::Newer { than: token, .. } => is(credential, token),
        };
        let due = due || connection.is_pressing(now);
        due && !lost && !spare && self.may_try(connection, now)
    }

    /// What the record calls for.
    pub(super) fn need(&self, connection: &Connection, margin: Duration, clock: &Clock) -> Need {
        let now = clock.now();
        let another_may_have = matches!(
            connection.ended,
            None | Some(Ended::Withdrawn | Ended::Lost)
        );
        if connection.state == State::ActionNeeded && another_may_have {
            Need::Newer
        } else if !self.refresh(connection, margin, now) {
            Need::Nothing
        } else if is_under_way(connection.attempt.as_ref(), clock) {
            Need::Underway
        } else {
            Need::Refresh
        }
    }

    /// Whether the stored token can be worked with, as far as is known.
    pub(super) fn works(&self, connection: &Connection, now: Timestamp) -> bool {
        let rejected = matches!(self, Self::Another(token) if is(&connection.credential, token));
        connection.works(now) && !rejected
    }

    /// Whether a token is what was wanted.
    pub(super) fn is_met_by(&self, token: &Token) -> bool {
        match self {
            Self::Usual | Self::Newer { .. } => true,
            Self::Another(rejected) => !token.is(rejected),
        }
    }

    fn may_try(&self, connection: &Connection, now: Timestamp) -> bool {
        let Some(retry) = connection.retry else {
            return true;
        };
        let last = connection.last_error.as_ref().map(|error| error.at);
        let since_last = last.map_or(SignedDuration::MAX, |last| last.duration_until(now));
        // No pause is that long: it comes of a clock that was far ahead.
        let absurd = now.duration_until(retry.at) > LONGEST_PAUSE * 2;
        let insists = matches!(self, Self::Newer { insist: true, .. });
        let insists = insists && since_last >= INSISTING && !retry.named;
        // What was put off while the token worked is tried again when that is over.
        let expires = connection.credential.expires_at;
        let expired = expires.is_some_and(|it| it <= now && last.is_some_and(|last| last < it));
        retry.at <= now || absurd || insists || (expired && !retry.named)
    }
}

/// Whether an attempt may not have ended yet. A clock that is set ahead ends every lock at that moment; it must not
/// make what is under way look old besides.
fn is_under_way(attempt: Option<&Attempt>, clock: &Clock) -> bool {
    // A clock far behind must not block a connection for good.
    let recent = |age: SignedDuration| age.abs() < UNDER_WAY;
    attempt.is_some_and(|attempt| {
        let age_by = |now: Timestamp| attempt.at.duration_until(now);
        attempt.open && (recent(age_by(clock.now())) || recent(age_by(clock.steady())))
    })
}

fn is(credential: &Credential, token: &SecretString) -> bool {
    credential.access.expose_secret() == token.expose_secret()
}
