//! How long a load of many lists takes against the sum of its calls' latencies, and whether it kept within the
//! provider's limits: `cargo bench --bench loads`. Everything is real and on loopback: a Patchbay, its Redis, and
//! the stand-in, whose answers take a quarter of a second.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the measurement.

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::World;

/// How long each answer of the stand-in takes at least.
const LATENCY: Duration = Duration::from_millis(250);

fn main() {
    // `cargo test --all-targets` builds and calls benchmarks too; only `cargo bench` asks them to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        println!("Airtable: 40 bases with 10 tables each, answers after {LATENCY:?}");
        measure("bases and tables", &["bases", "tables"], 41).await;
        measure(
            "with 100 records a table",
            &["bases", "tables", "records"],
            441,
        )
        .await;
    });
}

/// Loads these streams, which take so many calls at least.
async fn measure(title: &str, streams: &[&str], calls: u64) {
    let world = World::start().await;
    let latency = LATENCY.as_millis().to_string();
    let size = [
        ("bases", "40"),
        ("tables", "10"),
        ("records", "100"),
        ("unreadable", "off"),
        ("latency_ms", latency.as_str()),
    ];
    world.control_of("airtable", &size).await;
    let mut person = world.person("acme", "ada").await;
    person.connect("airtable", &[]).await;
    world
        .control_of("airtable", &[("reset_counters", "1")])
        .await;

    let begun = Instant::now();
    person.load("airtable", streams).await;
    let took = begun.elapsed();

    let state = world.state_of("airtable").await;
    let counter = |name: &str| state["counters"][name].as_u64().unwrap_or(0);
    let sent: u64 = ["list_bases", "get_tables", "list_records"]
        .into_iter()
        .map(counter)
        .sum();
    assert!(sent >= calls, "{sent} calls instead of {calls}");
    let sum = LATENCY.as_secs_f64() * sent as f64;
    println!(
        "{title}: {sent} calls in {:.1} s; their latencies are {sum:.1} s, {:.1} times as long; \
         most in a second {} of one base, {} in all; {} answers said 'too many'",
        took.as_secs_f64(),
        sum / took.as_secs_f64(),
        state["base_peak"],
        state["user_peak"],
        counter("rate_limited"),
    );
}
