//! What whole loads take against the best that is possible: `cargo bench --bench loads`, or some scenarios of it
//! with `-- three large`. Everything is real and on loopback: the program as processes of their own, so that memory
//! is theirs alone, the stand-ins as another one, and a Redis that writes each change to disk at once.
//!
//! Bounds are computed ([`bound`]) from the latency, the number of pages and the limit that the provider documents.
//! `million` runs only when it is named.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the scenario.

#[path = "../../tests/support/mod.rs"]
mod support;

mod bases;
mod bound;
mod crowd;
mod faults;
mod hubspot;
mod kills;
mod large;
mod loaded;
mod measured;
mod person;
mod spread;

use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What is measured, and how long it may take.
struct Scenario {
    name: &'static str,
    most: Duration,
    is_default: bool,
    run: fn() -> Running,
}

impl Scenario {
    const fn new(name: &'static str, most_s: u64, run: fn() -> Running) -> Self {
        Self {
            name,
            most: Duration::from_secs(most_s),
            is_default: true,
            run,
        }
    }
}

const SCENARIOS: &[Scenario] = &[
    Scenario::new("three", 120, || Box::pin(hubspot::three())),
    Scenario::new("one", 240, || Box::pin(hubspot::one())),
    Scenario::new("bases", 120, || Box::pin(bases::run())),
    Scenario::new("large", 180, || Box::pin(large::run())),
    Scenario::new("crowd", 300, || Box::pin(crowd::run())),
    Scenario::new("kills", 420, || Box::pin(kills::run())),
    Scenario::new("faults", 420, || Box::pin(faults::run())),
    Scenario {
        is_default: false,
        ..Scenario::new("million", 900, || Box::pin(large::million()))
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` builds and calls benchmarks too; only `cargo bench` asks them to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let names: Vec<&String> = arguments
        .iter()
        .filter(|one| !one.starts_with('-'))
        .collect();
    let known = |name: &&String| SCENARIOS.iter().any(|one| one.name == name.as_str());
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<_> = SCENARIOS.iter().map(|one| one.name).collect();
        eprintln!(
            "there is no scenario {unknown}; there are {}",
            all.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let wanted = SCENARIOS.iter().filter(|one| {
        let named = names.iter().any(|name| *name == one.name);
        named || (names.is_empty() && one.is_default)
    });
    let failed = wanted.filter(|one| !runtime.block_on(measure(one))).count();
    ExitCode::from(u8::from(failed > 0))
}

/// Runs a scenario; whether it came to its end.
async fn measure(scenario: &Scenario) -> bool {
    println!("\n== {}", scenario.name);
    let begun = Instant::now();
    let mut running = tokio::spawn((scenario.run)());
    let ended = tokio::time::timeout(scenario.most, &mut running).await;
    let problem = match ended {
        Ok(Ok(())) => {
            println!("   ({} s in all)", begun.elapsed().as_secs());
            return true;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => {
            // What it started ends with it.
            running.abort();
            let _ = running.await;
            format!("it takes longer than {:?}", scenario.most)
        }
    };
    println!("   FAILED: {problem}");
    false
}
