//! What it costs to look at a snapshot: `cargo bench --bench reading`, or a part of it with `-- pack`, say.
//!
//! Packing, the index and its use are measured by themselves, with contacts as HubSpot's stand-in has them; the path
//! of a whole look with a Patchbay, its Redis and the stand-in, on loopback (`-- server`), and so are whole exports
//! (`-- exports`).

#![allow(clippy::expect_used, clippy::unwrap_used)] // A failure ends the measurement.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use jiff::Timestamp;
use patchbay::item::Item;
use patchbay::items::{Builder, Dir, Index, Query, Sort, Texts, pack, unpack};
use support::World;

/// Items of a block: what a page of most lists brings.
const BLOCK: usize = 100;
const SOME: usize = 100_000;
const MANY: usize = 1_000_000;

fn main() {
    // `cargo test --all-targets` builds and calls benchmarks too; only `cargo bench` asks them to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut arguments = std::env::args().skip(1);
    let part = arguments.find(|argument| !argument.starts_with("--"));
    let served = ["server", "exports"];
    if !part.as_deref().is_some_and(|part| served.contains(&part)) {
        let mut criterion = Criterion::default().configure_from_args();
        blocks(&mut criterion);
        for (title, count) in [("100k", SOME), ("1m", MANY)] {
            index(&mut criterion, title, count);
        }
        criterion.final_summary();
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if part.as_deref().is_none_or(|part| part == "server") {
        runtime.block_on(server());
    }
    if part.is_none_or(|part| part == "exports") {
        runtime.block_on(exports());
    }
}

/// A contact, none like the other.
fn contact(n: usize) -> Item {
    let first = ["Ada", "Grace", "Zoë", "Bjørn", "José", "Mary", "Yuki"][n % 7];
    let last = ["Example", "Sample", "Muster", "Dupont", "Rossi"][n / 7 % 5];
    let mixed = n * 7919 % 1_000_003;
    let mut item = Item::new(
        "hubspot",
        "Contact",
        (n + 51).to_string(),
        format!("{first} {last} {mixed}"),
    );
    let at = |second: usize| Timestamp::from_second(1_600_000_000 + second as i64).ok();
    (item.creation_time, item.last_modified_time) = (at(n * 60), at(n * 60 + mixed));
    item.url = Some(format!("https://app.hubspot.com/contacts/1/record/0-1/{n}"));
    let texts = [
        ("firstname", first.to_owned()),
        ("lastname", last.to_owned()),
        ("email", format!("{first}.{last}.{n}@example.com")),
        ("company", format!("Company {}", n % 900)),
        ("jobtitle", "Engineer".to_owned()),
        ("phone", format!("+1 555 {mixed:07}")),
        ("lifecyclestage", "lead".to_owned()),
    ];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.into()));
    item.properties = BTreeMap::from(texts);
    item
}

fn blocks(criterion: &mut Criterion) {
    let items: Vec<Item> = (0..BLOCK).map(contact).collect();
    let packed = pack(&items).expect("packed");
    let json = serde_json::to_vec(&items).expect("JSON");
    println!(
        "a block: {} bytes packed, {} bytes as JSON",
        packed.len(),
        json.len()
    );
    criterion.bench_function("pack a block of 100", |bench| {
        bench.iter(|| pack(black_box(&items)))
    });
    criterion.bench_function("unpack a block of 100", |bench| {
        bench.iter(|| unpack(black_box(&packed)))
    });
}

fn index(criterion: &mut Criterion, title: &str, count: usize) {
    let blocks = (0..count).step_by(BLOCK);
    let blocks: Vec<Vec<u8>> = blocks
        .map(|from| pack(&(from..from + BLOCK).map(contact).collect::<Vec<_>>()).expect("packed"))
        .collect();
    let mut group = criterion.benchmark_group(format!("index of {title}"));
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(3));
    group.bench_function("build", |bench| bench.iter(|| build(&blocks)));
    let (index, texts) = build(&blocks);
    println!(
        "index: {} bytes an item, texts: {}",
        index.weight() / count,
        texts.weight() / count
    );
    for (title, query) in queries(count) {
        group.bench_function(title, |bench| {
            bench.iter(|| look(&index, &texts, black_box(&query)))
        });
    }
    group.finish();
}

fn build(blocks: &[Vec<u8>]) -> (Index, Texts) {
    let mut builder = Builder::new(usize::MAX);
    blocks
        .iter()
        .for_each(|block| builder.push(block).expect("a block"));
    let (index, texts) = builder.finish().expect("an index");
    (index, texts.expect("texts"))
}

fn queries(count: usize) -> [(&'static str, Query); 5] {
    let all = Query::default();
    let text = |q: &str| Query {
        q: q.to_owned(),
        ..Query::default()
    };
    let modified = Query {
        sort: Sort::Modified,
        dir: Dir::Desc,
        ..all.clone()
    };
    let deep = Query {
        page: (count / 60) as u32,
        ..all.clone()
    };
    [
        ("first page by name", all),
        ("deep page", deep),
        ("by time, latest first", modified),
        ("text filter that finds few", text("rossi 77")),
        ("text filter that finds a seventh", text("zoe")),
    ]
}

/// The rows of a page.
fn look(index: &Index, texts: &Texts, query: &Query) -> u64 {
    let needle = query.needle();
    let found = (!needle.is_empty()).then(|| texts.found(&needle, index.rows()));
    black_box(index.pick(query, found.as_ref())).total
}

/// A Patchbay in which somebody has loaded so many contacts.
async fn loaded(count: usize) -> (World, support::Browser) {
    let world = World::with(&[("HUBSPOT_RATE_LIMIT", "off")]).await;
    let contacts = count.to_string();
    let size = [
        ("contacts", contacts.as_str()),
        ("companies", "0"),
        ("deals", "0"),
        ("rate_limit", "off"),
    ];
    world.control(&size).await;
    let mut person = world.person("acme", "ada").await;
    person.connect("hubspot", &[]).await;
    let begun = Instant::now();
    person.load("hubspot", &["contacts"]).await;
    println!(
        "{count} contacts were loaded in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    (world, person)
}

/// Whole requests of the item table's fragment, over HTTP.
async fn server() {
    for count in [SOME, MANY] {
        let (mut world, mut person) = loaded(count).await;
        looks(&mut person, "warm").await;
        world.restart().await;
        looks(&mut person, "first after a restart").await;
        looks(&mut person, "warm").await;
    }
}

/// Whole exports over HTTP, read as fast as they come. The memory is that of this process, the stand-in's account and the
/// reader included, so only its growth means something.
async fn exports() {
    for count in [SOME, MANY] {
        let (world, person) = loaded(count).await;
        for place in [
            "ndjson",
            "csv",
            "json",
            "csv?sort=modified&dir=desc",
            "csv?q=zoe",
        ] {
            let (before, calls) = (memory(), calls(&world));
            let (begun, mut peak, mut bytes) = (Instant::now(), before, 0);
            let place = format!("/connections/hubspot/items.{place}");
            let request = person.request(reqwest::Method::GET, &place);
            let mut answer = request.send().await.expect("an answer");
            let first = begun.elapsed().as_secs_f64();
            while let Some(piece) = answer.chunk().await.expect("a whole file") {
                bytes += piece.len();
                peak = peak.max(memory());
            }
            println!(
                "{count}, {place}: {:.1} s, the first byte after {first:.2} s, {} MB, {} MiB more memory at most, {} bundles read",
                begun.elapsed().as_secs_f64(),
                bytes / 1_000_000,
                peak.saturating_sub(before),
                self::calls(&world) - calls,
            );
        }
    }
}

/// MiB that this process holds.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Bundles of blocks that Redis was asked for so far: 64 blocks each.
fn calls(world: &World) -> u64 {
    let stats = world.redis.cli(&["INFO", "commandstats"]);
    let line = stats
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_mget:calls="));
    let calls = line.and_then(|line| line.split(',').next());
    calls.and_then(|calls| calls.parse().ok()).unwrap_or(0)
}

async fn looks(person: &mut support::Browser, title: &str) {
    for query in [
        "",
        "page=1500",
        "sort=modified&dir=desc",
        "q=zoe",
        "q=example.org",
        "type=contact&per_page=500",
    ] {
        let begun = Instant::now();
        let page = person
            .get(&format!("/connections/hubspot/items?{query}"))
            .await;
        println!(
            "{title}: '{query}' in {:.1} ms",
            begun.elapsed().as_secs_f64() * 1000.0
        );
        assert_eq!(page.status, 200);
    }
}
