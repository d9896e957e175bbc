//! One load by one person, and the paragraph that tells of it.

use std::time::Duration;

use serde_json::Value;

use crate::loaded::Loaded;
use crate::person::Person;
use crate::support::fleet::Fleet;
use crate::support::fleet::process::Memory;

/// What is loaded, and against what it is held.
pub struct Plan<'a> {
    pub what: &'a str,
    pub provider: &'a str,
    pub streams: &'a [&'a str],
    /// What the stand-in is told once the person is connected: sizes, latency, limits.
    pub controls: &'a [(&'a str, &'a str)],
    /// Name and time of each bound.
    pub bounds: &'a [(&'a str, Duration)],
}

/// Connects somebody, loads, and prints what it took.
pub async fn measure(fleet: &Fleet, person: &mut Person, plan: &Plan<'_>) -> Loaded {
    let (stand_ins, provider) = (&fleet.stand_ins, plan.provider);
    person.connect(provider, &[]).await;
    stand_ins.control(provider, plan.controls).await;
    person
        .browser
        .get(&format!("/connections/{provider}"))
        .await;
    fleet.settle().await;
    stand_ins
        .control(provider, &[("reset_counters", "1")])
        .await;
    let before = Standing::of(fleet);
    let loaded = person.load(provider, plan.streams).await;
    let after = Standing::of(fleet);
    let state = stand_ins.state(provider).await;
    print(plan, &loaded, &before, &after, &state);
    loaded
}

/// What the processes have used so far.
struct Standing {
    memory: Option<Memory>,
    redis: f64,
    keys: f64,
    processor: f64,
}

impl Standing {
    fn of(fleet: &Fleet) -> Self {
        Self {
            memory: fleet.memory().first().copied().flatten(),
            redis: fleet.redis_memory(),
            keys: fleet.redis_keys(),
            processor: fleet.processor(),
        }
    }
}

fn print(plan: &Plan<'_>, loaded: &Loaded, before: &Standing, after: &Standing, state: &Value) {
    let (took, items) = (loaded.took.as_secs_f64(), loaded.items());
    println!("{}", plan.what);
    println!(
        "   {items} items in {took:.2} s, {:.0} items a second; the load is {}",
        items as f64 / took,
        loaded.status()
    );
    for (name, bound) in plan.bounds {
        let bound = bound.as_secs_f64();
        println!("   {:.3} x the bound of {bound:.2} s: {name}", took / bound);
    }
    println!(
        "   first rows on the page after {}",
        milliseconds(loaded.first_rows)
    );
    println!("   {}", at_the_provider(state));
    if let (Some(idle), Some(peak)) = (before.memory, after.memory) {
        println!(
            "   memory: idle {:.1} MiB, peak {:.1} MiB over it; {:.2} s of the processor",
            idle.now,
            peak.peak - idle.now,
            after.processor - before.processor
        );
    }
    let bytes = after.redis - before.redis;
    println!(
        "   Redis: {:.1} MiB, {:.0} bytes an item; of these {:.0} in keys, by MEMORY USAGE",
        bytes / 1_048_576.0,
        bytes / items.max(1) as f64,
        (after.keys - before.keys) / items.max(1) as f64
    );
}

/// Calls that a stand-in counted which bring items, and what it refused.
pub fn at_the_provider(state: &Value) -> String {
    let mut peaks = Vec::new();
    for (name, said) in [
        ("burst_peak", "of an account in 10 s"),
        ("base_peak", "of a base in 1 s"),
        ("user_peak", "of a person in 1 s"),
    ] {
        if let Some(peak) = state[name].as_u64() {
            peaks.push(format!("{peak} {said}"));
        }
    }
    format!(
        "{} requests, {} answers said 'too many' (429); most requests {}",
        requests(state),
        counter(state, "rate_limited"),
        peaks.join(", ")
    )
}

/// Calls that bring items.
pub fn requests(state: &Value) -> u64 {
    let all = state["counters"].as_object().into_iter().flatten();
    let lists = all.filter(|(name, _)| name.starts_with("list_") || *name == "get_tables");
    lists.filter_map(|(_, number)| number.as_u64()).sum()
}

/// A counter of a stand-in.
pub fn counter(state: &Value, name: &str) -> u64 {
    state["counters"][name].as_u64().unwrap_or_default()
}

pub fn milliseconds(time: Option<Duration>) -> String {
    time.map_or("(never)".to_owned(), |time| {
        format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
    })
}
