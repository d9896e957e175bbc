//! Processes, and their Redis, that die in the middle of loads.

use std::time::Duration;

use patchbay::clock::Entropy;
use rustix::process::Signal;

use super::{PROVIDERS, Site, counted, kill, streams};
use crate::support::Browser;

/// Enough of everything that it takes a while.
async fn slow(site: &Site) {
    site.control("hubspot", &[("contacts", "1500"), ("latency_ms", "500")])
        .await;
    let pages = [("pages", "1000"), ("databases", "110")];
    site.control("notion", &pages).await;
    let dies = [("latency_ms", "500"), ("cursor_dies_after", "4")];
    site.control("notion", &dies).await;
    let sizes = [("bases", "4"), ("tables", "3"), ("records", "430")];
    site.control("airtable", &sizes).await;
    site.control("airtable", &[("latency_ms", "1200")]).await;
}

async fn quick(site: &Site) {
    for id in PROVIDERS {
        site.control(id, &[("latency_ms", "0")]).await;
    }
}

/// Every load is whole, has exactly what a load without any trouble brings, and left nothing behind.
async fn assert_all_there(site: &Site, ada: &mut Browser) {
    for id in PROVIDERS {
        let report = ada.ended(id).await;
        assert_eq!(report["status"], "complete", "{report}");
        let items = ada.items(id).await;
        println!("{id}: taken up {} times", report["taken_up"]);
        ada.load(id, streams(id)).await;
        assert_eq!(ada.items(id).await, items, "{id}");
        assert_eq!(counted(&items), site.truth(id).await, "{id}: {report}");
    }
    assert_eq!(site.stray(&PROVIDERS).await, [""; 0]);
}

fn chance() -> u64 {
    u64::from_be_bytes(Entropy::system().bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_go_on_by_themselves_when_a_replica_dies() {
    let site = Site::new().await;
    let mut replicas = vec![site.homes[0].serve().await, site.homes[1].serve().await];
    let mut ada = site.ada(&PROVIDERS).await;
    slow(&site).await;
    for id in PROVIDERS {
        ada.begin_load(id).await;
    }
    let before = Duration::from_millis(chance() % 3_000);
    println!("killed after {before:?}");
    tokio::time::sleep(before).await;
    // The other one takes all of it up; nobody helps.
    replicas.remove(0).kill().await;
    site.send(&mut ada, 1);
    let report = ada.report_until("hubspot", |report| report["taken_up"] == 1);
    report.await;
    let pause = Duration::from_millis(chance() % 2_000);
    println!("killed again after {pause:?}");
    tokio::time::sleep(pause).await;
    let second = kill(replicas.remove(0), &site.homes[1]).await;
    for id in PROVIDERS {
        ada.ended(id).await;
    }
    // Pages that were under way, twice at most, for each of the kills.
    let asked = site.calls("hubspot", "list_contacts").await;
    assert!((15..=15 + 2 * 3).contains(&asked), "{asked} pages of 15");
    quick(&site).await;
    assert_all_there(&site, &mut ada).await;
    second.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_survive_many_kills_of_the_only_process() {
    let site = Site::new().await;
    let mut program = site.homes[0].serve().await;
    let mut ada = site.ada(&PROVIDERS).await;
    slow(&site).await;
    for id in PROVIDERS {
        ada.begin_load(id).await;
    }
    for _ in 0..4 {
        let pause = Duration::from_millis(300 + chance() % 1_200);
        println!("killed after {pause:?}");
        tokio::time::sleep(pause).await;
        program.kill().await;
        site.let_leases_end(&PROVIDERS);
        program = site.homes[0].serve().await;
        program.says("an interrupted load is taken up").await;
    }
    quick(&site).await;
    assert_all_there(&site, &mut ada).await;
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_survive_redis_and_their_process_dying_together() {
    let mut site = Site::new().await;
    let program = site.homes[0].serve().await;
    let mut ada = site.ada(&PROVIDERS).await;
    slow(&site).await;
    for id in PROVIDERS {
        ada.begin_load(id).await;
    }
    tokio::time::sleep(Duration::from_millis(900)).await;
    site.redis.kill();
    tokio::time::sleep(Duration::from_millis(700)).await;
    site.redis.revive();
    tokio::time::sleep(Duration::from_millis(900)).await;
    site.redis.freeze();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    program.kill().await;
    site.redis.thaw();
    site.redis.kill();
    site.redis.revive();
    site.let_leases_end(&PROVIDERS);
    let program = site.homes[0].serve().await;
    quick(&site).await;
    assert_all_there(&site, &mut ada).await;
    program.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_hands_its_loads_on_at_once() {
    let site = Site::new().await;
    let mut first = site.homes[0].serve().await;
    let second = site.homes[1].serve().await;
    let mut ada = site.ada(&PROVIDERS).await;
    slow(&site).await;
    for id in PROVIDERS {
        ada.begin_load(id).await;
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let lease = |id| {
        let key = format!("pb:{{acme.ada}}:loading:{id}");
        site.redis.cli(&["GET", &key])
    };
    let before = PROVIDERS.map(lease);
    assert_eq!(first.end(Signal::TERM).await.code(), Some(0));
    // It did not leave its leases to end by themselves.
    for (id, before) in PROVIDERS.iter().zip(before) {
        assert_ne!(lease(id), before, "{id}");
    }
    site.send(&mut ada, 1);
    let mut reports = Vec::new();
    for id in PROVIDERS {
        reports.push(ada.ended(id).await);
    }
    assert_eq!(reports[0]["taken_up"], 1, "{reports:?}");
    // What was under way at the stop, one page of each stream, is asked for twice.
    let asked = site.calls("hubspot", "list_contacts").await;
    assert!((15..=16).contains(&asked), "{asked} pages of 15");
    quick(&site).await;
    assert_all_there(&site, &mut ada).await;
    second.kill().await;
}
