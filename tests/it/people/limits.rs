//! How often pages may be asked for what costs us.

use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;

use crate::support::{World, plain_client};

#[tokio::test(flavor = "multi_thread")]
async fn sixty_connections_are_begun_at_once_and_the_next_waits() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.get("/connections").await;
    for _ in 0..60 {
        let page = ada.post_once("/connections/hubspot/connect", &[]).await;
        assert_eq!(page.status, 303, "{}", page.text);
    }
    let page = ada.post_once("/connections/hubspot/connect", &[]).await;
    assert_eq!(page.status, 429);
    let wait: u64 = page.header("retry-after").parse().expect("seconds");
    assert!((1..=5).contains(&wait), "{wait}");
    // Somebody else is not kept waiting by her.
    let mut bob = world.person("acme", "bob").await;
    bob.get("/connections").await;
    let page = bob.post_once("/connections/hubspot/connect", &[]).await;
    assert_eq!(page.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_are_not_tried_by_the_thousand() {
    let world = World::start().await;
    let mut eve = world.browser();
    let place = "/integrations/hubspot/oauth2callback?code=x&state=guess";
    for _ in 0..60 {
        assert_eq!(eve.get_once(place).await.status, 400);
    }
    let page = eve.get_once(place).await;
    assert_eq!(page.status, 429);
    assert!(!page.header("retry-after").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_tried_by_the_thousand() {
    let world = World::with_accounts().await;
    let client = plain_client();
    let place = format!("{}/api/v1/connections", world.url);
    let ask = async |key: &str| -> StatusCode {
        let request = client
            .get(&place)
            .header(AUTHORIZATION, format!("Bearer {key}"));
        request.send().await.expect("an answer").status()
    };
    let mut refused = 0;
    while ask("pb_guess").await == 401 {
        refused += 1;
        assert!(refused < 1_000, "nobody is told to wait");
    }
    assert!(refused >= 200, "{refused}");
    assert_eq!(ask("pb_guess").await, 429);
    // Who has a key that counts is let in from the same address.
    let scopes = [patchbay::identity::Scope::ItemsRead];
    let (_, key) = world.key("acme", "ada", &scopes).await;
    assert_eq!(ask(&key).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_not_taken_away_again_and_again() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let mut taken = 0;
    while ada.get_once("/activity.csv?until=1980-01-01").await.status == 200 {
        taken += 1;
        assert!(taken < 200, "nobody is told to wait");
    }
    assert!(taken >= 60, "{taken}");
    assert_eq!(ada.get_once("/activity.csv").await.status, 429);
    let mut looked = 0;
    while ada.get_once("/activity?q=x").await.status == 200 {
        looked += 1;
        assert!(looked < 1_000, "nobody is told to wait");
    }
    // What was done stays, whoever downloads how often.
    let deeds = world.redis.cli(&["EXISTS", "pb:activity:{acme}"]);
    assert_eq!(deeds, "0");
}
