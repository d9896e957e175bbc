//! Where one is signed in, and ending that.

use reqwest::Method;

use crate::support::{Browser, Page, World, people::PASSWORD};

const ADA: &str = "ada@example.com";
const PLACE: &str = "/settings/sessions";
const EVERYWHERE: &str = "/settings/sessions/everywhere";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Signs in with a browser of that name.
async fn enter_with(world: &World, agent: &str) -> Browser {
    let mut browser = world.browser();
    browser.get("/sign-in").await;
    let csrf = browser
        .get("/sign-in")
        .await
        .value("input[name=_csrf]")
        .expect("a token");
    let request = browser
        .request(Method::POST, "/sign-in")
        .header("user-agent", agent);
    let fields = [("email", ADA), ("password", PASSWORD), ("_csrf", &csrf)];
    let page = browser.send(request.form(&fields)).await;
    assert_eq!(page.status, 303, "{}", page.text);
    browser
}

fn names(page: &Page) -> Vec<String> {
    page.texts("#sessions td.name bdi")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_where_one_is_signed_in_and_ends_one_of_them() {
    let world = World::with_accounts().await;
    let mut here = world.member("acme", ADA, "member").await;
    let mut there = enter_with(&world, FIREFOX).await;
    let page = here.get(PLACE).await;
    assert_eq!(page.count("#sessions tbody tr"), 2);
    let names = names(&page);
    assert!(names.contains(&"Firefox on Linux".to_owned()), "{names:?}");
    assert_eq!(page.texts("#sessions strong"), ["this browser"]);
    assert_eq!(page.texts("#sessions td code"), ["127.0.0.1", "127.0.0.1"]);

    let other = page.attributes("#sessions tr:not(:has(strong)) form", "action");
    let told = here.post(&other[0], &[]).await;
    assert_eq!(told.text_of(".banner strong"), "The session is ended");
    assert_eq!(told.count("#sessions tbody tr"), 1);
    assert_eq!(there.get("/connections").await.url.path(), "/sign-in");
    // It is over for good.
    assert_eq!(here.post(&other[0], &[]).await.status, 404);
    let own = here.get(PLACE).await.attributes("#sessions form", "action");
    assert_eq!(here.post(&own[0], &[]).await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_somebody_elses() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    let mut eve = world.member("acme", "eve@example.com", "admin").await;
    let of_ada = ada.get(PLACE).await.attributes("#sessions form", "action");
    assert_eq!(eve.get(PLACE).await.count("#sessions tbody tr"), 1);
    let page = eve.post(&of_ada[0], &[]).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.text_of("h1"), "There is no such session");
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_all_of_them_also_those_that_nobody_lists() {
    let world = World::with_accounts().await;
    let mut here = world.member("acme", ADA, "member").await;
    let mut there = enter_with(&world, FIREFOX).await;
    let mut lost = enter_with(&world, "curl/8").await;
    // The list is a hint: one that it lost is over all the same.
    world
        .redis
        .cli(&["DEL", "pb:{acme.ada%40example%2Ecom}:sessions:web"]);
    let question = here.get(EVERYWHERE).await;
    assert_eq!(question.text_of("h1"), "Sign out everywhere?");
    assert_eq!(there.get("/connections").await.url.path(), "/connections");
    let page = here.post(EVERYWHERE, &[]).await;
    assert_eq!(page.url.path(), "/sign-in");
    let title = "You are signed out everywhere";
    assert_eq!(page.text_of(".banner strong"), title);
    for browser in [&mut here, &mut there, &mut lost] {
        assert_eq!(browser.get("/connections").await.url.path(), "/sign-in");
    }
    assert_eq!(here.enter(ADA, PASSWORD).await.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_and_ends_sessions_too() {
    let world = World::start().await;
    let mut here = world.person("acme", "ada").await;
    let mut there = world.person("acme", "ada").await;
    assert_eq!(here.get(PLACE).await.count("#sessions tbody tr"), 2);
    let question = here.get(EVERYWHERE).await;
    let told = question.text_of("section.narrow p");
    assert!(told.contains("in one other browser"), "{told}");
    assert_eq!(here.post(EVERYWHERE, &[]).await.url.path(), "/sign-in");
    assert_eq!(there.get("/connections").await.url.path(), "/sign-in");
}
