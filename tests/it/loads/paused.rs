//! A process that is stopped in its tracks for longer than its lease, and goes on when its load is somebody else's.

use std::time::Duration;

use rustix::process::{Signal, kill_process};

use super::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_wakes_late_changes_nothing_and_ends_its_load() {
    let site = Site::new().await;
    let (mut first, second) = (site.homes[0].serve().await, site.homes[1].serve().await);
    let mut ada = site.ada(&["hubspot"]).await;
    site.control("hubspot", &[("contacts", "900"), ("latency_ms", "500")])
        .await;
    ada.begin_load("hubspot").await;
    let begun = |report: &serde_json::Value| report["items"].as_u64() > Some(500);
    ada.report_until("hubspot", begun).await;
    kill_process(first.pid(), Signal::STOP).expect("a signal");

    site.send(&mut ada, 1);
    let report = ada.ended("hubspot").await;
    assert_eq!(
        (&report["status"], &report["taken_up"]),
        (&"complete".into(), &1.into())
    );
    let items = ada.items("hubspot").await;
    assert_eq!(items.len(), 900 + 120 + 110);
    // A further load begins, and brings nothing yet.
    site.control("hubspot", &[("latency_ms", "20000")]).await;
    ada.begin_load("hubspot").await;
    kill_process(first.pid(), Signal::CONT).expect("a signal");
    first.says("a load broke off").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for page in site.pages("hubspot") {
        let left = site.life(&page);
        assert!(left > 60_000, "{page} ends in {left} ms");
    }
    assert_eq!(ada.report("hubspot").await["status"], "running");

    // Who carries it out does not matter to somebody who ends it.
    site.send(&mut ada, 0);
    ada.get("/connections/hubspot").await;
    ada.post("/connections/hubspot/load/cancel", &[]).await;
    second_is_quiet(second).await;
    assert_eq!(ada.report("hubspot").await["status"], "cancelled");
    assert_eq!(ada.items("hubspot").await, items);
    assert_eq!(site.stray(&["hubspot"]).await, [""; 0]);
    site.control("hubspot", &[("latency_ms", "0")]).await;
    ada.load_hubspot().await;
    assert_eq!(ada.items("hubspot").await, items);
    first.kill().await;
}

/// It notices that its load is no longer wanted.
async fn second_is_quiet(mut second: crate::support::Program) {
    second.says("a load broke off").await;
    second.kill().await;
}
