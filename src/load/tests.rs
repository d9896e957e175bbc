//! Whole loads against a provider's server on loopback that misbehaves as no stand-in does.

mod again;
mod cleared;
mod crashes;
mod exports;
mod listed;
mod looks;
mod model;
mod noted;
mod noted_when;
mod tree;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use tokio::runtime::Handle;

use super::{Bounds, Load, Loads, Outcome, Setup, Status, Streams};
use crate::clock::{Clock, Entropy};
use crate::items::Query;
use crate::owner::Owner;
use crate::providers::{Account, Api, Pace, Registry};
use crate::store::keys;
use crate::testing;
use crate::testing::http::{Reply, Request, Server};
use crate::testing::redis::Redis;
use crate::vault::{self, Connection, Credential, KeyRing, NamedKey, Vault};

/// A provider of lists within lists.
const PROVIDER: &str = "airtable";

struct Bench {
    redis: Redis,
    server: Server,
    loads: Loads,
}

impl Bench {
    async fn new(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::limited(0, answer).await
    }

    /// With a limit of pages a stream.
    async fn limited(
        max_pages: u64,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (redis, server) = (Redis::start(), Server::start(answer).await);
        let setup = setup(&redis, &server, max_pages, Handle::current());
        let stored = setup.vault.put(&owner(), PROVIDER, &connection()).await;
        stored.expect("stored");
        Self {
            loads: Loads::new(setup),
            redis,
            server,
        }
    }
    /// Loads everything, to its end.
    async fn load(&self) -> Load {
        let all = ["bases", "tables", "records"].map(str::to_owned);
        let started = self
            .loads
            .start(&owner(), PROVIDER, Streams::Chosen(&all))
            .await;
        assert!(started.expect("a start"));
        self.ended().await
    }

    /// Waits until the load has ended.
    async fn ended(&self) -> Load {
        loop {
            let load = self.loads.latest(&owner(), PROVIDER).await.expect("a look");
            match load.expect("a load") {
                load if load.status == Status::Running => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                load => return load,
            }
        }
    }

    /// Calls below this path.
    fn calls(&self, path: &str) -> usize {
        let seen = self.server.seen();
        seen.iter()
            .filter(|one| one.path().starts_with(path))
            .count()
    }
}

/// What a process loads with.
fn setup(redis: &Redis, server: &Server, max_pages: u64, tasks: Handle) -> Setup {
    let key = NamedKey {
        id: "one".to_owned(),
        secret: [7; 32],
    };
    let ring = Arc::new(KeyRing::new(vec![key], Entropy::system()).expect("a ring"));
    let store = testing::store(redis);
    let vault = Vault::new(vault::Setup {
        store: store.clone(),
        ring: Arc::clone(&ring),
        registry: Registry,
        clients: HashMap::new(),
        outbound: testing::outbound(),
        clock: Clock::system(),
        entropy: Entropy::system(),
        margin: Duration::from_secs(300),
        forget_after: Duration::from_secs(30 * 24 * 60 * 60),
        tasks: tasks.clone(),
        observer: vault::Observer::none(),
    });
    let api = Api {
        base: server.url.clone(),
        pace: Pace::Unlimited,
    };
    Setup {
        store,
        ring,
        vault,
        registry: Registry,
        apis: HashMap::from([(PROVIDER, api)]),
        outbound: testing::outbound(),
        clock: Clock::system(),
        entropy: Entropy::system(),
        bounds: Bounds {
            max_pages,
            max_items: 1_000_000,
            item_ttl: Duration::from_secs(3_600),
        },
        tasks,
    }
}

fn owner() -> Owner {
    Owner {
        org: "org".to_owned(),
        user: "user".to_owned(),
    }
}

fn connection() -> Connection {
    let now = Clock::system().now();
    let credential = Credential {
        access: SecretString::from("access"),
        refresh: Some(SecretString::from("refresh")),
        issued_at: now,
        expires_at: None,
        ancestors: Vec::new(),
    };
    let scopes = ["schema.bases:read", "data.records:read"].map(str::to_owned);
    Connection::new(
        Account::default(),
        credential,
        scopes.into(),
        Vec::new(),
        now,
    )
}

/// Bases of these ids, each with so many tables; what a table answers is the test's.
fn tree(request: &Request, bases: &[&str], tables: usize) -> Option<Reply> {
    let path = request.path();
    let body = if path == "/v0/meta/bases" {
        let bases = bases.iter().map(|id| json!({"id": id, "name": id}));
        json!({"bases": bases.collect::<Vec<_>>()})
    } else if path.starts_with("/v0/meta/bases/") {
        let tables = (0..tables).map(|n| json!({"id": format!("tbl{n}"), "name": "Leads"}));
        json!({"tables": tables.collect::<Vec<_>>()})
    } else {
        return None;
    };
    Some(Reply::new(200, body.to_string()))
}

/// The ids of what a report's pages hold: nothing twice, and as many as it counts.
async fn ids(loads: &Loads, load: &Load) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let export = exports::export(loads, load, &Query::default()).await;
    let (items, whole) = exports::read(export.expect("an export")).await;
    whole.expect("the whole of it");
    for item in items {
        assert!(ids.insert(item.id.clone()), "{} is there twice", item.id);
    }
    assert_eq!(load.items(), ids.len() as u64, "the report counts others");
    ids
}

/// Pages that a report does not name and that are kept for longer than somebody might be reading them.
fn stray(redis: &Redis, load: &Load) -> Vec<String> {
    let named: BTreeSet<String> = load
        .runs()
        .flat_map(|(stream, run)| run.numbers().map(|n| keys::page(&run.of, stream, n)))
        .map(|key| key.as_str().to_owned())
        .collect();
    let all = redis.cli(&["KEYS", "pb:{s-*"]);
    let others = all.lines().filter(|key| !named.contains(*key));
    let lives = |key: &&str| {
        let left: i64 = redis.cli(&["PTTL", key]).parse().expect("a time");
        !(0..=60_000).contains(&left)
    };
    others.filter(lives).map(str::to_owned).collect()
}

fn part(load: &Load, stream: &str) -> super::Part {
    let found = load.parts.iter().find(|part| part.stream == stream);
    found.expect("a part").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_fresh_cursors_and_nothing_new_comes_to_an_end() {
    let page = AtomicUsize::new(0);
    let bench = Bench::new(move |request| {
        tree(request, &["appA"], 2).unwrap_or_else(|| {
            let offset = page.fetch_add(1, Ordering::SeqCst).to_string();
            let endless = request.path().ends_with("tbl0");
            let body = json!({"records": [{"id": "rec1"}], "offset": endless.then_some(offset)});
            Reply::new(200, body.to_string())
        })
    })
    .await;
    let load = bench.load().await;
    assert_eq!(load.status, Status::Partial);
    let records = part(&load, "records");
    assert_eq!((records.outcome, records.items), (Outcome::Done, 2));
    assert_eq!((records.missed_in_all, records.missed_for_now), (1, 0));
    assert!(bench.calls("/v0/appA/tbl0") < 120, "it went on and on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_is_used_up_ends_its_lane_and_no_other() {
    let bench = Bench::new(|request| {
        tree(request, &["appA", "appB"], 20).unwrap_or_else(|| {
            let quota = json!({"errors": [{"error": "PUBLIC_API_BILLING_LIMIT_EXCEEDED"}]});
            match request.path().starts_with("/v0/appA/") {
                true => Reply::new(429, quota.to_string()),
                false => Reply::new(200, r#"{"records": [{"id": "rec1"}]}"#),
            }
        })
    })
    .await;
    let load = bench.load().await;
    let records = part(&load, "records");
    assert_eq!((records.items, records.missed_in_all), (20, 20));
    // As many as run at once before the first answer is there.
    assert!(
        bench.calls("/v0/appA/") <= 10,
        "{}",
        bench.calls("/v0/appA/")
    );
    assert_eq!(bench.calls("/v0/appB/"), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_missed_is_missed_by_what_follows() {
    let bench = Bench::new(|request| {
        if request.path() == "/v0/meta/bases/appB/tables" {
            return Reply::new(403, "{}");
        }
        let record = Reply::new(200, r#"{"records": [{"id": "rec1"}]}"#);
        tree(request, &["appA", "appB"], 1).unwrap_or(record)
    })
    .await;
    let load = bench.load().await;
    assert_eq!(load.status, Status::Partial);
    for stream in ["tables", "records"] {
        let part = part(&load, stream);
        assert_eq!((part.items, part.missed.len()), (1, 1), "{stream}");
        assert_eq!(part.missed[0].title, "appB");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_list_can_be_read_the_stream_fails_and_names_one() {
    let bench = Bench::new(|request| {
        if request.path().ends_with("/tables") {
            return Reply::new(403, "{}");
        }
        tree(request, &["appA"], 1).unwrap_or_else(|| Reply::new(404, "{}"))
    })
    .await;
    let load = bench.load().await;
    let why = part(&load, "tables").outcome;
    let why = why.why().expect("a reason");
    assert!(why.starts_with("appA: Airtable lists it"), "{why}");
    assert_eq!(part(&load, "records").outcome.why(), Some(why));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_within_the_limit_are_kept_and_what_lies_in_them_is_read() {
    let bases: Vec<String> = (0..30).map(|n| format!("app{n}")).collect();
    let bench = Bench::limited(3, move |request| {
        let ids: Vec<&str> = bases.iter().map(String::as_str).collect();
        let record = Reply::new(200, r#"{"records": [{"id": "rec1"}]}"#);
        tree(request, &ids, 1).unwrap_or(record)
    })
    .await;
    let load = bench.load().await;
    for (stream, items) in [("bases", 30), ("tables", 3), ("records", 3)] {
        assert_eq!(part(&load, stream).items, items, "{stream}");
    }
    assert_eq!(part(&load, "tables").cut, Some(super::Cut::Pages(3)));
    // Cut as well: there are records in the tables that were not read.
    assert_eq!(part(&load, "records").cut, Some(super::Cut::Pages(3)));
    assert_eq!(bench.calls("/v0/meta/bases/app"), 3);
}
