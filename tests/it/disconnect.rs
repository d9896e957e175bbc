//! Disconnecting: asked first, then everything of the connection is gone, here and at the provider.

use crate::support::{Browser, World};

/// Keys of an owner's connection, load and snapshot, and pages of any snapshot that will stay; not where they are signed in.
fn lasting_keys(world: &World) -> Vec<String> {
    let keys = world.redis.cli(&["KEYS", "pb:{*"]);
    let stays = |key: &&str| {
        let life: i64 = world.redis.cli(&["PTTL", key]).parse().unwrap_or(0);
        !(0..=120_000).contains(&life) && !key.contains(":sessions:")
    };
    keys.lines().filter(stays).map(str::to_owned).collect()
}

async fn disconnect(ada: &mut Browser) -> crate::support::Page {
    let ask = ada.get("/connections/hubspot/disconnect").await;
    assert!(
        ask.text_of("h1").contains("Disconnect HubSpot"),
        "{}",
        ask.text
    );
    ada.post("/connections/hubspot/disconnect", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_first_and_then_all_of_it_is_gone() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    let ask = ada.get("/connections/hubspot/disconnect").await;
    let told = ask.text_of("main .card");
    for what in [
        "2,950 items",
        "tokens",
        "the choice of what to load",
        "history",
    ] {
        assert!(told.contains(what), "{what}: {told}");
    }
    assert_eq!(
        ada.get("/connections").await.state(),
        "connected",
        "asking changes nothing"
    );

    let page = disconnect(&mut ada).await;
    assert_eq!(page.url.path(), "/connections");
    assert_eq!(page.state(), "not_connected");
    assert!(
        page.text_of(".banner").contains("HubSpot confirmed"),
        "{}",
        page.text
    );
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(lasting_keys(&world), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_confirm_is_told_of() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    world.control(&[("client_secret_valid", "off")]).await;
    let page = disconnect(&mut ada).await;
    assert_eq!(page.state(), "not_connected");
    assert!(
        page.text_of(".banner").contains("could not be told"),
        "{}",
        page.text
    );
    assert_leads_to_hubspot(&page);
}

/// The notice has a link to where the person can end the access.
fn assert_leads_to_hubspot(page: &crate::support::Page) {
    let apps = ["https://app.hubspot.com/connected-apps"];
    assert_eq!(page.attributes(".banner a", "href"), apps);
    assert_eq!(page.texts(".banner a"), ["Connected apps at HubSpot"]);
    assert_eq!(page.attributes(".banner a", "rel"), ["noopener noreferrer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_takes_too_long_to_confirm_is_not_waited_for() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    // It would confirm in the end; nobody is left waiting until then.
    world.control(&[("latency_ms", "12000")]).await;
    let page = disconnect(&mut ada).await;
    assert_eq!(page.state(), "not_connected");
    let said = page.text_of(".banner");
    assert!(said.contains("HubSpot could not be told"), "{said}");
    assert_leads_to_hubspot(&page);
    assert_eq!(lasting_keys(&world), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_runs_brings_nothing_back() {
    let world = World::start().await;
    world.control(&[("latency_ms", "200")]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.post("/connections/hubspot/load", &[]).await;
    while world.calls("list_contacts").await < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    disconnect(&mut ada).await;
    let after = world.calls("list_contacts").await;
    // What is under way may end; then nothing more is asked for, and nothing is left.
    for _ in 0..200 {
        if lasting_keys(&world).is_empty() && world.redis.owned("acme.ada").is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(lasting_keys(&world), Vec::<String>::new());
    assert!(world.calls("list_contacts").await <= after + 2);

    ada.connect_hubspot().await;
    let page = ada.get("/connections/hubspot").await;
    assert!(
        page.text_of("#items")
            .contains("Nothing has been loaded yet")
    );
    let page = ada.load_hubspot().await;
    assert_eq!(page.text_of(".pager .range"), "1-50 of 2,950");
}
