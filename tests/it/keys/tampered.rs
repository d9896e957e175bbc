//! Somebody with a hand in Redis: what was swapped, cut or changed there is noticed, reported, never used.

use redis::AsyncCommands as _;

use super::{DRY_RUN, KEYS, ROTATE, by_hand, figures, last, ring, run};
use crate::support::{Browser, Home, World};

const PEOPLE: [&str; 4] = ["ada", "bob", "cyd", "dan"];

fn record(user: &str) -> String {
    format!("pb:{{acme.{user}}}:connection:hubspot")
}

async fn sealed(world: &World, user: &str) -> Vec<u8> {
    let found = by_hand(&world.redis).await.hget(record(user), "r").await;
    found.expect("a record")
}

async fn put(world: &World, user: &str, bytes: &[u8]) {
    let mut redis = by_hand(&world.redis).await;
    let put: redis::RedisResult<()> = redis.hset(record(user), "r", bytes).await;
    put.expect("written");
}

async fn connected(world: &World, user: &str) -> Browser {
    let mut browser = world.person("acme", user).await;
    assert_eq!(browser.connect_hubspot().await.state(), "connected");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_cut_and_changed_credentials_are_reported_and_never_used() {
    let world = World::start().await;
    let mut browsers = Vec::new();
    for user in PEOPLE {
        browsers.push(connected(&world, user).await);
    }
    let (ada, bob) = (sealed(&world, "ada").await, sealed(&world, "bob").await);
    put(&world, "ada", &bob).await;
    put(&world, "bob", &ada).await;
    let cyd = sealed(&world, "cyd").await;
    put(&world, "cyd", &cyd[..cyd.len() / 2]).await;
    let mut dan = sealed(&world, "dan").await;
    let middle = dan.len() / 2;
    dan[middle] ^= 1;
    put(&world, "dan", &dan).await;

    let calls = world.sandbox_state().await["counters"].clone();
    for browser in &mut browsers {
        let page = browser.get("/connections/hubspot").await;
        page.assert_unreadable();
        assert!(!page.text.contains("example.com"), "an account is shown");
        let page = browser.post("/connections/hubspot/load", &[]).await;
        assert!(page.status.is_server_error(), "{}", page.status);
    }
    assert_eq!(
        world.sandbox_state().await["counters"],
        calls,
        "a token was used"
    );

    let mut home = Home::new();
    home.use_redis(&world.redis.url());
    for (keys, arguments) in [(["new", "test"], ROTATE), (["test", "new"], DRY_RUN)] {
        home.set(KEYS, &ring(&keys));
        let said = run(&home, arguments, 1).await;
        for user in PEOPLE {
            let name = record(user);
            let line = format!("{name} cannot be opened: it is damaged or belongs elsewhere");
            assert!(said.contains(&line), "no '{line}' in {said}");
        }
        assert!(!said.contains("Not in the key ring"), "{said}");
        assert!(last(&said).ends_with("4 not openable"), "{said}");
    }
    assert_eq!(sealed(&world, "ada").await, bob, "it was touched");

    // Put back where they belong they are as good as before.
    put(&world, "ada", &ada).await;
    put(&world, "bob", &bob).await;
    put(&world, "cyd", &cyd).await;
    dan[middle] ^= 1;
    put(&world, "dan", &dan).await;
    home.set(KEYS, &ring(&["test"]));
    assert_eq!(last(&run(&home, ROTATE, 0).await), figures(4, 0, 4, 0));
    for browser in &mut browsers {
        assert_eq!(
            browser.get("/connections/hubspot").await.state(),
            "connected"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_record_at_all_is_reported_and_can_be_thrown_away() {
    let world = World::start().await;
    let mut ada = connected(&world, "ada").await;
    world.redis.cli(&["SET", &record("ada"), "x"]);
    for place in ["/connections", "/connections/hubspot"] {
        let page = ada.get(place).await;
        let seen = (page.status.as_u16(), page.state());
        assert_eq!(seen, (200, "misconfigured".to_owned()), "{place}");
    }
    let page = ada.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(page.state(), "not_connected");
    let said = page.text_of(".banner");
    assert!(said.contains("HubSpot is disconnected"), "{said}");
    assert!(said.contains("you can do so there"), "{said}");
    assert_eq!(world.redis.cli(&["EXISTS", &record("ada")]), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_were_changed_are_reported_and_never_shown() {
    let world = World::start().await;
    world
        .control(&[("contacts", "5"), ("companies", "3"), ("deals", "2")])
        .await;
    let mut ada = connected(&world, "ada").await;
    let items = ada.load_hubspot().await;
    let found = world.redis.cli(&["KEYS", "pb:{s-*}:contacts:0"]);
    let name = found.lines().next().expect("a page");
    let mut redis = by_hand(&world.redis).await;
    let mut page: Vec<u8> = redis.get(name).await.expect("a page");
    let middle = page.len() / 2;
    page[middle] ^= 1;
    let put: redis::RedisResult<()> = redis.set(name, &page).await;
    put.expect("written");

    let shown = ada.get("/connections/hubspot?type=Contact").await;
    assert_eq!(shown.state(), "connected", "the connection is well");
    let said = shown.text_of("#items");
    assert!(said.contains("The loaded items cannot be read"), "{said}");
    for name in items.texts("#items td.name") {
        assert!(!shown.text.contains(&name), "{name} is shown");
    }

    let mut home = Home::new();
    home.use_redis(&world.redis.url());
    home.set(KEYS, &ring(&["new", "test"]));
    let said = run(&home, ROTATE, 1).await;
    let line = format!(
        "{name} (of pb:{{acme.ada}}:snapshot:hubspot) cannot be opened: it is damaged or belongs elsewhere"
    );
    assert!(said.contains(&line), "no '{line}' in {said}");
    assert_eq!(last(&said), figures(4, 3, 0, 1));
    assert_eq!(redis.get::<_, Vec<u8>>(name).await.expect("a page"), page);
}
