//! Signing in by a password, and everything that is no reason to be let in.

use jiff::SignedDuration;

use super::{until_told_to_wait, wait_of};
use crate::support::{World, people::PASSWORD};

const ADA: &str = "ada@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_and_goes_on_where_they_wanted() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut ada = world.browser();
    let page = ada.get("/items?q=x").await;
    assert_eq!(page.url.path(), "/sign-in");
    let next = page.value("input[name=next]").expect("a place");
    let fields = [
        ("email", " Ada@EXAMPLE.com "),
        ("password", PASSWORD),
        ("next", &next),
    ];
    let page = ada.post("/sign-in", &fields).await;
    assert_eq!(page.url.as_str(), format!("{}/items?q=x", world.url));
    assert_eq!(page.text_of(".who .names"), format!("acme · {ADA}"));
    ada.post("/sign-out", &[]).await;
    assert_eq!(ada.get("/items").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_whether_an_email_is_known() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut told = Vec::new();
    for (email, password) in [
        (ADA, "Teal cord under the lamp"),
        (ADA, ""),
        ("bob@example.com", PASSWORD),
        ("no email", PASSWORD),
        ("ada", PASSWORD),
        ("", ""),
    ] {
        let mut eve = world.browser();
        let page = eve.enter(email, password).await;
        assert_eq!(page.status, 422, "{email}");
        assert_eq!(page.value("input[name=email]").as_deref(), Some(email));
        assert_eq!(page.value("input[name=password]"), None);
        told.push(page.text_of("#wrong"));
        assert_eq!(eve.get("/connections").await.url.path(), "/sign-in");
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_begins_with_each_sign_in() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut ada = world.browser();
    let cookie = |page: &crate::support::Page| page.header("set-cookie").to_owned();
    let before = cookie(&ada.get_once("/sign-in").await);
    assert!(!before.is_empty());
    ada.get("/sign-in").await;
    let fields = [("email", ADA), ("password", PASSWORD)];
    let after = cookie(&ada.post_once("/sign-in", &fields).await);
    assert_ne!(before.split(';').next(), after.split(';').next());
    // What somebody planted before opens nothing.
    let mut eve = world.browser();
    let request = eve.request(reqwest::Method::GET, "/connections");
    let cookie = before.split(';').next().expect("a cookie").to_owned();
    let page = eve.send(request.header("cookie", cookie)).await;
    assert_eq!(page.header("location"), "/sign-in?next=%2Fconnections");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_tried_ten_times_and_then_later() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut eve = world.browser();
    let (tried, page) = until_told_to_wait(422, 25, async |_| eve.enter(ADA, "wrong").await).await;
    assert!(tried >= 10, "{tried}");
    assert!((1..=30).contains(&wait_of(&page)), "{}", wait_of(&page));
    // However it is written, and whatever the password; another try may be allowed meanwhile.
    let right = async |_| world.browser().enter("ADA@example.com", PASSWORD).await;
    until_told_to_wait(200, 9, right).await;
    assert_eq!(eve.enter("bob@example.com", "wrong").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_tries_thirty_times_and_then_later() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut eve = world.browser();
    let (tried, page) = until_told_to_wait(422, 100, async |n| {
        let email = format!("person{n}@example.com");
        eve.enter(&email, "wrong").await
    })
    .await;
    assert!(tried >= 30, "{tried}");
    assert!((1..=10).contains(&wait_of(&page)), "{}", wait_of(&page));
    // What was refused by the address took nothing of the account; a bucket that is full again is gone.
    let keys = world.redis.cli(&["KEYS", "pb:bucket:{sign-in.*"]);
    let buckets = keys.lines().count();
    assert!(buckets <= tried, "{buckets} of {tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_store_is_away_nobody_is_let_in() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut ada = world.browser();
    ada.get("/sign-in").await;
    world.redis.freeze();
    let fields = [("email", ADA), ("password", PASSWORD)];
    assert_eq!(ada.post_once("/sign-in", &fields).await.status, 503);
    world.redis.thaw();
    let page = ada.enter(ADA, PASSWORD).await;
    assert_eq!(page.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_ends_after_a_week_however_much_it_is_used() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    world.pass(SignedDuration::from_hours(24 * 7 - 1));
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
    world.pass(SignedDuration::from_hours(2));
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_demo_opens_nothing_elsewhere() {
    let mut world = World::start().await;
    let mut ada = world.person("acme", ADA).await;
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    world.add_person("other", "bob@example.com", "admin").await;
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
    // Nor does one of an account that there is, or a key that was made in it.
    world.set("PATCHBAY_AUTH", "demo");
    world.restart().await;
    let mut root = world.person("other", "bob@example.com").await;
    let form = root.get("/settings/keys").await;
    let id = form.value("input[name=id]").expect("an id");
    let fields = [
        ("id", &id[..]),
        ("name", "demo"),
        ("scope", "items:read"),
        ("expires", "never"),
    ];
    let key = root.post("/settings/keys", &fields).await.text_of("#key");
    world
        .program_with(key.clone())
        .get("/api/v1/connections")
        .await
        .is(200);
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    assert_eq!(root.get("/connections").await.url.path(), "/sign-in");
    world
        .program_with(key)
        .get("/api/v1/connections")
        .await
        .is(401);
    // Nor does one of another org than the account's.
    world.add_person("elsewhere", ADA, "member").await;
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}
