//! What failed, and is tried again: only that is asked for, and until it comes the items of before stay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::runtime::Handle;

use super::{Bench, PROVIDER, owner, part, setup, tree};
use crate::items::PageSource;
use crate::load::{Cut, Load, LoadError, Loads, Outcome, Status};
use crate::store::keys;
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
        let mut ids = BTreeSet::new();
        let mut reader = self.loads.reader(&owner, PROVIDER, &snapshot.parts);
        while let Some(items) = reader.next_page().await.expect("a page") {
            for item in items {
                assert!(ids.insert(item.id.clone()), "{} is there twice", item.id);
            }
        }
        assert_eq!(snapshot.items(), ids.len() as u64);
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

    /// Pages that the snapshot does not name and that are kept for longer than somebody might be reading them.
    async fn stray(&self) -> Vec<String> {
        let (_, snapshot) = self.shown().await;
        let named: BTreeSet<String> = snapshot
            .runs()
            .flat_map(|(stream, run)| run.numbers().map(|n| keys::page(&run.of, stream, n)))
            .map(|key| key.as_str().to_owned())
            .collect();
        let all = self.redis.cli(&["KEYS", "pb:{s-*"]);
        let others = all.lines().filter(|key| !named.contains(*key));
        let lives = |key: &&str| {
            let left: i64 = self.redis.cli(&["PTTL", key]).parse().expect("a time");
            !(0..=60_000).contains(&left)
        };
        others.filter(lives).map(str::to_owned).collect()
    }
}

fn kept(load: &Load) -> BTreeMap<String, u64> {
    let summary = load.summary(PROVIDER);
    let kept = summary.streams.iter().filter(|one| one.items_kept > 0);
    kept.map(|one| (one.stream.to_owned(), one.items_kept))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_table_asks_for_that_alone() {
    let (bench, trouble) = bench().await;
    trouble.breaks("appA/tblA1", 404);
    let first = bench.load().await;
    assert_eq!((first.status, first.items()), (Status::Partial, 2 + 6 + 5));
    trouble.heals();
    let before = bench.server.seen().len();
    let load = bench.retry().await;
    assert_eq!(load.status, Status::Complete);
    let asked = bench.server.seen().split_off(before);
    let paths: Vec<_> = asked.iter().map(Request::path).collect();
    assert_eq!(paths, ["/v0/appA/tblA1"]);
    let (ids, snapshot) = bench.shown().await;
    assert_eq!(ids.len(), 2 + 6 + 6);
    let age = |load: &Load| part(load, "tables").loaded_at;
    assert_eq!(age(&snapshot), age(&first));
    assert_eq!(bench.stray().await, [""; 0]);
    let again = bench.loads.retry(&owner(), PROVIDER).await;
    assert!(matches!(again, Err(LoadError::NothingFailed)), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_base_asks_for_its_tables_and_what_they_lead_to() {
    let (bench, trouble) = bench().await;
    trouble.breaks("appB/tables", 403);
    assert_eq!(bench.load().await.status, Status::Partial);
    trouble.heals();
    let before = bench.server.seen().len();
    let load = bench.retry().await;
    assert_eq!(load.status, Status::Complete);
    let asked = bench.server.seen().split_off(before);
    assert_eq!(asked.len(), 1 + 3, "{asked:?}");
    assert!(
        asked.iter().all(|one| one.path().contains("appB")),
        "{asked:?}"
    );
    assert_eq!(bench.shown().await.0.len(), 2 + 6 + 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_stream_walks_what_leads_to_it_and_keeps_the_rest() {
    let (bench, trouble) = bench().await;
    trouble.breaks("appA/tbl", 500);
    trouble.breaks("appB/tbl", 500);
    let first = bench.load().await;
    assert_eq!((first.status, first.items()), (Status::Partial, 2 + 6));
    assert!(matches!(
        part(&first, "records").outcome,
        Outcome::Failed(_)
    ));
    // A retry that fails again leaves everything as it was.
    assert_eq!(bench.retry().await.status, Status::Partial);
    assert_eq!(bench.shown().await.0.len(), 2 + 6);
    trouble.heals();
    let load = bench.retry().await;
    assert_eq!((load.status, load.items()), (Status::Complete, 2 + 6 + 6));
    let (ids, snapshot) = bench.shown().await;
    assert_eq!(ids.len(), 2 + 6 + 6);
    for stream in ["bases", "tables"] {
        let same = |load: &Load| (part(load, stream).loaded_at, part(load, stream).runs);
        assert_eq!(same(&snapshot), same(&first), "{stream}");
    }
    assert_eq!(bench.stray().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_of_a_list_that_fails_stay_until_it_comes() {
    let (bench, trouble) = bench().await;
    trouble.gives("appA/tblA0", &["recOld", "recBoth"]);
    let first = bench.load().await;
    assert_eq!(first.status, Status::Complete);
    let (all, _) = bench.shown().await;
    trouble.gives("appA/tblA0", &["recNew", "recBoth"]);
    // The second page does not come: what came, and what is kept beside it.
    trouble.breaks("appA/tblA0?offset", 404);
    trouble.breaks("offset=more", 404);
    trouble.breaks("appB/tblB1", 404);
    let second = bench.load().await;
    assert_eq!(second.status, Status::Partial);
    assert_eq!(kept(&second), BTreeMap::from([("records".to_owned(), 3)]));
    let mut expected = all.clone();
    expected.insert("recNew".to_owned());
    assert_eq!(bench.shown().await.0, expected);
    let age = |load: &Load| {
        part(load, "records")
            .kept()
            .map(|(_, kept)| kept.loaded_at)
            .max()
    };
    assert_eq!(age(&second), Some(part(&first, "records").loaded_at));
    assert_eq!(bench.stray().await, [""; 0]);
    // Once more: they keep their age, and none is there twice.
    for load in [bench.load().await, bench.retry().await] {
        assert_eq!((load.status, kept(&load)), (Status::Partial, kept(&second)));
        assert_eq!(age(&load), age(&second));
        assert_eq!(bench.shown().await.0, expected);
        assert_eq!(bench.stray().await, [""; 0]);
    }
    trouble.heals();
    let load = bench.retry().await;
    assert_eq!(
        (load.status, kept(&load)),
        (Status::Complete, BTreeMap::new())
    );
    expected.remove("recOld");
    assert_eq!(bench.shown().await.0, expected);
    assert_eq!(bench.stray().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_list_that_fails_again_keeps_what_was_kept_and_what_came() {
    let (bench, trouble) = bench().await;
    bench.load().await;
    let (all, _) = bench.shown().await;
    trouble.breaks("appB/tblB1", 404);
    let partial = bench.load().await;
    let once = kept(&partial);
    let load = bench.retry().await;
    assert_eq!((load.status, kept(&load)), (Status::Partial, once));
    assert_eq!(part(&load, "records").outcome, Outcome::Done);
    assert_eq!(bench.shown().await.0, all);
    assert_eq!(bench.stray().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_of_a_base_whose_tables_cannot_be_listed_stay() {
    let (bench, trouble) = bench().await;
    bench.load().await;
    let (all, _) = bench.shown().await;
    trouble.breaks("appB/tables", 403);
    for _ in 0..2 {
        let load = bench.load().await;
        let expected = [("records", 3), ("tables", 3)].map(|(id, n)| (id.to_owned(), n));
        assert_eq!(
            (load.status, kept(&load)),
            (Status::Partial, expected.into())
        );
        assert_eq!(bench.shown().await.0, all);
        assert_eq!(bench.stray().await, [""; 0]);
    }
    trouble.heals();
    let load = bench.retry().await;
    assert_eq!(
        (load.status, kept(&load)),
        (Status::Complete, BTreeMap::new())
    );
    assert_eq!(bench.shown().await.0, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_keeps_its_items_and_their_age() {
    let (bench, trouble) = bench().await;
    let first = bench.load().await;
    let (all, _) = bench.shown().await;
    trouble.breaks("/v0/app", 500);
    for _ in 0..2 {
        let load = bench.load().await;
        assert_eq!(load.status, Status::Partial);
        assert_eq!(kept(&load), BTreeMap::from([("records".to_owned(), 6)]));
        let age = |load: &Load| part(load, "records").loaded_at;
        assert_eq!(age(&load), age(&first));
        assert_eq!(bench.shown().await.0, all);
        assert_eq!(bench.stray().await, [""; 0]);
    }
    trouble.heals();
    assert_eq!(bench.load().await.status, Status::Complete);
    assert_eq!(bench.stray().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_lists_than_a_report_names_keep_their_items_too() {
    let trouble = Trouble::default();
    let answering = trouble.clone();
    let bench = Bench::new(move |request| {
        let broken = !answering.broken.lock().expect("no panic").is_empty();
        let record = json!({"records": [{"id": request.path().replace('/', "")}]});
        match tree(request, &["appA"], 30) {
            Some(reply) => reply,
            None if broken && !request.path().ends_with("tbl7") => Reply::new(404, "{}"),
            None => Reply::new(200, record.to_string()),
        }
    })
    .await;
    bench.load().await;
    let (all, _) = bench.shown().await;
    trouble.breaks("all", 404);
    let load = bench.load().await;
    assert_eq!(load.status, Status::Partial);
    assert_eq!(part(&load, "records").missed_in_all, 29);
    assert_eq!(bench.shown().await.0, all);
    trouble.heals();
    assert_eq!(bench.retry().await.status, Status::Complete);
    assert_eq!(bench.shown().await.0, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_before_there_were_runs_is_shown_and_kept() {
    let (bench, trouble) = bench().await;
    let load = bench.load().await;
    let (all, snapshot) = bench.shown().await;
    let store = &bench.loads.parts.setup.store;
    let key = keys::snapshot(&owner(), PROVIDER);
    // As it was written then: no runs, and each page a list.
    let mut record = serde_json::to_value(&snapshot).expect("JSON");
    for part in record["parts"].as_array_mut().expect("parts") {
        let part = part.as_object_mut().expect("a part");
        let runs = part.remove("runs").expect("runs");
        part.insert("pages_of".to_owned(), runs[0]["of"].clone());
        part.insert("pages".to_owned(), runs[0]["blocks"].clone());
        part.remove("missed");
        part.remove("missed_in_all");
    }
    let record = record.as_object_mut().expect("a record");
    for new in ["taken_up", "in_vain", "naming"] {
        record.remove(new);
    }
    let bytes = serde_json::to_vec(&record).expect("JSON");
    store.set(&key, &bytes, None).await.expect("written");
    let (shown, old) = bench.shown().await;
    assert_eq!((shown, old.items()), (all.clone(), load.items()));
    // What fails now keeps what the old record names.
    trouble.breaks("/v0/app", 500);
    let load = bench.load().await;
    assert_eq!(kept(&load), BTreeMap::from([("records".to_owned(), 6)]));
    assert_eq!(bench.shown().await.0, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_does_not_go_beyond_the_limit_of_items() {
    let trouble = Trouble::default();
    let answering = trouble.clone();
    let mut bench = Bench::new(move |request| answering.answer(request)).await;
    bench.load().await;
    trouble.breaks("appB/tblB1", 404);
    trouble.gives("appA/tblA0", &["recOne", "recTwo"]);
    let mut setup = setup(&bench.redis, &bench.server, 0, Handle::current());
    setup.bounds.max_items = 2 + 6 + 6;
    bench.loads = Loads::new(setup);
    let load = bench.load().await;
    assert_eq!((load.items(), kept(&load)), (14, BTreeMap::new()));
    let records = part(&load, "records");
    assert_eq!((records.cut, records.items), (Some(Cut::Items(14)), 6));
    assert_eq!(bench.shown().await.0.len(), 14);
    assert_eq!(bench.stray().await, [""; 0]);
}
