//! One (org, user) never sees or touches another's, whatever their names, and whatever somebody does to the
//! records in Redis.

use crate::support::{Browser, Page, World};

const SMALL: [(&str, &str); 3] = [("contacts", "5"), ("companies", "3"), ("deals", "2")];
/// HubSpot's two accounts, by id and by name.
const ACCOUNTS: [(&str, &str); 2] = [("147000286", "example.com"), ("147000999", "example.org")];

/// Connects a person to one of HubSpot's accounts.
async fn connect_to(browser: &mut Browser, account: &str) -> Page {
    let consent = browser.to_consent().await;
    let fields = [("account", account)];
    let back = browser.answer_consent(&consent, "Allow", &fields).await;
    browser.get(back.as_str()).await
}

/// Writes what lies under one key under another too, as `COPY` does, but over slots of a Cluster as well.
async fn copy(world: &World, from: &str, to: &str) {
    let address = world.redis.url().replace("redis-cluster", "redis");
    let client = redis::Client::open(address).expect("an address");
    let mut connection = client
        .get_multiplexed_async_connection()
        .await
        .expect("a connection");
    let bytes: Vec<u8> = redis::cmd("DUMP")
        .arg(from)
        .query_async(&mut connection)
        .await
        .expect("a record");
    let restore = redis::cmd("RESTORE")
        .arg(to)
        .arg(0)
        .arg(bytes)
        .arg("REPLACE")
        .query_async::<String>(&mut connection)
        .await;
    assert_eq!(restore.expect("restored"), "OK");
}

/// Ada, with her items, and how her keys begin.
async fn ada_with_items(world: &World) -> (Browser, Page, Vec<String>) {
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let page = ada.load_hubspot().await;
    let keys = world.redis.owned("acme.ada");
    assert!(keys.len() >= 3, "connection, load and snapshot: {keys:?}");
    (ada, page, keys)
}

/// Bob, under whose name her connection was copied.
async fn bob_with_a_copy(world: &World, keys: &[String]) -> Browser {
    let bob = world.person("acme", "bob").await;
    let hers = keys.iter().find(|key| key.contains(":connection:"));
    let hers = hers.expect("a connection");
    copy(world, hers, &hers.replace("acme.ada", "acme.bob")).await;
    bob
}

/// Fails if anything of Ada's is on a page of somebody else who has no items.
fn assert_nothing_of(items: &Page, page: &Page) {
    assert_no_name_of(items, page);
    assert!(page.ids().is_empty());
}

fn assert_no_name_of(items: &Page, page: &Page) {
    for secret in items.texts("#items td.name") {
        assert!(!page.text.contains(&secret), "{secret} is shown");
    }
    for secret in ["example.com", "147000286"] {
        assert!(!page.text.contains(secret), "{secret} is shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_of_one_org_do_not_see_each_others_connection() {
    let world = World::start().await;
    let (mut ada, items, _) = ada_with_items(&world).await;
    let mut bob = world.person("acme", "bob").await;
    for place in [
        "/connections",
        "/connections/hubspot",
        "/connections/hubspot/items",
        "/connections/hubspot/load",
    ] {
        let page = bob.get(place).await;
        assert_eq!(page.state(), "not_connected", "{place}");
        assert_nothing_of(&items, &page);
        assert_nothing_of(&items, &bob.get_part(place).await);
    }
    let calls = world.sandbox_state().await["counters"].clone();
    let page = bob.post("/connections/hubspot/load", &[]).await;
    assert_eq!(page.status, 400, "there is nothing to load from");
    bob.get("/connections").await;
    bob.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(world.sandbox_state().await["counters"], calls);
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(
        (page.state().as_str(), page.ids()),
        ("connected", items.ids())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_does_to_a_connection_leaves_the_others_alone() {
    let world = World::start().await;
    let (mut ada, items, _) = ada_with_items(&world).await;
    let mut bob = world.person("acme", "bob").await;
    connect_to(&mut bob, ACCOUNTS[1].0).await;
    let page = bob.load_hubspot().await;
    assert_eq!(page.text_of(".head .account"), ACCOUNTS[1].1);
    assert_no_name_of(&items, &page);
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.text_of(".head .account"), ACCOUNTS[0].1);
    assert_eq!(page.text_of("#items"), items.text_of("#items"));
    bob.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(
        bob.get("/connections/hubspot").await.state(),
        "not_connected"
    );
    let page = ada.load_hubspot().await;
    assert_eq!(
        (page.state().as_str(), page.ids()),
        ("connected", items.ids())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_look_alike_in_a_key_are_different_people() {
    let world = World::start().await;
    world.control(&SMALL).await;
    let people = [
        ("a:b", "c"),
        ("a", "b:c"),
        ("a.b", "c"),
        ("a", "b.c"),
        ("a%3Ab", "c"),
        ("a%2Eb", "c"),
        ("{x}", "y"),
        ("x", "y"),
        ("{x", "}y"),
        ("x}:connection:hubspot", "y"),
        ("A", "B.C"),
        ("é", "zoë"),
        ("e\u{301}", "zoë"),
        ("*", "?"),
        ("y", "x"),
    ];
    let mut browsers = Vec::new();
    for (number, (org, user)) in people.iter().enumerate() {
        let mut browser = world.person(org, user).await;
        let page = browser.get("/connections/hubspot").await;
        assert_eq!(page.state(), "not_connected", "{org:?} {user:?}");
        let page = connect_to(&mut browser, ACCOUNTS[number % 2].0).await;
        assert_eq!(page.state(), "connected", "{org:?} {user:?}");
        assert!(browser.load_hubspot().await.ids().len() == 10);
        browsers.push(browser);
    }
    let keys = world.redis.cli(&["KEYS", "pb:*:connection:hubspot"]);
    assert_eq!(keys.lines().count(), people.len(), "{keys}");
    for (number, browser) in browsers.iter_mut().enumerate() {
        let page = browser.get("/connections/hubspot").await;
        let expected = ACCOUNTS[number % 2].1;
        assert_eq!(
            page.text_of(".head .account"),
            expected,
            "{:?}",
            people[number]
        );
    }
    // Each can be taken away without the others.
    for (number, browser) in browsers.iter_mut().enumerate() {
        browser.post("/connections/hubspot/disconnect", &[]).await;
        let keys = world.redis.cli(&["KEYS", "pb:*:connection:hubspot"]);
        assert_eq!(keys.lines().count(), people.len() - number - 1);
    }
    for what in ["connection", "snapshot", "load", "loading"] {
        let keys = world.redis.cli(&["KEYS", &format!("pb:*:{what}:*")]);
        assert_eq!(keys, "", "left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_copied_to_somebody_else_does_not_open() {
    let world = World::start().await;
    let (mut ada, items, keys) = ada_with_items(&world).await;
    let mut bob = bob_with_a_copy(&world, &keys).await;
    for place in ["/connections", "/connections/hubspot"] {
        let page = bob.get(place).await;
        assert_eq!(
            (page.status.as_u16(), page.state().as_str()),
            (200, "misconfigured")
        );
        page.form_with_button("Reconnect");
        assert_nothing_of(&items, &page);
    }
    let page = bob.get("/connections/hubspot").await;
    page.assert_unreadable();
    let calls = world.sandbox_state().await["counters"].clone();
    let page = bob.post("/connections/hubspot/load", &[]).await;
    assert!(page.status.is_server_error(), "{}", page.status);
    assert_nothing_of(&items, &page);
    assert_eq!(
        world.sandbox_state().await["counters"],
        calls,
        "her token was used"
    );
    // It can be replaced by one of his own, and hers is as it was.
    connect_to(&mut bob, ACCOUNTS[1].0).await;
    let page = bob.get("/connections/hubspot").await;
    assert_eq!(page.text_of(".head .account"), ACCOUNTS[1].1);
    assert_eq!(ada.load_hubspot().await.ids(), items.ids());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_record_can_be_thrown_away_without_harm_to_its_owner() {
    let world = World::start().await;
    let (mut ada, items, keys) = ada_with_items(&world).await;
    let mut bob = bob_with_a_copy(&world, &keys).await;
    bob.get("/connections/hubspot/disconnect").await;
    bob.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(bob.get("/connections").await.state(), "not_connected");
    assert_eq!(world.calls("revoke").await, 0, "her access was ended");
    assert_eq!(ada.load_hubspot().await.ids(), items.ids());
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_were_copied_to_somebody_else_do_not_open() {
    let world = World::start().await;
    let (_, items, keys) = ada_with_items(&world).await;
    let mut bob = world.person("acme", "bob").await;
    for key in &keys {
        copy(&world, key, &key.replace("acme.ada", "acme.bob")).await;
    }
    for place in [
        "/connections/hubspot",
        "/connections/hubspot/items?per_page=500",
        "/connections/hubspot/load",
    ] {
        let page = bob.get(place).await;
        assert_nothing_of(&items, &page);
        assert_nothing_of(&items, &bob.get_part(place).await);
    }
    // Nor do pages of one snapshot in the place of another's: only the same page of the same load is it.
    let pages = world.redis.cli(&["KEYS", "pb:{s-*"]);
    let pages: Vec<_> = pages.lines().collect();
    let contacts = pages.iter().find(|key| key.contains(":contacts:"));
    let deals = pages.iter().find(|key| key.contains(":deals:"));
    let mut ada = world.person("acme", "ada").await;
    copy(&world, contacts.expect("contacts"), deals.expect("deals")).await;
    let page = ada.get("/connections/hubspot/items?type=Deal").await;
    assert!(page.ids().is_empty(), "contacts shown as deals");
}
