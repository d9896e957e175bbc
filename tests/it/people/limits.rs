//! How often pages may be asked for what costs us.

use patchbay::identity::Scope;
use reqwest::Method;

use super::{until_told_to_wait, wait_of};
use crate::support::{Browser, Page, World};

const CONNECT: &str = "/connections/hubspot/connect";

#[tokio::test(flavor = "multi_thread")]
async fn sixty_connections_are_begun_at_once_and_the_next_waits() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.get("/connections").await;
    let begin = async |_| ada.post_once(CONNECT, &[]).await;
    let (begun, page) = until_told_to_wait(303, 200, begin).await;
    assert!(begun >= 60, "{begun}");
    assert!((1..=5).contains(&wait_of(&page)), "{}", wait_of(&page));
    // Somebody else is not kept waiting by her.
    let mut bob = world.person("acme", "bob").await;
    bob.get("/connections").await;
    assert_eq!(bob.post_once(CONNECT, &[]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_are_not_tried_by_the_thousand() {
    let world = World::start().await;
    let mut eve = world.browser();
    let place = "/integrations/hubspot/oauth2callback?code=x&state=guess";
    let (tried, page) = until_told_to_wait(400, 200, async |_| eve.get_once(place).await).await;
    assert!(tried >= 60, "{tried}");
    assert!((1..=5).contains(&wait_of(&page)), "{}", wait_of(&page));
    // Who is signed in is counted by themselves, wherever they sit.
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.get_once(place).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_are_not_tried_by_the_thousand() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", "ada@example.com", "admin").await;
    let mut eve = world.browser();
    eve.get("/sign-in").await;
    // Opened and answered by turns: both are one limit, of the address.
    let (tried, page) = until_told_to_wait(404, 119, async |n| match n % 2 {
        0 => eve.get_once("/invitations/guess").await,
        _ => eve.post_once("/invitations/guess", &[]).await,
    })
    .await;
    assert!(tried >= 60, "{tried}");
    assert!((1..=5).contains(&wait_of(&page)), "{}", wait_of(&page));
    // A right guess is not told from a wrong one while one waits; another may be allowed meanwhile.
    ada.get("/settings/members").await;
    let fields = [("email", ""), ("role", "member")];
    let made = ada.post("/settings/members/invitations", &fields).await;
    let link = made.text_of("#link");
    let open = async |_| world.browser().get_once(&link).await;
    until_told_to_wait(200, 9, open).await;
    // Signing in and what members do there go on.
    assert_eq!(ada.get("/settings/members").await.status, 200);
    assert_eq!(eve.get("/sign-in").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_tried_by_the_thousand() {
    let world = World::with_accounts().await;
    let mut program = world.browser();
    let guess = async |_| ask(&mut program, "pb_guess").await;
    let (refused, _) = until_told_to_wait(401, 1_000, guess).await;
    assert!(refused >= 200, "{refused}");
    // Who has a key that counts is let in from the same address.
    let (_, key) = world.key("acme", "ada", &[Scope::ItemsRead]).await;
    assert_eq!(ask(&mut program, &key).await.status, 200);
}

/// Asks the API as a program with a key.
async fn ask(program: &mut Browser, key: &str) -> Page {
    let request = program.request(Method::GET, "/api/v1/connections");
    program.send(request.bearer_auth(key)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_not_taken_away_again_and_again() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let place = "/activity.csv?until=1980-01-01";
    let (taken, _) = until_told_to_wait(200, 200, async |_| ada.get_once(place).await).await;
    assert!(taken >= 60, "{taken}");
    let look = async |_| ada.get_once("/activity?q=x").await;
    let (looked, _) = until_told_to_wait(200, 1_000, look).await;
    assert!(looked >= 60, "{looked}");
    // What was done stays, whoever downloads how often.
    let deeds = world.redis.cli(&["EXISTS", "pb:activity:{acme}"]);
    assert_eq!(deeds, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_made_and_revoked_without_end() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.get("/settings/keys").await;
    let place = "/settings/keys/0123456789ab/revoke";
    let revoke = async |_| ada.post(place, &[]).await;
    let (asked, page) = until_told_to_wait(404, 200, revoke).await;
    assert!(asked >= 60, "{asked}");
    let text = page.text_of(".failure");
    assert!(text.contains("Try again in"), "{text}");
}
