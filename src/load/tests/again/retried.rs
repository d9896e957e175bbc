//! Retries of lists and of streams.

use super::*;
use crate::load::Streams;

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

/// Loads records alone: bases and tables are walked, and not shown.
async fn records_alone(bench: &Bench) -> Load {
    let records = ["records".to_owned()];
    let started = bench
        .loads
        .start(&owner(), PROVIDER, Streams::Chosen(&records))
        .await;
    assert!(started.expect("a start"));
    bench.ended().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stream_that_is_not_shown_missed_stays_and_is_tried_again() {
    let (bench, trouble) = bench().await;
    assert_eq!(records_alone(&bench).await.status, Status::Complete);
    let (all, _) = bench.shown().await;
    trouble.breaks("appB/tables", 403);
    let load = records_alone(&bench).await;
    assert_eq!((load.status, load.items()), (Status::Partial, 6));
    let (shown, snapshot) = bench.shown().await;
    assert_eq!(shown, all, "the records of before are not there");
    assert_eq!(part(&snapshot, "records").items, 6);
    // As long as it fails, a retry says so and loses nothing.
    assert_eq!(bench.retry().await.status, Status::Partial);
    assert_eq!(bench.shown().await.0, all);
    trouble.heals();
    let load = bench.retry().await;
    assert_eq!((load.status, load.items()), (Status::Complete, 6));
    assert_eq!(bench.shown().await.0, all);
    assert_eq!(bench.stray().await, [""; 0]);
}
