//! Forms at their edges: from a session whose time was up, and with bytes that are no text.

use jiff::SignedDuration;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use crate::support::{Browser, Page, World};

/// Sends a form whose body is written by hand, after the token.
async fn send_raw(browser: &mut Browser, place: &str, body: &str) -> Page {
    let body = format!("_csrf={}&{body}", browser.csrf());
    let request = browser.request(Method::POST, place);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    browser.send(request.body(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_follows_a_session_whose_time_is_up_works_at_the_first_try() {
    let world = World::start().await;
    // Opened by hand, and led to from elsewhere.
    for place in ["/sign-in", "/connections/hubspot"] {
        let mut ada = world.person("acme", "ada").await;
        world.pass(SignedDuration::from_hours(7 * 24 + 1));
        let page = ada.get(place).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/sign-in"));
        let fields = [("user_id", "ada"), ("org_id", "acme")];
        let page = ada.post("/sign-in", &fields).await;
        assert_eq!(page.status, 200, "{place}: {}", page.text);
        assert_eq!(page.url.path(), "/connections", "{place}");
        assert_eq!(page.text_of(".who .user"), "ada");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_whose_bytes_are_no_text_is_refused_and_says_so() {
    let world = World::start().await;
    let mut ada = world.browser();
    for bytes in ["%FF", "ada%C3", "%ED%A0%80", "a%80b"] {
        ada.get("/sign-in").await;
        let body = format!("user_id={bytes}&org_id=acme");
        let page = send_raw(&mut ada, "/sign-in", &body).await;
        assert_eq!(page.status, 400, "{bytes}: {}", page.text);
        let said = page.text_of(".failure");
        assert!(said.contains("The form is not text"), "{bytes}: {said}");
        assert!(said.contains("not UTF-8"), "{bytes}: {said}");
        assert!(!page.text.contains('\u{fffd}'), "{bytes}");
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
    // The same by hand, with text, is taken.
    ada.get("/sign-in").await;
    let page = send_raw(&mut ada, "/sign-in", "user_id=zo%C3%AB&org_id=acme").await;
    assert_eq!(page.status, 303, "{}", page.text);
    assert_eq!(ada.get("/connections").await.text_of(".who .user"), "zoë");
}
