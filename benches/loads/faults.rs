//! Providers whose answers go wrong, a few of a hundred or all of a stream.

use crate::loaded::Loaded;
use crate::measured::{counter, requests};
use crate::support::fleet::Fleet;

/// So many of a hundred calls fail.
const PERCENT: &str = "5";

/// Little, so that time-outs of twenty seconds do not take all day; with second pages, so that cursors can die.
const AIRTABLE: [(&str, &str); 6] = [
    ("bases", "20"),
    ("tables", "5"),
    ("records", "300"),
    ("unreadable", "off"),
    ("latency_ms", "20"),
    ("rate_limit", "off"),
];
const HUBSPOT: [(&str, &str); 5] = [
    ("contacts", "5000"),
    ("companies", "5000"),
    ("deals", "5000"),
    ("latency_ms", "20"),
    ("rate_limit", "off"),
];

pub async fn run() {
    println!("{PERCENT} % of the calls fail (waits after a 429 are a second long)");
    let off = [
        ("HUBSPOT_RATE_LIMIT", "off"),
        ("AIRTABLE_RATE_LIMIT", "off"),
    ];
    let fleet = Fleet::start(1, &off).await;
    for fault in ["429", "500", "502html", "truncated", "html200", "reset"] {
        shared(&fleet, "hubspot", fault, 15_000).await;
    }
    for fault in ["429", "iterator", "lost", "timeout"] {
        shared(&fleet, "airtable", fault, 30_120).await;
    }
    permanent(&fleet).await;
}

async fn shared(fleet: &Fleet, provider: &str, fault: &str, items: u64) {
    let plan = [
        ("fail_percent", PERCENT),
        ("fail_kind", fault),
        ("quick", "on"),
    ];
    let (loaded, faults) = load(fleet, provider, &plan).await;
    println!(
        "   {provider} {fault}: {faults}; {} of {items} items in {:.1} s, {}; {} calls repeated",
        loaded.items(),
        loaded.took.as_secs_f64(),
        loaded.status(),
        loaded.sum("retries")
    );
    loaded.is_whole(items);
}

/// One stream never answers as it should.
async fn permanent(fleet: &Fleet) {
    let plan = [
        ("fail_next", "1000000"),
        ("fail_kind", "500"),
        ("fail_on", "companies"),
    ];
    let (loaded, faults) = load(fleet, "hubspot", &plan).await;
    println!(
        "   hubspot 500, always, on companies: {faults}; {} items in {:.1} s, {}; contacts {}, companies {}, deals {}",
        loaded.items(),
        loaded.took.as_secs_f64(),
        loaded.status(),
        loaded.outcome("contacts"),
        loaded.outcome("companies"),
        loaded.outcome("deals")
    );
    assert_eq!(
        (loaded.status(), loaded.items()),
        ("partial", 10_000),
        "{}",
        loaded.report
    );
    assert_eq!(loaded.outcome("companies"), "failed");
    let types = loaded.types();
    assert_eq!(
        (types.get("Contact"), types.get("Deal")),
        (Some(&5_000), Some(&5_000))
    );
}

/// Somebody who has never loaded loads while calls fail.
async fn load(fleet: &Fleet, provider: &str, plan: &[(&str, &str)]) -> (Loaded, String) {
    let (streams, sizes): (&[&str], &[_]) = match provider {
        "airtable" => (&["bases", "tables", "records"], &AIRTABLE),
        _ => (&[], &HUBSPOT),
    };
    let name: String = plan.iter().map(|(_, value)| *value).collect();
    let mut person = fleet.person(&name).await;
    fleet.stand_ins.control(provider, &[("reset", "1")]).await;
    person.connect(provider, &[]).await;
    fleet.stand_ins.control(provider, sizes).await;
    fleet.stand_ins.control(provider, plan).await;
    let loaded = person.load(provider, streams).await;
    let state = fleet.stand_ins.state(provider).await;
    let faults = format!(
        "{} of {} calls",
        counter(&state, "faults"),
        requests(&state)
    );
    (loaded, faults)
}
