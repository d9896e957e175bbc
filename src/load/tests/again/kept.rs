//! What is kept of an earlier load.

use super::*;
use crate::store::keys;

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
async fn what_may_come_at_another_time_is_told_from_what_is_not_to_be_read() {
    let (bench, trouble) = bench().await;
    for (status, for_now) in [(403, 0), (500, 1)] {
        trouble.breaks("appB/tblB1", status);
        let records = part(&bench.load().await, "records");
        let missed = (records.missed_in_all, records.missed_for_now);
        assert_eq!(missed, (1, for_now), "{status}");
        trouble.heals();
    }
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
    let records = part(&load, "records");
    assert_eq!((records.missed_in_all, records.missed_for_now), (29, 0));
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
        part.remove("missed_for_now");
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
