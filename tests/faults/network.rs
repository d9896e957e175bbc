//! Cables that are slow, silent or cut.

use std::time::{Duration, Instant};

use crate::cable::State;
use crate::scene::Scene;
use crate::survive::{Excuse, survive};

/// Longer than any request or renewal of a lock waits.
const LONG: Duration = Duration::from_secs(6);
/// A token that could not be renewed is tried again after some five seconds, and after some ten more.
const SECOND_PAUSE: Duration = Duration::from_secs(12);
const DELAY: Duration = Duration::from_millis(150);

async fn to_redis(name: &str, state: State) {
    survive(name, Scene::start().await, async |scene, _| {
        scene.to_redis().set(state);
        tokio::time::sleep(LONG).await;
        scene.to_redis().set(State::Whole);
        Excuse::default()
    })
    .await;
}

async fn to_the_provider(name: &str, state: State) {
    survive(name, Scene::start().await, async |scene, _| {
        let begun = Instant::now();
        scene.to_provider.set(state);
        tokio::time::sleep(LONG).await;
        scene.to_provider.set(State::Whole);
        // What is slow or silent for a while arrives.
        let cut = matches!(state, State::Cut);
        Excuse {
            unheard: cut.then(|| begun..Instant::now()),
            pause: SECOND_PAUSE,
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_cable_to_redis() {
    to_redis("a slow cable to Redis", State::Slow(DELAY)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_cable_to_redis() {
    to_redis("a silent cable to Redis", State::Silent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_cable_to_redis() {
    to_redis("a cut cable to Redis", State::Cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_cable_to_the_provider() {
    to_the_provider("a slow cable to the provider", State::Slow(DELAY)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_cable_to_the_provider() {
    to_the_provider("a silent cable to the provider", State::Silent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_cable_to_the_provider() {
    to_the_provider("a cut cable to the provider", State::Cut).await;
}
