//! What becomes of a connection by a refresh, as a change of its record: no time, no Redis, no network.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::super::credential::{Credential, after};
use super::super::record::{Attempt, Connection, Ended, LastError, Retry, State};
use crate::outbound::oauth::GrantError;
use crate::providers::GrantFailure;

/// First and longest pause after a refresh that failed.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// So many times may the provider say that the token was just used: then its successor is lost (airtable.md 2.6).
const CONFLICTS: u32 = 2;

/// A refresh that failed.
pub(super) struct Failed<'a> {
    /// What happened.
    pub(super) error: &'a GrantError,
    /// What that means.
    pub(super) failure: GrantFailure,
    /// When.
    pub(super) at: Timestamp,
    /// The attempt's name.
    pub(super) attempt: &'a str,
    /// Whether the old token still works.
    pub(super) works: bool,
    /// Chance, evenly between 0 and 1.
    pub(super) chance: f64,
}

impl Connection {
    /// With the mark of a refresh that is about to be asked for.
    pub(super) fn marked(&self, attempt: &str, at: Timestamp) -> Self {
        let mut next = self.clone();
        // Whatever is left of an earlier one tells that nobody knows how it ended.
        let left_over = next.attempt.take();
        if left_over.as_ref().is_some_and(|earlier| earlier.open) {
            next.note(at, "A renewal broke off; what came of it is not known");
        }
        next.attempt = Some(Attempt {
            id: attempt.to_owned(),
            at,
            in_doubt: left_over.is_some_and(|earlier| earlier.open || earlier.in_doubt),
            open: true,
        });
        next
    }

    /// With its fresh credential, in good state again.
    pub(in crate::vault) fn renewed(&self, fresh: &Credential, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.credential = fresh.clone();
        next.refreshed_at = Some(now);
        next.retry = None;
        next.attempt = None;
        next.rejected = false;
        next.note(now, "Token renewed");
        next.recover(now);
        next
    }

    /// In good state again, whatever was wrong.
    pub(in crate::vault) fn recover(&mut self, now: Timestamp) {
        self.ended = None;
        self.enter(self.good_state(), now, "It works again");
    }

    /// With what a failed refresh means.
    pub(super) fn settled(&self, failed: &Failed<'_>) -> Self {
        let mut next = self.clone();
        let in_doubt = next.attempt.take().is_some_and(|attempt| attempt.in_doubt);
        next.last_error = Some(LastError {
            at: failed.at,
            text: format!("Renewing the token: the provider {}", failed.error),
            id: failed.attempt.to_owned(),
            reference: failed.error.reference().map(str::to_owned),
        });
        match failed.failure {
            GrantFailure::Withdrawn if in_doubt => next.end(Ended::Lost, failed.at),
            GrantFailure::Withdrawn => next.end(Ended::Withdrawn, failed.at),
            GrantFailure::Conflict(_) if next.conflicts() + 1 >= CONFLICTS => {
                next.end(Ended::Lost, failed.at);
            }
            _ => next.try_later(failed, in_doubt),
        }
        next
    }

    /// Without access any more: there is nothing to renew its token with.
    pub(super) fn unrenewable(&self, attempt: &str, now: Timestamp) -> Self {
        let mut next = self.clone();
        next.last_error = Some(LastError {
            at: now,
            text: "Renewing the token: the provider gave nothing to renew it with".to_owned(),
            id: attempt.to_owned(),
            reference: None,
        });
        next.end(Ended::Unrenewable, now);
        next
    }

    /// Access has ended: only the person can mend that.
    pub(in crate::vault) fn end(&mut self, why: Ended, now: Timestamp) {
        self.retry = None;
        self.attempt = None;
        self.ended = Some(why);
        let text = match why {
            Ended::Withdrawn => "Access was withdrawn at the provider",
            Ended::Lost => "The renewed tokens were lost on their way here",
            Ended::Refused => "The provider refuses even fresh tokens",
            Ended::Unrenewable => "The token has ended and cannot be renewed",
        };
        self.enter(State::ActionNeeded, now, text);
    }

    fn conflicts(&self) -> u32 {
        self.retry.map_or(0, |retry| retry.conflicts)
    }

    /// It may be good another time. Access that has ended, as somebody else found out meanwhile, stays ended.
    fn try_later(&mut self, failed: &Failed<'_>, in_doubt: bool) {
        let conflict = matches!(failed.failure, GrantFailure::Conflict(_));
        if in_doubt || conflict || failed.error.outcome_unknown() {
            self.attempt = Some(Attempt {
                id: failed.attempt.to_owned(),
                at: failed.at,
                in_doubt: true,
                open: false,
            });
        }
        self.note(
            failed.at,
            format!("Renewal failed: the provider {}", failed.error),
        );
        if self.state != State::ActionNeeded {
            self.wait_for_next_try(failed);
        }
    }

    fn wait_for_next_try(&mut self, failed: &Failed<'_>) {
        if failed.failure == GrantFailure::Misconfigured {
            let text = "The provider refused this Patchbay's client id or secret";
            self.enter(State::Misconfigured, failed.at, text);
        } else if !failed.works {
            let text = "The provider gives no fresh token";
            self.enter(State::Retrying, failed.at, text);
        }
        self.retry = Some(next_try(self.retry, failed));
    }
}

/// When a refresh may be tried again: each failure doubles the pause, of which half is left to chance, so that
/// those who failed together do not come back together; and the provider may want a longer one.
fn next_try(before: Option<Retry>, failed: &Failed<'_>) -> Retry {
    let failures = before.map_or(0, |retry| retry.failures).saturating_add(1);
    let conflict = matches!(failed.failure, GrantFailure::Conflict(_));
    let conflicts = before.map_or(0, |retry| retry.conflicts) + u32::from(conflict);
    let at_least = match failed.failure {
        GrantFailure::Conflict(pause) => pause,
        _ => failed.error.retry_after().unwrap_or_default(),
    };
    let wanted = at_least.min(LONGEST_PAUSE.unsigned_abs());
    let own = backoff(failures, failed.chance);
    let pause = own.max(wanted);
    Retry {
        at: after(failed.at, pause).unwrap_or(failed.at),
        failures,
        conflicts,
        named: wanted > Duration::ZERO,
    }
}

fn backoff(failures: u32, chance: f64) -> Duration {
    let doublings = failures.clamp(1, 10) - 1;
    let longest = LONGEST_PAUSE.unsigned_abs();
    let pause = FIRST_PAUSE
        .unsigned_abs()
        .saturating_mul(1 << doublings)
        .min(longest);
    pause.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests;
