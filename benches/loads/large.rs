//! Large snapshots: how they come, what they take, and how fast they are read.

use std::time::Duration;

use crate::hubspot::cursors;
use crate::measured::{Plan, measure, milliseconds};
use crate::person::Person;
use crate::spread::Spread;
use crate::support::fleet::Fleet;

/// Each question is asked so often.
const TIMES: usize = 15;
/// Texts that names, addresses and properties may hold; each is asked for once, so that no answer is remembered.
const TEXTS: [&str; 15] = [
    "ada",
    "example.com",
    "berlin",
    "smith",
    "77",
    "lead",
    "garc",
    "street",
    "zz",
    "o'",
    "paris",
    "12-3",
    "maria",
    "q",
    "ünal",
];

/// 100,000 contacts.
pub async fn run() {
    let fleet = Fleet::start(1, &[("HUBSPOT_RATE_LIMIT", "off")]).await;
    let latency = Duration::from_millis(50);
    load(&fleet, &["contacts"], [100_000, 0, 0], latency).await;
    read(fleet, 100_000).await;
}

/// A million items of three streams, at the speed of the machine.
pub async fn million() {
    let fleet = Fleet::start(1, &[("HUBSPOT_RATE_LIMIT", "off")]).await;
    let sizes = [400_000, 300_000, 300_000];
    load(&fleet, &[], sizes, Duration::from_millis(10)).await;
    read(fleet, 1_000_000).await;
}

async fn load(fleet: &Fleet, streams: &[&str], sizes: [u64; 3], latency: Duration) {
    let mut ada = fleet.person("ada").await;
    let [contacts, companies, deals] = sizes.map(|size| size.to_string());
    let ms = latency.as_millis().to_string();
    let items: u64 = sizes.iter().sum();
    let loaded: Vec<u64> = sizes.into_iter().filter(|size| *size > 0).collect();
    let plan = Plan {
        what: &format!("HubSpot, {items} records at {ms} ms, without limits"),
        provider: "hubspot",
        streams,
        controls: &[
            ("contacts", &contacts),
            ("companies", &companies),
            ("deals", &deals),
            ("latency_ms", &ms),
            ("rate_limit", "off"),
        ],
        bounds: &[("one cursor a stream", cursors(&loaded, latency, &[]))],
    };
    measure(fleet, &mut ada, &plan).await.is_whole(items);
}

/// Reads the snapshot with a process that has only just begun, and again: on the connection's own page, and among
/// everything.
async fn read(mut fleet: Fleet, items: u32) {
    fleet.restart(0).await;
    let mut ada = fleet.person("ada").await;
    ada.browser.get("/connections").await;
    fleet.settle().await;
    let idle = fleet.memory();
    for table in ["/connections/hubspot/items", "/items"] {
        println!("   {table}");
        look(&mut ada, table, items).await;
    }
    if let (Some(Some(idle)), Some(Some(read))) = (idle.first(), fleet.memory().first()) {
        println!(
            "   memory of reading: peak {:.1} MiB over idle",
            read.peak - idle.now
        );
    }
}

async fn look(ada: &mut Person, table: &str, items: u32) {
    let (cold, page) = ada.table(table, "").await;
    assert_eq!(page.ids().len(), 50);
    let (warm_after_cold, _) = ada.table(table, "").await;
    println!(
        "      its first page as the first look: {}, then {}",
        milliseconds(Some(cold)),
        milliseconds(Some(warm_after_cold))
    );
    let last = format!("page={}", items / 50);
    for (what, query) in [
        ("its first page", "per_page=50"),
        ("its last page", last.as_str()),
        (
            "sorted by 'modified', latest first",
            "sort=modified&dir=desc",
        ),
        ("filtered by type", "type=Contact"),
    ] {
        ask(ada, what, table, &vec![query.to_owned(); TIMES]).await;
    }
    let texts = TEXTS.map(|text| format!("q={text}"));
    ask(ada, "filtered by text, another each time", table, &texts).await;
}

async fn ask(person: &mut Person, what: &str, table: &str, queries: &[String]) {
    let mut times = Vec::new();
    for query in queries {
        times.push(person.table(table, query).await.0);
    }
    let first = milliseconds(times.first().copied());
    let (plain, packed) = match queries.first() {
        Some(query) => person.bytes(table, query).await,
        None => (0, 0),
    };
    if let Some(spread) = Spread::of(times) {
        println!(
            "      {what}: {first} the first time; {spread} (least, median, most of {}); {plain} bytes, {packed} as gzip",
            queries.len()
        );
    }
}
