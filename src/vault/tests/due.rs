//! What is to be done for a connection and when.

use super::*;
use crate::providers::TokenLife;
use crate::vault::due::{Rules, plan};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

/// Connected at 0 with a token of half an hour.
fn stored(refresh: Option<&str>) -> Stored {
    let mut connection = Connection::sample();
    connection.credential.refresh = refresh.map(Into::into);
    connection.credential.expires_at = Some(at(30 * MINUTE));
    Stored {
        connection,
        version: 1,
        used_at: None,
        seen_at: None,
    }
}

const MORTAL: TokenLife = TokenLife {
    expires: true,
    dies_unused_after: Some(Duration::from_secs(60 * 24 * 60 * 60)),
};

fn rules(life: Option<&TokenLife>) -> Rules<'_> {
    Rules {
        margin: Duration::from_secs(300),
        forget_after: Duration::from_secs(90 * 24 * 60 * 60),
        life,
        configured: true,
    }
}

fn planned(stored: &Stored, now: i64, chance: f64) -> (Option<Task>, i64) {
    let (task, next) = plan(stored, rules(Some(&MORTAL)), at(now), chance);
    (task, next.as_second())
}

#[test]
fn a_token_in_use_is_renewed_before_anybody_would_wait_for_it() {
    let stored = stored(Some("refresh"));
    // The margin of half an hour is three minutes: it is renewed within the three before.
    assert_eq!(planned(&stored, 0, 0.0), (None, 24 * MINUTE));
    assert_eq!(planned(&stored, 0, 1.0), (None, 27 * MINUTE));
    assert_eq!(planned(&stored, 24 * MINUTE, 0.5).0, Some(Task::Renew));
}

#[test]
fn what_nobody_used_for_a_day_is_renewed_only_when_it_would_die() {
    let stored = stored(Some("refresh"));
    assert_eq!(planned(&stored, 2 * DAY, 0.0), (None, 45 * DAY));
    assert_eq!(planned(&stored, 2 * DAY, 1.0), (None, 51 * DAY));
    assert_eq!(planned(&stored, 45 * DAY, 0.0).0, Some(Task::Renew));
    let (task, next) = plan(&stored, rules(None), at(2 * DAY), 0.0);
    assert_eq!((task, next), (None, at(90 * DAY)));
}

#[test]
fn what_nobody_used_or_looked_at_is_forgotten() {
    let mut stored = stored(Some("refresh"));
    stored.connection.end(Ended::Withdrawn, at(0));
    assert_eq!(planned(&stored, DAY, 0.0), (None, 90 * DAY));
    assert_eq!(planned(&stored, 90 * DAY, 0.0).0, Some(Task::Forget));
    stored.seen_at = Some(at(10 * DAY));
    assert_eq!(planned(&stored, 90 * DAY, 0.0), (None, 100 * DAY));
    stored.used_at = Some(at(20 * DAY));
    assert_eq!(planned(&stored, 90 * DAY, 0.0), (None, 110 * DAY));
}

#[test]
fn a_renewal_that_failed_waits_for_its_next_try() {
    let mut stored = stored(Some("refresh"));
    stored.connection.retry = Some(Retry {
        at: at(40 * MINUTE),
        failures: 3,
        conflicts: 0,
        named: false,
    });
    assert_eq!(planned(&stored, 25 * MINUTE, 0.0), (None, 40 * MINUTE));
    assert_eq!(planned(&stored, 40 * MINUTE, 0.0).0, Some(Task::Renew));
}

#[test]
fn what_cannot_be_renewed_is_left_alone() {
    assert_eq!(planned(&stored(None), 25 * MINUTE, 0.0), (None, 90 * DAY));
    let unconfigured = Rules {
        configured: false,
        ..rules(Some(&MORTAL))
    };
    let (task, next) = plan(&stored(Some("refresh")), unconfigured, at(25 * MINUTE), 0.0);
    assert_eq!((task, next), (None, at(90 * DAY)));
}
