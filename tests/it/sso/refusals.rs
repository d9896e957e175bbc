//! Who does not come in, and how it is said.

use reqwest::Url;

use super::world;
use crate::support::{Browser, Page, Place};

/// Where a page's way on leads.
fn ways_on(page: &Page) -> Vec<String> {
    page.attributes("main a[href]", "href")
}

/// The same address with a parameter changed, or removed.
fn changed(address: &Url, name: &str, value: Option<&str>) -> Url {
    let others = address
        .query_pairs()
        .into_owned()
        .filter(|(other, _)| other != name);
    let others: Vec<_> = others.collect();
    let mut address = address.clone();
    address.query_pairs_mut().clear().extend_pairs(others);
    if let Some(value) = value {
        address.query_pairs_mut().append_pair(name, value);
    }
    address
}

async fn is_nobody(browser: &mut Browser) {
    assert_eq!(browser.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whom_the_issuer_does_not_vouch_for_stay_outside() {
    let (world, _issuer) = world(Place::Userinfo).await;
    for (login, says) in [
        ("una", "Your email is not verified"),
        ("eve", "domain may not sign in here"),
        ("lou", "does not say which org"),
        ("kim", "does not say which org"),
        ("max", "does not say your email"),
    ] {
        let mut browser = world.browser();
        let page = browser.sign_in_by_sso(login).await;
        assert_eq!(page.status, 403, "{login}: {}", page.text);
        assert!(
            page.text_of("h1").contains(says),
            "{login}: {}",
            page.text_of("h1")
        );
        assert!(ways_on(&page).contains(&"/sign-in".to_owned()), "{login}");
        is_nobody(&mut browser).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_can_think_again() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = world.browser();
    let form = ada.to_issuer("/items").await;
    let cancel = form.attributes("a[href$=abort]", "href").remove(0);
    let cancel = ada.request(reqwest::Method::GET, &cancel);
    let back = ada.until_home(cancel).await;
    assert!(
        back.query()
            .is_some_and(|query| query.contains("error=access_denied"))
    );
    let page = ada.get(back.as_str()).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"));
    assert!(
        page.text_of(".banner").contains("You were not signed in"),
        "{}",
        page.text
    );
    // Where they wanted to go is not forgotten.
    assert_eq!(page.value("input[name=next]").as_deref(), Some("/items"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_not_begun_here_is_refused() {
    let (world, _issuer) = world(Place::Token).await;
    let (mut ada, mut eve) = (world.browser(), world.browser());
    // Eve signs in at the issuer and sends Ada the address that leads back, to have her work in Eve's account.
    let form = eve.to_issuer("/connections").await;
    let hers = eve.prove(&form, "bob").await;
    ada.get("/sign-in").await;
    let page = ada.get(hers.as_str()).await;
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(page.text_of("h1").contains("another browser session"));
    assert_eq!(page.count(".who"), 0);
    is_nobody(&mut ada).await;
    // It is spent for Eve too.
    let page = eve.get(hers.as_str()).await;
    assert_eq!(page.status, 400);
    assert!(page.text_of("h1").contains("used already"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_of_no_use_in_somebody_elses_sign_in() {
    let (world, _issuer) = world(Place::Token).await;
    let back = async |login: &str| {
        let mut browser = world.browser();
        let form = browser.to_issuer("/connections").await;
        let back = browser.prove(&form, login).await;
        (browser, back)
    };
    let ((_, hers), (mut eve, own)) = (back("ada").await, back("bob").await);
    let mut pairs = hers.query_pairs();
    let code = pairs.find_map(|(name, value)| (name == "code").then_some(value));
    // The issuer holds Ada's code to the challenge that Ada's browser was sent with (PKCE).
    let stolen = changed(&own, "code", code.as_deref());
    let page = eve.get(stolen.as_str()).await;
    assert_eq!(page.status, 400, "{}", page.text);
    assert!(page.text_of("h1").contains("does not accept the code"));
    is_nobody(&mut eve).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_made_up_or_old_is_told_apart() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = world.browser();
    let back = async |ada: &mut Browser| {
        let form = ada.to_issuer("/connections").await;
        ada.prove(&form, "ada").await
    };
    let first = back(&mut ada).await;
    for (name, value, says) in [
        ("state", None, "has no state"),
        ("state", Some("guessed"), "did not begin this sign-in"),
        ("iss", Some("https://other.example"), "does not come from"),
        ("iss", None, "does not come from"),
        ("code", None, "has no code"),
        ("code", Some("made-up"), "does not accept the code"),
    ] {
        // The issuer does not ask twice who is signed in there, so that each try is a browser of its own.
        let mut browser = world.browser();
        let address = changed(&back(&mut browser).await, name, value);
        let page = browser.get(address.as_str()).await;
        assert_eq!(page.status, 400, "{name} {value:?}: {}", page.text);
        assert!(
            page.text_of("h1").contains(says),
            "{name} {value:?}: {}",
            page.text_of("h1")
        );
        assert!(!page.text.contains("made-up") && !page.text.contains("guessed"));
        is_nobody(&mut browser).await;
    }
    world.pass(jiff::SignedDuration::from_mins(11));
    let page = ada.get(first.as_str()).await;
    assert_eq!(page.status, 400);
    assert!(
        page.text_of("h1").contains("begun too long ago"),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_begins_or_ends_by_a_link_or_a_foreign_form() {
    let (world, _issuer) = world(Place::Token).await;
    let mut ada = world.browser();
    ada.get("/sign-in").await;
    let foreign = ada
        .request(reqwest::Method::POST, "/sign-in/sso")
        .header("origin", "https://evil.example")
        .form(&[("_csrf", ada.csrf())]);
    assert_eq!(ada.send(foreign).await.status, 403);
    let without = ada
        .request(reqwest::Method::POST, "/sign-in/sso")
        .form(&[("next", "/items")]);
    assert_eq!(ada.send(without).await.status, 403);
    for (method, place) in [
        (reqwest::Method::GET, "/sign-in/sso"),
        (reqwest::Method::HEAD, "/sign-in/sso/callback"),
    ] {
        let answer = ada.send(ada.request(method, place)).await;
        assert_eq!(answer.status, 405, "{place}");
    }
    // Nobody signs in by typing a name here.
    ada.get("/sign-in").await;
    let typed = ada
        .post("/sign-in", &[("user_id", "ada"), ("org_id", "acme")])
        .await;
    assert_eq!(typed.status, 403);
    is_nobody(&mut ada).await;
    // And one only goes on to pages of ours.
    let form = ada.to_issuer("https%3A%2F%2Fevil.example").await;
    let back = ada.prove(&form, "ada").await;
    let led = ada.get_once(back.as_str()).await;
    assert_eq!(led.header("location"), "/connections");
}
