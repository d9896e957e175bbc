//! A provider that is away for ten minutes, with somebody who wants a fresh token all the while.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use patchbay::providers::Registry;

use super::{Case, hasty};
use crate::support::World;

const MINUTES: i64 = 10;
/// Pauses double from five seconds on: more tries than these do not fit into the time.
const MOST_TRIES: u64 = 9;

/// Everybody, connected, in one world whose clock is moved.
async fn connected(world: &Arc<World>) -> Vec<Case> {
    let mut cases = Vec::new();
    for provider in Registry.all() {
        let mut case = Case::new(world, provider.profile()).await;
        case.connect(&[]).await;
        cases.push(case);
    }
    cases
}

/// From now on the token endpoint fails, and no access token works any more.
async fn goes_away(case: &mut Case, kind: &str) {
    let fields = [
        ("fail_kind", kind),
        ("fail_on", "token"),
        ("fail_next", "1000000"),
    ];
    case.control(&fields).await;
    case.control(&[("expire_tokens", "1"), ("reset_counters", "1")])
        .await;
}

/// A demand in the midst of it.
async fn is_told_to_wait(case: &mut Case, kind: &str) {
    let first = case.profile.streams[0].id;
    let page = case.load(&[first]).await;
    let said = page.text_of("#load");
    let state = page.state();
    assert_eq!(state, "retrying", "{} at {kind}: {said}", case.id());
    let waits = "a fresh token could not be had just now";
    let told = said.to_lowercase().contains(waits);
    assert!(told, "{} at {kind}: {said}", case.id());
}

async fn heals(case: &mut Case, kind: &str) {
    let tried = case.calls("token").await;
    let sensible = (2..=MOST_TRIES).contains(&tried);
    assert!(sensible, "{} at {kind}: tried {tried} times", case.id());
    let page = case.load_all().await;
    case.assert_whole(&page, kind).await;
    assert_eq!(page.state(), "connected", "{} after {kind}", case.id());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_ten_minutes_leaves_nothing_to_be_mended_by_hand() {
    let world = Arc::new(hasty(&[]).await);
    let mut cases = connected(&world).await;
    for kind in ["500", "502html", "429", "html200"] {
        join_all(cases.iter_mut().map(|case| goes_away(case, kind))).await;
        for _ in 0..MINUTES {
            join_all(cases.iter_mut().map(|case| is_told_to_wait(case, kind))).await;
            world.pass(SignedDuration::from_mins(1));
        }
        // The longest pause is over then: it comes back by itself.
        world.pass(SignedDuration::from_mins(15));
        for case in &cases {
            case.control(&[("fail_next", "0")]).await;
        }
        join_all(cases.iter_mut().map(|case| heals(case, kind))).await;
    }
}
