//! A day at the office in some minutes: two Patchbays on one Redis, many people, and providers of whose answers five in a
//! hundred fail. Nobody may see an error but those, and memory must stay flat.
//!
//! `cargo test --test soak` is a short form of it; `make soak` lets 200 people work for 20 minutes.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the run.

#[path = "../support/mod.rs"]
mod support;

mod diary;
mod memory;
mod worker;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use diary::Diary;
use memory::Memories;
use support::fleet::Fleet;
use worker::Worker;

/// How many people, and for how many seconds.
const PEOPLE: &str = "PATCHBAY_SOAK_PEOPLE";
const SECONDS: &str = "PATCHBAY_SOAK_SECONDS";
const FEW: usize = 9;
const SHORT: usize = 12;
/// Of a hundred calls of a provider so many fail.
const PERCENT: &str = "5";
/// In how many ways, one after the other.
const FAULTS: [&str; 5] = ["500", "429", "truncated", "502html", "reset"];
/// How many people are made ready at once.
const AT_ONCE: usize = 8;
/// The accounts hold so much, and answer after a while.
const CONTROLS: [(&str, &[(&str, &str)]); 3] = [
    (
        "hubspot",
        &[
            ("contacts", "300"),
            ("companies", "120"),
            ("deals", "80"),
            ("rate_limit", "off"),
            ("latency_ms", "30"),
        ],
    ),
    ("notion", &[("rate_limit", "off"), ("latency_ms", "30")]),
    (
        "airtable",
        &[
            ("bases", "3"),
            ("tables", "2"),
            ("records", "150"),
            ("unreadable", "off"),
            ("rate_limit", "off"),
            ("latency_ms", "30"),
            ("expires_in", "60"),
        ],
    ),
];

fn main() -> ExitCode {
    let (people, seconds) = (asked(PEOPLE, FEW), asked(SECONDS, SHORT));
    let time = Duration::from_secs(seconds.try_into().expect("some"));
    println!("soak: {people} people for {seconds} s, {PERCENT} % of the providers' answers fail");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let well = runtime.block_on(soak(people, time));
    ExitCode::from(u8::from(!well))
}

fn asked(name: &str, otherwise: usize) -> usize {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |number| number.parse().expect("a number"))
}

/// Whether all went well.
async fn soak(people: usize, time: Duration) -> bool {
    let off = ["HUBSPOT", "NOTION", "AIRTABLE"].map(|one| format!("{one}_RATE_LIMIT"));
    let settings: Vec<(&str, &str)> = off.iter().map(|name| (name.as_str(), "off")).collect();
    let fleet = Fleet::start(2, &settings).await;
    for (provider, controls) in CONTROLS {
        fleet.stand_ins.control(provider, controls).await;
    }
    let workers = connected(&fleet, people).await;
    for (provider, _) in CONTROLS {
        let fails = [("fail_percent", PERCENT), ("quick", "on")];
        fleet.stand_ins.control(provider, &fails).await;
    }
    let (stop, begun) = (CancellationToken::new(), Instant::now());
    let mut working = JoinSet::new();
    for worker in workers {
        working.spawn(worker.work_until(stop.clone()));
    }
    let mut memories = Memories::new(time);
    let mut round = 0;
    while begun.elapsed() < time {
        for (provider, _) in CONTROLS {
            let kind = FAULTS[round % FAULTS.len()];
            fleet
                .stand_ins
                .control(provider, &[("fail_kind", kind)])
                .await;
        }
        memories.note(begun.elapsed(), &fleet);
        tokio::time::sleep((time / 120).max(Duration::from_secs(1))).await;
        round += 1;
    }
    stop.cancel();
    let mut all = Diary::default();
    while let Some(diary) = working.join_next().await {
        all.add(diary.expect("it ran"));
    }
    let took = begun.elapsed();
    let flat = memories.tell();
    all.tell(took) && flat
}

/// Everybody is signed in, connected and has loaded once.
async fn connected(fleet: &Fleet, people: usize) -> Vec<Worker> {
    let mut ready = Vec::new();
    for first in (0..people).step_by(AT_ONCE) {
        let mut arriving = JoinSet::new();
        for number in first..people.min(first + AT_ONCE) {
            let person = fleet.person(&format!("person{number}")).await;
            arriving.spawn(Worker::arrive(person, number));
        }
        ready.extend(arriving.join_all().await);
    }
    ready
}
