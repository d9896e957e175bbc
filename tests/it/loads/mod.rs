//! Loads that are cut off, handed on, cancelled: nothing is lost, nothing is there twice, and nothing lies about.

mod cancelled;
mod killed;
mod paused;
mod retried;
mod rotated;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use patchbay::sandbox::{Endpoints, Sandbox};
use scraper::{Html, Selector};
use serde_json::Value;

use crate::support::{Browser, Home, Program, Redis, control, start_sandbox, state_of};

const PROVIDERS: [&str; 3] = ["hubspot", "notion", "airtable"];

/// Streams by which each provider loads everything.
fn streams(provider: &str) -> &'static [&'static str] {
    match provider {
        "hubspot" => &["contacts", "companies", "deals"],
        "notion" => &["pages", "databases"],
        _ => &["bases", "tables", "records"],
    }
}

/// Two places for replicas at one Redis and one set of stand-ins, which keep to no limits.
struct Site {
    redis: Redis,
    sandbox: Sandbox,
    homes: [Home; 2],
}

impl Site {
    async fn new() -> Self {
        let (redis, homes) = (Redis::start(), [Home::new(), Home::new()]);
        let sandbox = start_sandbox(&homes[0].url()).await;
        let mut site = Self {
            redis,
            sandbox,
            homes,
        };
        for home in &mut site.homes {
            home.use_sandbox(&site.sandbox);
            home.use_redis(&site.redis.url());
            for id in PROVIDERS {
                home.set(&format!("{}_RATE_LIMIT", id.to_uppercase()), "off");
            }
        }
        for id in PROVIDERS {
            let easy = [("quick", "on"), ("small", "on"), ("rate_limit", "off")];
            control(site.stand_in(id), &easy).await;
        }
        site
    }

    fn stand_in(&self, provider: &str) -> &Endpoints {
        self.sandbox.endpoints(provider).expect("a stand-in")
    }

    async fn control(&self, provider: &str, fields: &[(&str, &str)]) {
        control(self.stand_in(provider), fields).await;
    }

    async fn calls(&self, provider: &str, name: &str) -> u64 {
        let state = state_of(self.stand_in(provider)).await;
        state["counters"][name].as_u64().unwrap_or(0)
    }

    /// How many items of each type the stand-in has for its first account.
    async fn truth(&self, provider: &str) -> BTreeMap<String, u64> {
        let state = state_of(self.stand_in(provider)).await;
        let mut counts: BTreeMap<String, u64> =
            serde_json::from_value(state["truth"][0]["counts"].clone()).expect("counts");
        counts.retain(|_, count| *count > 0);
        counts
    }

    /// Ada, signed in and connected to these providers.
    async fn ada(&self, providers: &[&str]) -> Browser {
        let mut ada = self.homes[0].browser();
        ada.sign_in("acme", "ada").await;
        for id in providers {
            assert_eq!(ada.connect(id, &[]).await.state(), "connected");
        }
        ada
    }

    /// Lets a browser go to another replica.
    fn send(&self, browser: &mut Browser, replica: usize) {
        browser.home = self.homes[replica].url().parse().expect("a URL");
    }

    /// The dead hold their leases for a while. Not here, where somebody waits.
    fn let_leases_end(&self, providers: &[&str]) {
        for id in providers {
            self.redis
                .cli(&["DEL", &format!("pb:{{acme.ada}}:loading:{id}")]);
            let name = format!("pb:{{acme.ada}}:load:{id}");
            self.redis.cli(&["ZADD", "pb:loads", "XX", "1", &name]);
        }
    }

    /// Pages that no record of a load or snapshot of ada's names, and that live on for longer than a minute.
    async fn stray(&self, providers: &[&str]) -> Vec<String> {
        let mut named = BTreeSet::new();
        for id in providers {
            for what in ["load", "snapshot"] {
                let key = format!("pb:{{acme.ada}}:{what}:{id}");
                named.extend(pages_of(&self.redis.cli(&["GET", &key])));
            }
        }
        let all = self.redis.cli(&["KEYS", "pb:{s-*"]);
        let others = all.lines().filter(|key| !named.contains(*key));
        others
            .filter(|key| self.life(key) > 60_000)
            .map(str::to_owned)
            .collect()
    }

    /// How long a key lives on, in milliseconds.
    fn life(&self, key: &str) -> i64 {
        let left = self.redis.cli(&["PTTL", key]);
        left.parse().expect("a time")
    }

    /// The pages that ada's snapshot names.
    fn pages(&self, provider: &str) -> Vec<String> {
        let key = format!("pb:{{acme.ada}}:snapshot:{provider}");
        pages_of(&self.redis.cli(&["GET", &key]))
    }
}

/// The keys of the pages that a record of a load names.
fn pages_of(record: &str) -> Vec<String> {
    let record: Value = serde_json::from_str(record).unwrap_or_default();
    let parts = record["parts"].as_array().into_iter().flatten();
    let runs = parts.flat_map(|part| {
        let stream = part["stream"].as_str().expect("a stream");
        let runs = part["runs"].as_array().expect("runs").iter();
        runs.map(move |run| (stream, run))
    });
    runs.flat_map(|(stream, run)| {
        let (of, first) = (run["of"].as_str().expect("a name"), run["first"].as_u64());
        let first = first.expect("a number");
        let blocks = run["blocks"].as_u64().expect("a number");
        (first..first + blocks).map(move |n| format!("pb:{{s-{of}}}:{stream}:{n}"))
    })
    .collect()
}

impl Browser {
    /// Clicks 'Load items', for everything, and does not wait.
    async fn begin_load(&mut self, provider: &str) {
        self.get(&format!("/connections/{provider}")).await;
        let chosen = streams(provider).iter().map(|id| ("stream", *id));
        let chosen: Vec<_> = chosen.collect();
        let place = format!("/connections/{provider}/load");
        let page = self.post(&place, &chosen).await;
        assert!(page.is_loading(), "{}", page.text);
    }

    /// The report of the load, as programs read it.
    async fn report(&mut self, provider: &str) -> Value {
        let place = format!("/connections/{provider}/load.json");
        for _ in 0..100 {
            let page = self.get(&place).await;
            if page.status == 200 {
                return serde_json::from_str(&page.text).expect("JSON");
            }
            assert_eq!(page.status, 503, "{}", page.text);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("{place} is never there");
    }

    /// Waits until the report says what is waited for.
    async fn report_until(&mut self, provider: &str, what: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..900 {
            let report = self.report(provider).await;
            if what(&report) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the report never says it: {}", self.report(provider).await);
    }

    /// Waits until the load has ended.
    async fn ended(&mut self, provider: &str) -> Value {
        self.report_until(provider, |report| report["status"] != "running")
            .await
    }

    /// All items, each as its type and id, with what it lies in; nothing twice.
    async fn items(&mut self, provider: &str) -> BTreeSet<(String, String, String)> {
        let mut all = BTreeSet::new();
        for number in 1..=100 {
            let place = format!("/connections/{provider}/items?per_page=500&page={number}");
            let page = self.get_part(&place).await;
            assert_eq!(page.status, 200, "{}", page.text);
            let rows = tokio::task::block_in_place(|| rows(&page.text));
            let is_last = rows.len() < 500;
            for row in rows {
                assert!(all.insert(row.clone()), "{row:?} is there twice");
            }
            if is_last {
                return all;
            }
        }
        panic!("there is no last page");
    }
}

fn rows(html: &str) -> Vec<(String, String, String)> {
    let html = Html::parse_document(html);
    let parse = |selector| Selector::parse(selector).expect("a selector");
    let (row, kind, parent) = (
        parse("#items tr[data-id]"),
        parse("td.type"),
        parse("td.parent"),
    );
    let text = |row: &scraper::ElementRef<'_>, cell: &Selector| -> String {
        let cell = row.select(cell).next();
        cell.map(|cell| cell.text().collect()).unwrap_or_default()
    };
    let read = |row: scraper::ElementRef<'_>| {
        let id = row.attr("data-id").unwrap_or_default().to_owned();
        (text(&row, &kind), id, text(&row, &parent))
    };
    html.select(&row).map(read).collect()
}

fn counted(items: &BTreeSet<(String, String, String)>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (kind, _, _) in items {
        *counts.entry(kind.clone()).or_default() += 1;
    }
    counts
}

/// Ends a program as `kill -9` does, and starts it again.
async fn kill(program: Program, home: &Home) -> Program {
    program.kill().await;
    home.serve().await
}
