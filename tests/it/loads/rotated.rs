//! Keys that change while a load runs, dies, and is taken up.

use super::{Site, counted, kill};
use crate::keys::ring;

const KEYS: &str = "PATCHBAY_ENCRYPTION_KEYS";

#[tokio::test(flavor = "multi_thread")]
async fn a_load_outlives_the_key_that_it_began_with() {
    let mut site = Site::new().await;
    let latency = [("contacts", "2500"), ("latency_ms", "250")];
    site.control("hubspot", &latency).await;
    site.homes[0].set(KEYS, &ring(&["old"]));
    let program = site.homes[0].serve().await;
    let mut ada = site.ada(&["hubspot"]).await;
    ada.begin_load("hubspot").await;
    let at = |items: u64| move |report: &serde_json::Value| report["items"].as_u64() > Some(items);
    ada.report_until("hubspot", at(600)).await;

    site.homes[0].set(KEYS, &ring(&["new", "old"]));
    program.kill().await;
    site.let_leases_end(&["hubspot"]);
    let program = site.homes[0].serve().await;
    // It writes with the new key by now.
    ada.report_until("hubspot", at(1_300)).await;
    let rotated = site.homes[0].run(&["keys", "rotate"]).await;
    assert!(rotated.status.success(), "{rotated:?}");

    site.homes[0].set(KEYS, &ring(&["new"]));
    site.let_leases_end(&[]);
    let mut program = kill(program, &site.homes[0]).await;
    site.let_leases_end(&["hubspot"]);
    program.says("taken up").await;
    let report = ada.ended("hubspot").await;
    assert_eq!(
        (&report["status"], &report["taken_up"]),
        (&"complete".into(), &2.into()),
        "{}",
        program.said()
    );
    let items = ada.items("hubspot").await;
    assert_eq!(counted(&items), site.truth("hubspot").await);
    let pages = site.calls("hubspot", "list_contacts").await;
    // Each of two kills loses what was not written yet, and what was under way.
    assert!((25..=33).contains(&pages), "{pages} pages of 25");
    program.kill().await;
}
