//! An operator who changes the encryption key of two replicas that serve.

use reqwest::Method;

use super::fleet::{Fleet, end};
use super::{DRY_RUN, KEYS, ROTATE, figures, key, last, ring, run};

const SMALL: [(&str, &str); 3] = [("contacts", "90"), ("companies", "3"), ("deals", "2")];

/// A connection, and a block each of contacts, companies and deals.
const RECORDS: u64 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_step_by_step_while_two_replicas_serve() {
    let (before, added) = (ring(&["old"]), ring(&["old", "new"]));
    let (first, alone) = (ring(&["new", "old"]), ring(&["new"]));
    let mut fleet = Fleet::new(&before).await;
    let mut one = fleet.start(0, &before).await;
    let mut other = fleet.start(1, &before).await;
    fleet.control(&SMALL).await;
    let mut ada = fleet.ada(0).await;
    ada.connect_hubspot().await;
    let items = ada.load_hubspot().await.ids();
    let mut there = fleet.ada(1).await;

    // The new key goes everywhere, then to the first place; what either writes the other can read.
    for keys in [&added, &first] {
        one = fleet.change(0, one, keys).await;
        assert_eq!(ada.load_hubspot().await.ids(), items);
        assert_eq!(there.get("/connections/hubspot").await.ids(), items);
        assert_eq!(there.load_hubspot().await.ids(), items);
        assert_eq!(ada.get("/connections/hubspot").await.ids(), items);
        other = fleet.change(1, other, keys).await;
    }
    let dump = fleet.redis.dump();
    let said = run(&fleet.homes[0], DRY_RUN, 0).await;
    assert!(said.contains("Still needed: old."), "{said}");
    assert!(
        said.contains("connections: 1 found, 1 to re-encrypt (old: 1)"),
        "{said}"
    );
    assert_eq!(fleet.redis.dump(), dump, "a dry run changes nothing");

    let said = run(&fleet.homes[0], ROTATE, 0).await;
    // The connect form's own record was spent; the last load's pages are of the second replica.
    assert_eq!(last(&said), figures(RECORDS, RECORDS, 0, 0), "{said}");
    let said = run(&fleet.homes[1], DRY_RUN, 0).await;
    assert!(said.contains("Only the first key is needed"), "{said}");
    let said = run(&fleet.homes[1], ROTATE, 0).await;
    assert_eq!(last(&said), figures(RECORDS, 0, RECORDS, 0), "{said}");

    one = fleet.change(0, one, &alone).await;
    other = fleet.change(1, other, &alone).await;
    for browser in [&mut ada, &mut there] {
        let page = browser.get("/connections/hubspot").await;
        assert_eq!(
            (page.state(), page.ids()),
            ("connected".to_owned(), items.clone())
        );
        assert_eq!(browser.load_hubspot().await.ids(), items);
    }
    end(&mut one).await;
    end(&mut other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_refreshed_while_keys_are_rotated_to_and_fro() {
    let rings = [ring(&["new", "old"]), ring(&["old", "new"])];
    let mut fleet = Fleet::new(&rings[0]).await;
    let mut one = fleet.start(0, &rings[0]).await;
    let mut other = fleet.start(1, &rings[1]).await;
    fleet.control(&SMALL).await;
    fleet.control(&[("rotate", "on")]).await;
    let mut ada = [fleet.ada(0).await, fleet.ada(1).await];
    ada[0].connect_hubspot().await;
    let items = ada[0].load_hubspot().await.ids();
    for round in 0..6 {
        // Every token is dead, so that the load begins with a refresh.
        fleet.control(&[("expire_tokens", "1")]).await;
        let [to, fro] = &fleet.homes;
        let (page, ..) = tokio::join!(
            ada[round % 2].load_hubspot(),
            run(to, ROTATE, 0),
            run(fro, ROTATE, 0),
            run(to, ROTATE, 0),
        );
        assert_eq!(
            (page.state(), page.ids()),
            ("connected".to_owned(), items.clone())
        );
    }
    assert!(
        fleet.refreshes().await >= 6,
        "tokens were refreshed meanwhile"
    );
    run(&fleet.homes[0], ROTATE, 0).await;
    let said = run(&fleet.homes[0], DRY_RUN, 0).await;
    assert!(said.contains("Only the first key is needed"), "{said}");
    end(&mut one).await;
    end(&mut other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_whose_ring_is_too_old_says_so_and_loses_nothing() {
    let (before, after) = (ring(&["old"]), ring(&["new", "old"]));
    let mut fleet = Fleet::new(&before).await;
    let mut behind = fleet.start(0, &before).await;
    fleet.control(&SMALL).await;
    let mut ada = fleet.ada(0).await;
    ada.connect_hubspot().await;
    let items = ada.load_hubspot().await.ids();
    fleet.homes[1].set(KEYS, &after);
    run(&fleet.homes[1], ROTATE, 0).await;

    let page = ada.get("/connections/hubspot").await;
    page.assert_unreadable();
    behind = fleet.change(0, behind, &after).await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!((page.state(), page.ids()), ("connected".to_owned(), items));
    end(&mut behind).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_key_is_lost_is_reported_and_stays_byte_for_byte() {
    let lost = ring(&["lost"]);
    let mut fleet = Fleet::new(&lost).await;
    let mut program = fleet.start(0, &lost).await;
    fleet.control(&SMALL).await;
    let mut ada = fleet.ada(0).await;
    ada.connect_hubspot().await;
    let items = ada.load_hubspot().await.ids();
    end(&mut program).await;

    fleet.homes[0].set(KEYS, &ring(&["new", "old"]));
    let dump = fleet.redis.dump();
    for arguments in [DRY_RUN, ROTATE] {
        let said = run(&fleet.homes[0], arguments, 1).await;
        for line in [
            "pb:{acme.ada}:connection:hubspot cannot be opened: its key 'lost' is not in the key ring",
            "(of pb:{acme.ada}:snapshot:hubspot) cannot be opened: its key 'lost'",
            "connections: 1 found",
            "Not in the key ring, and needed: lost.",
        ] {
            assert!(said.contains(line), "no '{line}' in {said}");
        }
        assert!(last(&said).starts_with("In all: 4 found, 0 "), "{said}");
        assert!(
            last(&said).ends_with("0 already new, 4 not openable"),
            "{said}"
        );
    }
    assert_eq!(fleet.redis.dump(), dump);

    // The key comes back, and with it everything.
    fleet.homes[0].set(KEYS, &format!("{},{}", ring(&["new"]), key("lost")));
    let said = run(&fleet.homes[0], ROTATE, 0).await;
    assert_eq!(last(&said), figures(RECORDS, RECORDS, 0, 0), "{said}");
    program = fleet.start(0, &ring(&["new"])).await;
    assert_eq!(ada.get("/connections/hubspot").await.ids(), items);
    end(&mut program).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_before_a_rotation_ends_after_it() {
    let (before, after) = (ring(&["old"]), ring(&["new", "old"]));
    let mut fleet = Fleet::new(&before).await;
    let mut program = fleet.start(0, &before).await;
    let mut ada = fleet.ada(0).await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    program = fleet.change(0, program, &after).await;
    let said = run(&fleet.homes[0], ROTATE, 0).await;
    assert!(
        said.contains("pending authorisations: 1 found, 1 re-encrypted (old: 1)"),
        "{said}"
    );
    program = fleet.change(0, program, &ring(&["new"])).await;
    assert_eq!(ada.get(back.as_str()).await.state(), "connected");
    end(&mut program).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_confirmed_is_rotated_too() {
    let (before, after) = (ring(&["old"]), ring(&["new", "old"]));
    let mut fleet = Fleet::new(&before).await;
    let mut program = fleet.start(0, &before).await;
    let mut window = fleet.homes[0].browser();
    let ada = [("user_id", "ada"), ("org_id", "acme")];
    let request = window.request(Method::POST, "/integrations/hubspot/authorize");
    let address = window.send(request.form(&ada)).await;
    let address: String = serde_json::from_str(&address.text).expect("an address");
    let consent = window.get(&address).await;
    let back = window.answer_consent(&consent, "Allow", &[]).await;
    fleet.homes[0].set("PATCHBAY_AUTH", "local");
    program = fleet.change(0, program, &before).await;
    let question = window.get(back.as_str()).await;
    program = fleet.change(0, program, &after).await;
    let said = run(&fleet.homes[0], ROTATE, 0).await;
    let line = "authorisations to be confirmed: 1 found, 1 re-encrypted (old: 1)";
    assert!(said.contains(line), "{said}");
    program = fleet.change(0, program, &ring(&["new"])).await;
    let (place, fields) = question.form_with_button("Connect HubSpot");
    let request = window.request(Method::POST, place.as_str());
    let page = window.send(request.form(&fields)).await;
    assert_eq!(page.text_of("h1"), "Connected as example.com");
    let said = run(&fleet.homes[0], DRY_RUN, 0).await;
    assert!(
        said.contains("authorisations to be confirmed: 0 found"),
        "{said}"
    );
    end(&mut program).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_load_that_runs_are_rotated_under_it() {
    let (behind, ahead) = (ring(&["old", "new"]), ring(&["new", "old"]));
    let mut fleet = Fleet::new(&ahead).await;
    let mut program = fleet.start(0, &behind).await;
    fleet
        .control(&[("contacts", "2000"), ("latency_ms", "100")])
        .await;
    let mut ada = fleet.ada(0).await;
    ada.connect_hubspot().await;
    let mut page = ada.post("/connections/hubspot/load", &[]).await;
    let said = loop {
        assert!(page.is_loading(), "the load was over too soon");
        let said = run(&fleet.homes[1], ROTATE, 0).await;
        let pages = said
            .lines()
            .find_map(|line| line.strip_prefix("pages of running loads: "));
        if pages.is_some_and(|pages| !pages.starts_with("0 found")) {
            break said;
        }
        page = ada.get("/connections/hubspot").await;
    };
    assert!(said.contains(" re-encrypted (old: "), "{said}");
    let items = ada.wait_for_load().await;
    assert_eq!(items.state(), "connected");
    run(&fleet.homes[1], ROTATE, 0).await;
    let said = run(&fleet.homes[1], DRY_RUN, 0).await;
    assert!(said.contains("pages of running loads: 0 found"), "{said}");
    assert!(said.contains("Only the first key is needed"), "{said}");
    program = fleet.change(0, program, &ring(&["new"])).await;
    assert_eq!(ada.get("/connections/hubspot").await.ids(), items.ids());
    end(&mut program).await;
}
