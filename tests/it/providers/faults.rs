//! Stand-ins that fail in the middle of a load: once, so that it passes; and for good.

use std::time::Duration;

use patchbay::providers::Stream;

use super::{Case, for_all, hasty, only};
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
async fn the_last_stream_fails_for_good_over_a_good_load_and_recovers() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let page = case.load_all().await;
        case.assert_whole(&page, "before").await;
        let before = case.ids().await;
        let last = case.profile.streams.last().expect("a stream");
        let page = fails_alone(&mut case, last).await;
        for stream in split(&case, last).0 {
            let line = page.stream(stream.title);
            assert!(line.contains("items of an earlier load"), "{line}");
        }
        let banners = page.load_banners().join(" ");
        let kept = "Still shown are the items loaded";
        assert!(banners.contains(kept), "{banners}");
        assert_eq!(case.ids().await, before);
        recovers(&mut case, last).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_stream_fails_for_good_at_the_first_load_and_recovers() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        let first = &case.profile.streams[0];
        let page = fails_alone(&mut case, first).await;
        let banners = page.load_banners().join(" ");
        assert!(banners.contains("There are no items of"), "{banners}");
        let others = split(&case, first).1;
        let expected = only(&case.truth().await, &others);
        match others.is_empty() {
            true => assert_eq!(case.rows("").await.len(), 0),
            false => case.assert_counts(&page, &expected, "the others"),
        }
        recovers(&mut case, first).await;
    })
    .await;
}

/// A load in which a stream fails at every try: it takes along those that it leads to, and nothing else.
async fn fails_alone(case: &mut Case, failing: &Stream) -> Page {
    fail(case, "500", failing.id, FOR_GOOD).await;
    let page = case.load_all().await;
    let (down, up) = split(case, failing);
    assert_outcomes(&page, &down, "failed");
    assert_outcomes(&page, &up, "done");
    let headline = page.text_of("#load .headline");
    let expected = match up.is_empty() {
        true => "Nothing could be loaded",
        false => "Loaded in part",
    };
    assert!(headline.starts_with(expected), "{headline}");
    let banners = page.load_banners();
    assert_eq!(banners.len(), 1, "{banners:?}");
    let reason = format!("{} failed (status 500)", case.profile.name);
    assert!(banners[0].contains(&reason), "{banners:?}");
    assert_eq!(page.state(), "connected", "the connection is not to blame");
    page
}

async fn recovers(case: &mut Case, failing: &Stream) {
    fail(case, "500", failing.id, "0").await;
    let page = case.load_all().await;
    case.assert_whole(&page, "it does not recover").await;
}

/// The streams that fail along with one, itself among them, and the others.
fn split(case: &Case, failing: &Stream) -> (Vec<&'static Stream>, Vec<&'static Stream>) {
    let profile = case.profile;
    let way =
        |stream| std::iter::successors(Some(stream), |one: &&Stream| profile.stream(one.source?));
    let streams = profile.streams.iter();
    streams.partition(|stream| way(*stream).any(|one| one.id == failing.id))
}

fn assert_outcomes(page: &Page, streams: &[&Stream], outcome: &str) {
    for stream in streams {
        let said = page.text_of("#load");
        assert_eq!(page.outcome(stream.title), outcome, "{said}");
    }
}
