//! Redis away, frozen or dead: a clear 503 soon, nothing lost, and on by itself when it is back.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::support::{Browser, Page, World};

/// Two seconds are promised, and a request's waits for Redis share 1.5 of them (`patience`, tested with a clock of its own). What
/// a machine that is busy with other tests adds is no matter here, so long as it is less than one operation's own limit.
const SOON: Duration = Duration::from_millis(4_500);

const PLACES: [&str; 11] = [
    "/",
    "/sign-in",
    "/connections",
    "/connections/hubspot",
    "/connections/hubspot/load",
    "/connections/hubspot/account",
    "/connections/hubspot/items?q=x",
    "/connections/hubspot/items.csv",
    "/connections/hubspot/disconnect",
    "/connections/nobody",
    "/integrations/hubspot/oauth2callback?state=x&code=y",
];
const FORMS: [&str; 8] = [
    "/sign-in",
    "/sign-out",
    "/connections/hubspot/connect",
    "/connections/hubspot/load",
    "/connections/hubspot/check",
    "/connections/hubspot/refresh",
    "/connections/hubspot/account",
    "/connections/hubspot/disconnect",
];

/// A world with a small account that ada has loaded.
async fn loaded() -> (World, Browser) {
    let world = World::start().await;
    world
        .control(&[("contacts", "30"), ("companies", "20"), ("deals", "10")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    (world, ada)
}

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let answered = tokio::time::timeout(SOON, work).await;
    answered.unwrap_or_else(|_| panic!("{what} does not answer"))
}

fn is_clear(page: &Page, place: &str) {
    assert_eq!(page.status, 503, "{place}: {}", page.text);
    let said = page.text_of(".failure");
    assert!(
        said.contains("Patchbay cannot reach its store"),
        "{place}: {said}"
    );
    assert!(said.contains("Nothing was lost"), "{place}: {said}");
    assert!(
        !page.text_of(".failure code").is_empty(),
        "{place}: no request id"
    );
    assert!(!page.header("retry-after").is_empty(), "{place}");
}

/// Every page, part and form says what is the matter; what needs no store works.
async fn says_that_the_store_is_away(world: &World, ada: &mut Browser) {
    for place in PLACES {
        let page = soon(place, ada.get_once(place)).await;
        is_clear(&page, place);
        assert!(page.text.contains("<html"), "{place}");
    }
    let mut stranger = world.browser();
    is_clear(
        &soon("a stranger", stranger.get_once("/sign-in")).await,
        "/sign-in",
    );
    let part = soon("a part", ada.get_part("/connections/hubspot/load")).await;
    is_clear(&part, "a part");
    assert!(!part.text.contains("<html"));
    for place in FORMS {
        let fields = [("org_id", "acme"), ("user_id", "ada")];
        is_clear(&soon(place, ada.post_once(place, &fields)).await, place);
    }
    let ready = soon("readiness", health(ada, "ready")).await;
    assert_eq!(ready.status, 503);
    let said: Value = serde_json::from_str(&ready.text).expect("JSON");
    assert_eq!(said["reason"], "Redis does not answer");
    assert_eq!(soon("liveness", health(ada, "live")).await.status, 200);
    assert_eq!(
        soon("a file", ada.get_once("/favicon.ico")).await.status,
        200
    );
}

async fn health(browser: &mut Browser, which: &str) -> Page {
    let request = browser.request(Method::GET, &format!("/health/{which}"));
    browser.send(request).await
}

/// Waits for readiness: nobody restarts anything.
async fn is_ready_again(browser: &mut Browser) {
    for _ in 0..150 {
        if health(browser, "ready").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("it does not find its store again");
}

/// The session, the connection and the items are as they were, and work goes on.
async fn nothing_is_lost(world: &World, ada: &mut Browser) {
    is_ready_again(ada).await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.url.path(), "/connections/hubspot", "signed out");
    assert_eq!(page.state(), "connected");
    assert_eq!(page.chip("All"), "60");
    world.control(&[("deals", "11")]).await;
    assert_eq!(ada.load_hubspot().await.chip("All"), "61");
    let mut bob = world.person("acme", "bob").await;
    assert_eq!(bob.connect_hubspot().await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_redis_is_told_soon_and_survived() {
    let (world, mut ada) = loaded().await;
    world.redis.freeze();
    says_that_the_store_is_away(&world, &mut ada).await;
    world.redis.thaw();
    nothing_is_lost(&world, &mut ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_redis_is_told_soon_and_survived() {
    let (mut world, mut ada) = loaded().await;
    world.redis.kill();
    says_that_the_store_is_away(&world, &mut ada).await;
    world.redis.revive();
    nothing_is_lost(&world, &mut ada).await;
}

/// A world in which ada's load of 2,000 contacts is in its middle.
async fn in_the_middle_of_a_load() -> (World, Browser) {
    let (world, mut ada) = loaded().await;
    world
        .control(&[("contacts", "2000"), ("latency_ms", "150")])
        .await;
    ada.post("/connections/hubspot/load", &[]).await;
    for _ in 0..200 {
        let part = ada.get_part("/connections/hubspot/load").await;
        if part.stream("Contacts").contains("00 items") {
            assert!(part.is_loading());
            return (world, ada);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the load does not get going");
}

/// Looks at the progress for longer than a single operation waits for the store: the load has met it by then.
async fn the_progress_stays_away(ada: &mut Browser) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(7) {
        let part = soon("progress", ada.get_part("/connections/hubspot/load")).await;
        is_clear(&part, "progress");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// One page for the thirty contacts of before, twenty for those of now.
const CALLS: u64 = 21;

/// What was fetched is kept and the load goes on: it needs no second click.
async fn the_load_comes_to_its_end(ada: &mut Browser) {
    is_ready_again(ada).await;
    let page = ada.wait_for_load().await;
    assert_eq!(
        page.outcome("Contacts"),
        "done",
        "{}",
        page.text_of("#load")
    );
    assert_eq!(page.chip("All"), "2,030");
    assert_eq!(ada.all_ids("").await.len(), 2_030);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_goes_on_after_redis_was_frozen() {
    let (world, mut ada) = in_the_middle_of_a_load().await;
    world.redis.freeze();
    the_progress_stays_away(&mut ada).await;
    world.redis.thaw();
    the_load_comes_to_its_end(&mut ada).await;
    assert_eq!(world.calls("list_contacts").await, CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_goes_on_after_redis_was_killed() {
    let (mut world, mut ada) = in_the_middle_of_a_load().await;
    world.redis.kill();
    the_progress_stays_away(&mut ada).await;
    world.redis.revive();
    the_load_comes_to_its_end(&mut ada).await;
    assert_eq!(world.calls("list_contacts").await, CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_a_stop_interrupts_goes_on_after_it_from_where_it_was() {
    let (mut world, mut ada) = in_the_middle_of_a_load().await;
    world.restart().await;
    let page = ada.get("/connections/hubspot").await;
    assert!(page.is_loading());
    assert_eq!(page.chip("All"), "60", "the items of before stay");
    the_load_comes_to_its_end(&mut ada).await;
    // The page that was under way at the stop is asked for once more.
    assert!(world.calls("list_contacts").await <= CALLS + 1);
}
