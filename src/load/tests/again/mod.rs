//! What failed, and is tried again: only that is asked for, and until it comes the items of before stay.

mod kept;
mod retried;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::runtime::Handle;

use super::{Bench, PROVIDER, ids, owner, part, setup, stray, tree};
use crate::load::{Cut, Load, LoadError, Loads, Outcome, Status};
use crate::testing::http::{Reply, Request};

/// Paths, by their end, that are answered with a status; and what each table gives.
#[derive(Clone, Default)]
struct Trouble {
    broken: Arc<Mutex<BTreeMap<String, u16>>>,
    records: Arc<Mutex<BTreeMap<String, Vec<&'static str>>>>,
}

impl Trouble {
    fn breaks(&self, end: &str, status: u16) {
        let mut broken = self.broken.lock().expect("no panic");
        broken.insert(end.to_owned(), status);
    }

    fn heals(&self) {
        self.broken.lock().expect("no panic").clear();
    }

    fn gives(&self, table: &str, records: &[&'static str]) {
        let mut all = self.records.lock().expect("no panic");
        all.insert(table.to_owned(), records.to_vec());
    }

    /// Two bases of three tables; each table gives a record of its own, on two pages where it gives more.
    fn answer(&self, request: &Request) -> Reply {
        let broken = self.broken.lock().expect("no panic").clone();
        let is_broken = |end: &&String| request.target.contains(&end[..]);
        if let Some(end) = broken.keys().find(is_broken) {
            return Reply::new(broken[end], "{}");
        }
        if let Some(base) = request.path().strip_prefix("/v0/meta/bases/") {
            let base = base.trim_start_matches("app").trim_end_matches("/tables");
            let table = |n| json!({"id": format!("tbl{base}{n}"), "name": format!("{base} {n}")});
            let tables: Vec<_> = (0..3).map(table).collect();
            return Reply::new(200, json!({ "tables": tables }).to_string());
        }
        if let Some(reply) = tree(request, &["appA", "appB"], 0) {
            return reply;
        }
        let table = request.path().trim_start_matches("/v0/").to_owned();
        let known = self.records.lock().expect("no panic").get(&table).cloned();
        let own = format!("rec{}", table.replace('/', ""));
        let ids = known.map_or(vec![own], |ids| {
            ids.iter().map(|id| (*id).to_owned()).collect()
        });
        let second = request.target.contains("offset=");
        let (first, rest) = ids.split_at(1.min(ids.len()));
        let body = match second {
            false => {
                json!({"records": records(first), "offset": (!rest.is_empty()).then_some("more")})
            }
            true => json!({"records": records(rest)}),
        };
        Reply::new(200, body.to_string())
    }
}

fn records(ids: &[String]) -> Vec<serde_json::Value> {
    ids.iter().map(|id| json!({ "id": id })).collect()
}

async fn bench() -> (Bench, Trouble) {
    let trouble = Trouble::default();
    let answering = trouble.clone();
    let bench = Bench::new(move |request| answering.answer(request)).await;
    (bench, trouble)
}

impl Bench {
    /// The ids that are shown, nothing twice, and the report of their snapshot.
    async fn shown(&self) -> (BTreeSet<String>, Load) {
        let owner = owner();
        let snapshot = self.loads.snapshot(&owner, PROVIDER).await.expect("a look");
        let snapshot = snapshot.expect("a snapshot");
        let ids = ids(&self.loads, &snapshot).await;
        for part in &snapshot.parts {
            assert_eq!(part.kinds.values().sum::<u64>(), part.items, "{part:?}");
        }
        (ids, snapshot)
    }

    async fn retry(&self) -> Load {
        let started = self.loads.retry(&owner(), PROVIDER).await;
        assert!(started.expect("a start"));
        self.ended().await
    }

    /// See [`stray`].
    async fn stray(&self) -> Vec<String> {
        let (_, snapshot) = self.shown().await;
        stray(&self.redis, &snapshot)
    }
}

fn kept(load: &Load) -> BTreeMap<String, u64> {
    let summary = load.summary(PROVIDER);
    let kept = summary.streams.iter().filter(|one| one.items_kept > 0);
    kept.map(|one| (one.stream.to_owned(), one.items_kept))
        .collect()
}
