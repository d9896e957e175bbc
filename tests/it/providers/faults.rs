//! Stand-ins that fail in the middle of a load: once, so that it passes; and for good.

use std::time::Duration;

use patchbay::providers::Stream;

use super::{Case, chips, for_all, hasty, only};
use crate::support::{Page, World};

/// Calls that a fault hits when it does not pass.
const FOR_GOOD: &str = "1000000";

async fn fail(case: &Case, kind: &str, on: &str, next: &str) {
    let fields = [("fail_kind", kind), ("fail_on", on), ("fail_next", next)];
    case.control(&fields).await;
}

/// One fault in the middle of a load of everything: nothing is missing, nothing is doubled.
async fn passes(case: &mut Case, kind: &str, on: &str, after: &str) {
    case.control(&[("reset_counters", "1"), ("fail_after", after)])
        .await;
    fail(case, kind, on, "1").await;
    let page = case.load_all().await;
    assert_eq!(case.calls("faults").await, 1, "{kind} on {on} never came");
    case.assert_whole(&page, &format!("{kind} on {on}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_fail_once_are_asked_for_again() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        for kind in ["500", "429", "truncated", "html200", "reset"] {
            passes(&mut case, kind, "any", "2").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_answers_are_taken_as_they_are() {
    for_all(hasty(&[]).await, |mut case| async move {
        fail(&case, "extra", "any", FOR_GOOD).await;
        assert_eq!(case.connect(&[]).await.state(), "connected");
        let page = case.load_all().await;
        case.assert_whole(&page, "fields that nobody has heard of")
            .await;
        assert!(case.calls("faults").await > 4);
        passes(&mut case, "emptypage", "any", "1").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stream_gets_over_a_fault_of_its_own() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        for stream in case.profile.streams {
            passes(&mut case, "500", stream.id, "0").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_is_asked_for_again() {
    let world = World::impatient(Duration::from_secs(2)).await;
    for_all(world, |mut case| async move {
        case.connect(&[]).await;
        passes(&mut case, "timeout", "any", "2").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_stream_fails_for_good_and_recovers() {
    for_all(hasty(&[]).await, |case| fails_alone(case, 0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_stream_fails_for_good_and_recovers() {
    for_all(hasty(&[]).await, |case| {
        let last = case.profile.streams.len() - 1;
        fails_alone(case, last)
    })
    .await;
}

/// A stream takes along those that it leads to, and nothing else; what was there stays.
async fn fails_alone(mut case: Case, at: usize) {
    case.connect(&[]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "before").await;
    let before = case.ids().await;
    let failing = &case.profile.streams[at];
    fail(&case, "500", failing.id, FOR_GOOD).await;
    let page = case.load_all().await;
    let (down, up): (Vec<_>, Vec<_>) = case
        .profile
        .streams
        .iter()
        .partition(|one| follows(&case, one, failing));
    assert_outcomes(&page, &down, "failed");
    assert_outcomes(&page, &up, "done");
    let headline = page.text_of("#load .headline");
    let expected = if up.is_empty() {
        "Nothing could be loaded"
    } else {
        "Loaded in part"
    };
    assert!(headline.starts_with(expected), "{headline}");
    for stream in &down {
        let line = page.stream(stream.title);
        assert!(line.contains("items of an earlier load"), "{line}");
    }
    let banners = page.load_banners();
    assert_eq!(banners.len(), 1, "{banners:?}");
    let reason = format!("{} kept on failing (status 500)", case.profile.name);
    assert!(banners[0].contains(&reason), "{banners:?}");
    assert!(
        banners[0].contains("Still shown are the items loaded"),
        "{banners:?}"
    );
    assert_eq!(page.state(), "connected", "the connection is not to blame");
    assert_eq!(case.ids().await, before);

    fail(&case, "500", failing.id, "0").await;
    let page = case.load_all().await;
    case.assert_whole(&page, "it does not recover").await;
}

/// Whether a stream is this one, or is led to by it.
fn follows(case: &Case, stream: &'static Stream, failing: &Stream) -> bool {
    let mut way = std::iter::successors(Some(stream), |one| case.profile.stream(one.source?));
    way.any(|one| one.id == failing.id)
}

fn assert_outcomes(page: &Page, streams: &[&Stream], outcome: &str) {
    for stream in streams {
        assert_eq!(
            page.outcome(stream.title),
            outcome,
            "{}",
            page.text_of("#load")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_load_that_fails_in_part_shows_the_rest() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let last = case.profile.streams.last().expect("a stream");
        fail(&case, "500", last.id, FOR_GOOD).await;
        let page = case.load_all().await;
        assert_eq!(page.outcome(last.title), "failed");
        let banners = page.load_banners().join(" ");
        assert!(
            banners.contains("There are no items of it to show"),
            "{banners}"
        );
        let others: Vec<_> = case
            .profile
            .streams
            .iter()
            .filter(|one| one.id != last.id)
            .collect();
        let expected = only(&case.truth().await, &others);
        assert_eq!(chips(&page)["All"], expected.values().sum::<u64>());
    })
    .await;
}
