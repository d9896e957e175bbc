//! A stop while something is granted that exists nowhere else yet.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use patchbay::sandbox::Sandbox;
use rustix::process::{Signal, kill_process};
use tokio::task::JoinHandle;

use crate::support::{Browser, Home, Redis, control, start_sandbox};

/// Asks for a renewal at a provider that takes its time; answers when the mark is written and the provider is at it.
async fn begin_renewal(
    ada: &Browser,
    sandbox: &Sandbox,
    marks: impl Fn() -> String,
) -> JoinHandle<()> {
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    control(stand_in, &[("latency_ms", "2500")]).await;
    let mut asking = ada.clone();
    let asked = tokio::spawn(async move {
        asking.post("/connections/airtable/refresh", &[]).await;
    });
    while marks().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    asked
}

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
    let marks = || redis.cli(&["KEYS", "pb:refresh:*"]);
    let asked = begin_renewal(&ada, &sandbox, marks).await;
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
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
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

/// All that can hold a stop up at once: its own Redis is frozen, a renewal is under way, and whoever collects the traces
/// takes connections and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_in_time_whatever_does_not_answer() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let collector = format!("http://{}", silent.local_addr().expect("an address"));
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    home.set("PATCHBAY_OTLP_ENDPOINT", &collector);
    home.set("PATCHBAY_METRICS_BIND", &Home::spare_address());
    let mut program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect("airtable", &[]).await;
    let marks = || home.redis_cli(&["KEYS", "pb:refresh:*"]);
    let asked = begin_renewal(&ada, &sandbox, marks).await;
    kill_process(home.embedded_redis().expect("it runs"), Signal::STOP).expect("frozen");
    asked.abort();
    let status = program.end(Signal::TERM).await;
    assert_eq!(status.code(), Some(0), "{}", program.said());
    let said = program.said();
    assert!(said.contains("could not be stored in time"), "{said}");
    assert_eq!(home.embedded_redis(), None);
}
