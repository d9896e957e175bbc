//! An operator who starts Patchbay with other encryption keys: what was sealed with a key that is gone
//! cannot be read, which is said and can be mended; and with the key put back all is as before.

use super::{KEYS, key};
use crate::support::{Browser, Page, World};

fn other_key() -> String {
    key("other")
}

/// Ada with her items; then Patchbay is started anew without the key. Answers her page of before and the key.
async fn key_is_lost() -> (World, Browser, Page, String) {
    let mut world = World::start().await;
    world
        .control(&[("contacts", "5"), ("companies", "3"), ("deals", "2")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let before = ada.load_hubspot().await;
    assert_eq!(before.ids().len(), 10);
    let key = world.set(KEYS, &other_key()).expect("a key");
    world.restart().await;
    (world, ada, before, key)
}

fn offers(page: &Page, button: &str) -> bool {
    page.texts("button").iter().any(|text| text == button)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_whose_key_is_gone_is_said_to_be_unreadable_on_every_page() {
    let (world, mut ada, before, _) = key_is_lost().await;
    for place in ["/connections", "/connections/hubspot"] {
        let page = ada.get(place).await;
        assert_eq!(page.status, 200, "{place}: {}", page.text);
        assert_eq!(page.url.path(), place, "she is signed in");
        assert_eq!(page.state(), "misconfigured", "{place}");
        assert!(offers(&page, "Reconnect"), "{place}");
        assert!(!offers(&page, "Load items"), "{place}");
        for name in before.texts("#items td.name") {
            assert!(!page.text.contains(&name), "{place} shows {name}");
        }
    }
    let page = ada.get("/connections/hubspot").await;
    assert!(offers(&page, "Disconnect"));
    page.assert_unreadable();
    for part in ["", "/items", "/load"] {
        let place = format!("/connections/hubspot{part}");
        assert_eq!(ada.get_part(&place).await.status, 200, "{place}");
    }
    assert_eq!(world.calls("token_refresh").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn items_whose_key_is_gone_are_not_said_to_come_by_a_button_that_is_not_there() {
    let (_world, mut ada, _, _) = key_is_lost().await;
    let page = ada.get("/connections/hubspot").await;
    let items = page.text_of("#items");
    assert!(items.contains("The loaded items cannot be read"), "{items}");
    assert_eq!(
        items.contains("'Load items'"),
        offers(&page, "Load items"),
        "{items}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_whose_key_is_gone_is_replaced_by_a_reconnect() {
    let (_world, mut ada, before, _) = key_is_lost().await;
    ada.get("/connections/hubspot")
        .await
        .form_with_button("Reconnect");
    let page = ada.connect_hubspot().await;
    assert_eq!(page.state(), "connected", "{}", page.text);
    assert_eq!(page.count(".banner.danger"), 0);
    let page = ada.load_hubspot().await;
    assert_eq!(
        (page.state().as_str(), page.ids()),
        ("connected", before.ids())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_whose_key_is_gone_can_be_thrown_away() {
    let (world, mut ada, _, _) = key_is_lost().await;
    ada.get("/connections/hubspot/disconnect").await;
    let page = ada.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.state(), "not_connected");
    assert!(world.redis.owned("acme.ada").is_empty());
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_old_key_put_back_all_is_as_before() {
    let (mut world, mut ada, before, key) = key_is_lost().await;
    assert_eq!(
        ada.get("/connections/hubspot").await.state(),
        "misconfigured"
    );
    for keys in [
        format!("{key},{}", other_key()),
        format!("{},{key}", other_key()),
    ] {
        world.set(KEYS, &keys);
        world.restart().await;
        let page = ada.get("/connections/hubspot").await;
        assert_eq!(
            (page.state().as_str(), page.ids()),
            ("connected", before.ids())
        );
        assert_eq!(page.text_of(".head .account"), "example.com");
        assert_eq!(ada.load_hubspot().await.ids(), before.ids());
    }
}
