//! `POST /integrations/{provider}/load`: all items as one list, of a load that runs, of a new one, or of none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ADA, Caller, LOAD, SMALL, connected, multipart};
use crate::support::World;

/// All fields of an item, which are there whatever is known.
const FIELDS: [&str; 16] = [
    "id",
    "provider",
    "type",
    "name",
    "directory",
    "parent_id",
    "parent_path_or_name",
    "creation_time",
    "last_modified_time",
    "url",
    "children",
    "mime_type",
    "delta",
    "drive_id",
    "visibility",
    "properties",
];

/// A world in which ada of acme has connected an account that is loaded at once.
async fn small_world() -> World {
    let world = connected().await;
    world.control(&SMALL).await;
    world
}

/// Ada's items, which must be whole.
async fn whole(world: &World) -> Vec<Value> {
    let caller = Caller(world);
    let (items, incomplete) = caller.items(caller.post(LOAD).form(&ADA)).await;
    assert_eq!(incomplete, "");
    items
}

fn counted(items: &[Value]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        let kind = item["type"].as_str().expect("a type").to_owned();
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

fn names(items: &[Value]) -> BTreeSet<String> {
    let name = |item: &Value| format!("{} {}", item["type"], item["id"]);
    items.iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_list_is_loaded_for_it() {
    let world = small_world().await;
    let items = whole(&world).await;
    let counts = counted(&items);
    assert_eq!(counts["Contact"], 120);
    assert_eq!(counts["Company"], 40);
    assert_eq!(counts["Deal"], 30);
    assert_eq!(names(&items).len(), 190, "nothing is there twice");
    for item in &items {
        let fields = item.as_object().expect("an object");
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names.len(), FIELDS.len(), "{names:?}");
        assert!(FIELDS.iter().all(|name| names.contains(name)), "{names:?}");
        assert_eq!(item["provider"], "hubspot");
    }
    // The page shows the same.
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.get("/connections/hubspot").await.chip("All"), "190");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_many_is_whole_and_of_one_json() {
    let world = connected().await;
    world.control(&[("contacts", "5000")]).await;
    let items = whole(&world).await;
    assert_eq!(counted(&items)["Contact"], 5_000);
    assert_eq!(names(&items).len(), 5_450);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_account_is_an_empty_list() {
    let world = connected().await;
    world
        .control(&[("contacts", "0"), ("companies", "0"), ("deals", "0")])
        .await;
    assert_eq!(whole(&world).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_runs_is_joined() {
    let world = small_world().await;
    world.control(&[("latency_ms", "300")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.get("/connections/hubspot").await;
    let page = ada.post("/connections/hubspot/load", &[]).await;
    assert!(page.is_loading());
    assert_eq!(whole(&world).await.len(), 190);
    assert_eq!(world.calls("list_contacts").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_ask_at_once_share_one_load() {
    let world = small_world().await;
    world.control(&[("latency_ms", "200")]).await;
    let (one, two, three) = tokio::join!(whole(&world), whole(&world), whole(&world));
    assert_eq!(names(&one), names(&two));
    assert_eq!(names(&one), names(&three));
    assert_eq!(world.calls("list_contacts").await, 2);
    assert_eq!(world.calls("list_deals").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_lately_is_answered_as_it_is() {
    let world = small_world().await;
    world.person("acme", "ada").await.load_hubspot().await;
    let loaded = world.calls("list_contacts").await;
    world.pass(SignedDuration::from_mins(4));
    assert_eq!(whole(&world).await.len(), 190);
    assert_eq!(world.calls("list_contacts").await, loaded);
    world.control(&[("contacts", "130")]).await;
    world.pass(SignedDuration::from_mins(2));
    assert_eq!(whole(&world).await.len(), 200, "by now it is loaded anew");
    assert!(world.calls("list_contacts").await > loaded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_of_some_streams_alone_does_not_pass_for_the_whole() {
    let world = small_world().await;
    let program = world.program().await;
    let loads = "/api/v1/connections/hubspot/loads";
    let contacts = json!({ "streams": ["contacts"] });
    program.post(loads, &contacts).await.is(202);
    assert_eq!(whole(&world).await.len(), 190);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_chosen_is_named() {
    let world = small_world().await;
    let mut ada = world.person("acme", "ada").await;
    ada.load("hubspot", &["contacts"]).await;
    let caller = Caller(&world);
    let (items, incomplete) = caller.items(caller.post(LOAD).form(&ADA)).await;
    assert_eq!(items.len(), 120);
    for title in ["Companies", "Deals"] {
        let said = format!("{title}: left out, not chosen for this connection");
        assert!(incomplete.contains(&said), "{incomplete}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_second_try_carries_over_is_as_old_as_it_is() {
    let world = small_world().await;
    let mut ada = world.person("acme", "ada").await;
    let fault = [
        ("fail_on", "deals"),
        ("fail_kind", "500"),
        ("fail_next", "50"),
    ];
    world.control(&fault).await;
    ada.load_hubspot().await;
    world
        .control(&[("fail_next", "0"), ("contacts", "130")])
        .await;
    world.pass(SignedDuration::from_mins(10));
    let page = ada.get("/connections/hubspot").await;
    let (retry, fields) = page.form_with_button("Retry what failed");
    let request = ada.request(reqwest::Method::POST, retry.as_str());
    ada.send(request.form(&fields)).await;
    let page = ada.wait_for_load().await;
    assert_eq!(page.chip("All"), "190", "the contacts are those of before");
    assert_eq!(whole(&world).await.len(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_contact_is_in_the_list_at_once() {
    let world = small_world().await;
    let before = whole(&world).await;
    let contact = before.iter().find(|item| item["type"] == "Contact");
    let id = contact.expect("a contact")["id"].as_str().expect("an id");
    let caller = Caller(&world);
    let properties = r#"{"firstname": "Zuse", "lastname": ""}"#;
    let fields = [
        ADA[0],
        ADA[1],
        ("contact_id", id),
        ("properties_str", properties),
    ];
    let update = caller.post("/integrations/hubspot/contact/update");
    assert_eq!(caller.send(update.form(&fields)).await.0, 200);
    let after = whole(&world).await;
    let changed = after.iter().find(|item| item["id"] == id);
    assert_eq!(changed.expect("it")["properties"]["firstname"], "Zuse");
    assert_eq!(
        world.calls("list_contacts").await,
        2,
        "without another load"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_say_whose_items_will_do() {
    let world = small_world().await;
    let caller = Caller(&world);
    let ids = json!({"user_id": "ada", "org_id": "acme"}).to_string();
    // The answer of `credentials` as it came, token and all: the ids count.
    let place = "/integrations/hubspot/credentials";
    let (_, answer) = caller.send(caller.post(place).form(&ADA)).await;
    let stale = json!({"user_id": "ada", "org_id": "acme", "access_token": "long gone"});
    for credentials in [ids, answer.to_string(), stale.to_string()] {
        let fields = [("credentials", &credentials[..])];
        for request in [
            caller.post(LOAD).form(&fields),
            multipart(caller.post(LOAD), &fields),
        ] {
            let (items, incomplete) = caller.items(request).await;
            assert_eq!((items.len(), &incomplete[..]), (190, ""), "{credentials}");
        }
    }
    let lent = ("credentials", r#"{"access_token": "nobody's"}"#);
    let request = multipart(caller.post(LOAD), &[ADA[0], ADA[1], lent]);
    assert_eq!(caller.items(request).await.0.len(), 190);
    assert_eq!(world.calls("list_contacts").await, 2, "all of it one load");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_providers_lists_come_too() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let caller = Caller(&world);
    for provider in ["notion", "airtable"] {
        world
            .control_of(
                provider,
                &[("small", "on"), ("quick", "on"), ("rate_limit", "off")],
            )
            .await;
        ada.connect(provider, &[]).await;
        let place = format!("/integrations/{provider}/load");
        let (items, incomplete) = caller.items(caller.post(&place).form(&ADA)).await;
        assert!(
            !items.is_empty() && incomplete.is_empty(),
            "{provider}: {incomplete}"
        );
        assert!(items.iter().all(|item| item["provider"] == provider));
    }
}
