//! What a refresh that failed, or did not, leaves in the record.

use super::*;

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn settle(connection: &Connection, failure: GrantFailure, error: &GrantError) -> Connection {
    connection.settled(&Failed {
        error,
        failure,
        at: AT,
        attempt: "one",
        works: false,
        chance: 1.0,
    })
}

const SPENT: GrantFailure = GrantFailure::Withdrawn;
const CONFLICT: GrantFailure = GrantFailure::Conflict(Duration::from_secs(30));

#[test]
fn a_refusal_after_a_lost_answer_says_that_the_tokens_were_lost() {
    let marked = Connection::sample().marked("one", AT);
    let plain = settle(&marked, SPENT, &GrantError::NotSent);
    assert_eq!(plain.ended, Some(Ended::Withdrawn));
    let lost = settle(&marked, GrantFailure::Passing, &GrantError::Lost);
    assert_eq!((lost.state, lost.ended), (State::Retrying, None));
    let again = lost.marked("two", AT);
    assert_eq!(
        settle(&again, SPENT, &GrantError::NotSent).ended,
        Some(Ended::Lost)
    );
    let crashed = marked.marked("two", AT);
    assert_eq!(
        settle(&crashed, SPENT, &GrantError::NotSent).ended,
        Some(Ended::Lost)
    );
}

#[test]
fn a_failure_that_comes_late_makes_nothing_less_of_access_that_has_ended() {
    let mut ended = Connection::sample().marked("one", AT);
    ended.end(Ended::Refused, AT);
    for (failure, error) in [
        (GrantFailure::Passing, GrantError::NotSent),
        (GrantFailure::Passing, GrantError::Lost),
        (GrantFailure::Misconfigured, GrantError::NotSent),
        (CONFLICT, GrantError::NotSent),
    ] {
        let after = settle(&ended, failure, &error);
        assert_eq!(after.state, State::ActionNeeded, "{failure:?}");
        assert_eq!(after.ended, Some(Ended::Refused));
        assert!(after.retry.is_none() && after.last_error.is_some());
    }
    // What is final as well says more.
    let after = settle(&ended, SPENT, &GrantError::NotSent);
    assert_eq!(after.ended, Some(Ended::Withdrawn));
}

#[test]
fn what_was_surely_not_done_leaves_no_doubt() {
    let marked = Connection::sample().marked("one", AT);
    let passing = settle(&marked, GrantFailure::Passing, &GrantError::NotSent);
    assert_eq!(passing.attempt, None);
}

#[test]
fn the_second_conflict_is_the_last() {
    let first = settle(&Connection::sample(), CONFLICT, &GrantError::NotSent);
    assert_eq!(first.state, State::Retrying);
    let at = first.retry.expect("a pause").at;
    assert!(AT.duration_until(at) >= SignedDuration::from_secs(30));
    let second = settle(&first.marked("two", AT), CONFLICT, &GrantError::NotSent);
    assert_eq!(
        (second.state, second.ended),
        (State::ActionNeeded, Some(Ended::Lost))
    );
}

#[test]
fn pauses_double_up_to_a_quarter_of_an_hour_and_half_of_each_is_chance() {
    let pauses = |chance| [1, 2, 3, 20].map(|failures| backoff(failures, chance).as_millis());
    assert_eq!(pauses(1.0), [5_000, 10_000, 20_000, 900_000]);
    assert_eq!(pauses(0.0), [2_500, 5_000, 10_000, 450_000]);
}

#[test]
fn success_forgets_what_was_wrong() {
    let bad = settle(&Connection::sample(), SPENT, &GrantError::NotSent);
    let good = bad.renewed(&Connection::sample().credential, AT);
    assert_eq!((good.state, good.ended), (State::Connected, None));
    assert!(good.retry.is_none() && good.attempt.is_none());
}
