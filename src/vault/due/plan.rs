//! What is to be done for a connection and when, by its record alone: no Redis, no clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::super::Stored;
use super::super::credential::after;
use super::super::record::State;
use crate::providers::TokenLife;

/// Only connections that were used so recently have their tokens renewed before anybody asks.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// Of the time after which an unused grant dies at its provider, the part that is let pass, and how much of it
/// is left to chance, so that what was connected together is not renewed together.
const IDLE: f64 = 0.75;
const IDLE_CHANCE: f64 = 0.1;

/// What is to be done for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Its token is to be renewed: it will expire soon, or its grant would die of idleness.
    Renew,
    /// Nobody used it for so long that it is to be forgotten.
    Forget,
}

/// What a schedule depends on, beside the record.
#[derive(Clone, Copy)]
pub(in crate::vault) struct Rules<'a> {
    pub(in crate::vault) margin: Duration,
    pub(in crate::vault) forget_after: Duration,
    pub(in crate::vault) life: Option<&'a TokenLife>,
    /// Whether the operator gave the provider a client: without one nothing can be renewed.
    pub(in crate::vault) configured: bool,
}

/// What is to be done now, if anything, and when to look again: now in that case, else at `chance` (evenly
/// between 0 and 1) within the time that is left for it.
pub(in crate::vault) fn plan(
    stored: &Stored,
    rules: Rules<'_>,
    now: Timestamp,
    chance: f64,
) -> (Option<Task>, Timestamp) {
    let forget = forget_at(stored, rules);
    if forget <= now {
        return (Some(Task::Forget), now);
    }
    let renewals = [renewal(stored, rules, now), keeping_alive(stored, rules)];
    let mut next = forget;
    for renewal in renewals.into_iter().flatten() {
        if renewal.from <= now {
            return (Some(Task::Renew), now);
        }
        next = next.min(later(renewal.from, renewal.spread.mul_f64(chance)));
    }
    (None, next)
}

/// From when on something may be done, and over which time it is spread.
struct Renewal {
    from: Timestamp,
    spread: Duration,
}

/// Before the token is so close to its end that whoever asks would wait for a fresh one; or, where it does not
/// work, as soon as it may be tried.
fn renewal(stored: &Stored, rules: Rules<'_>, now: Timestamp) -> Option<Renewal> {
    let connection = &stored.connection;
    if !can_renew(stored, rules) || last_use(stored).duration_until(now) > RECENT {
        return None;
    }
    let retry = connection.retry.map(|retry| retry.at);
    if connection.is_pressing(now) {
        return Some(Renewal {
            from: retry.unwrap_or(now),
            spread: Duration::ZERO,
        });
    }
    let margin = connection.credential.margin(rules.margin)?;
    let due = connection.credential.refresh_at(rules.margin)?;
    let from = due
        .checked_sub(SignedDuration::try_from(margin).ok()?)
        .ok()?;
    Some(Renewal {
        from: retry.map_or(from, |retry| retry.max(from)),
        spread: margin,
    })
}

fn keeping_alive(stored: &Stored, rules: Rules<'_>) -> Option<Renewal> {
    if !can_renew(stored, rules) {
        return None;
    }
    let life = rules.life?.dies_unused_after?;
    let from = after(stored.connection.credential.issued_at, life.mul_f64(IDLE))?;
    let retry = stored.connection.retry.map(|retry| retry.at);
    Some(Renewal {
        from: retry.map_or(from, |retry| retry.max(from)),
        spread: life.mul_f64(IDLE_CHANCE),
    })
}

fn can_renew(stored: &Stored, rules: Rules<'_>) -> bool {
    let connection = &stored.connection;
    rules.configured
        && connection.state != State::ActionNeeded
        && connection.credential.refresh.is_some()
}

fn last_use(stored: &Stored) -> Timestamp {
    let connected = stored.connection.connected_at;
    stored.used_at.map_or(connected, |used| used.max(connected))
}

/// A look at what was loaded is a use as well, as far as forgetting goes.
pub(super) fn forget_at(stored: &Stored, rules: Rules<'_>) -> Timestamp {
    let used = last_use(stored);
    let used = stored.seen_at.map_or(used, |seen| seen.max(used));
    later(used, rules.forget_after)
}

pub(super) fn later(moment: Timestamp, time: Duration) -> Timestamp {
    after(moment, time).unwrap_or(Timestamp::MAX)
}
