//! A stop while something is granted that exists nowhere else yet.

use std::time::Duration;

use patchbay::sandbox::Sandbox;
use rustix::process::Signal;

use crate::support::{Browser, Home, Redis, control, start_sandbox};

/// A program that is told to end while a provider is renewing a token for it, with Redis away; what became of it.
async fn stopped_amid_a_renewal(back_in_time: bool) -> (Browser, Home, Redis, Sandbox, String) {
    let (mut home, redis) = (Home::new(), Redis::start());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    home.use_redis(&redis.url());
    let mut program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect("airtable", &[]).await;
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    control(stand_in, &[("latency_ms", "2500")]).await;
    let mut asking = ada.clone();
    let asked =
        tokio::spawn(async move { asking.post("/connections/airtable/refresh", &[]).await });
    while redis.cli(&["KEYS", "pb:refresh:*"]).is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The mark is written, and the provider is at it.
    tokio::time::sleep(Duration::from_millis(500)).await;
    redis.freeze();
    asked.abort();
    let end = program.end(Signal::TERM);
    let thaw = async {
        tokio::time::sleep(Duration::from_secs(6)).await;
        if back_in_time {
            redis.thaw();
        }
    };
    let (status, ()) = tokio::join!(end, thaw);
    assert!(status.success(), "{}", program.said());
    redis.thaw();
    control(stand_in, &[("latency_ms", "0")]).await;
    let said = program.said();
    (ada, home, redis, sandbox, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_until_what_was_granted_is_stored() {
    let (mut ada, home, _redis, _sandbox, said) = stopped_amid_a_renewal(true).await;
    assert!(said.contains("it is held"), "{said}");
    assert!(!said.contains("could not be stored in time"), "{said}");
    let program = home.serve().await;
    ada.post("/connections/airtable/refresh", &[]).await;
    let page = ada.get("/connections/airtable").await;
    assert_eq!(page.state(), "connected", "the renewed tokens are lost");
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_could_not_store_what_was_granted_says_so() {
    let (_ada, _home, _redis, _sandbox, said) = stopped_amid_a_renewal(false).await;
    assert!(said.contains("could not be stored in time"), "{said}");
}
