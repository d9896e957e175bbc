//! What every page has in common: its one address, and the faces of its errors, whole or in part.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HOST};

use crate::support::{Browser, Page, World};

const FORM: &str = "application/x-www-form-urlencoded";

/// The request id that an error page shows.
fn request_id(page: &Page) -> String {
    let id = page.text_of(".failure code");
    assert_eq!(id.len(), 36, "no request id: {}", page.text);
    id
}

/// A body sent as it is, with the right token before it.
async fn send_body(browser: &mut Browser, place: &str, kind: &str, body: Vec<u8>) -> Page {
    let mut bytes = format!("_csrf={}", browser.csrf()).into_bytes();
    bytes.extend(body);
    let request = browser.request(Method::POST, place);
    let request = request.header(CONTENT_TYPE, kind).body(bytes);
    browser.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_under_another_name_is_led_to_the_public_one() {
    let world = World::start().await;
    let mut ada = world.browser();
    let numeric = world.url.replace("localhost", "127.0.0.1");
    for place in ["/", "/sign-in", "/connections/hubspot?q=a%20b&page=2"] {
        let page = ada.get_once(&format!("{numeric}{place}")).await;
        assert_eq!(page.status, 307, "{place}");
        assert_eq!(page.header("location"), format!("{}{place}", world.url));
        assert_eq!(page.header("set-cookie"), "", "a cookie for the wrong name");
    }
    assert_eq!(ada.get(&numeric).await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_ours_is_never_repeated_and_takes_no_forms() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for host in ["evil.example", "evil.example:80", "localhost.evil.example"] {
        let request = ada.request(Method::GET, "/connections").header(HOST, host);
        let page = ada.send(request).await;
        assert_eq!(
            page.header("location"),
            format!("{}/connections", world.url)
        );
        let request = ada.request(Method::POST, "/sign-out").header(HOST, host);
        let page = ada.send(request).await;
        assert_eq!(page.status, 400);
        assert!(!page.text.contains("evil"), "{}", page.text);
        assert!(page.text.contains(&world.url), "the way home");
        request_id(&page);
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_lead_nowhere_are_404_pages_with_a_request_id() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let mut ids = std::collections::HashSet::new();
    for place in [
        "/nowhere",
        "/connections/nosuch",
        "/connections/nosuch/load",
        "/connections/nosuch/items",
        "/connections/nosuch/account",
        "/connections/nosuch/disconnect",
        "/connections/HUBSPOT",
        "/connections/hubspot%2F..",
        "/connections/%3Cscript%3E",
        "/integrations/nosuch/oauth2callback?code=a&state=b",
        "/static/nothing.css",
        "/static/../Cargo.toml",
    ] {
        let page = ada.get(place).await;
        assert_eq!(page.status, 404, "{place}");
        assert!(
            page.text_of("h1").starts_with("There is no such"),
            "{place}"
        );
        assert_eq!(page.count("html header.top"), 1, "a whole page: {place}");
        assert!(ids.insert(request_id(&page)), "the id is the request's own");
    }
    ada.get("/connections").await;
    for action in [
        "connect",
        "load",
        "check",
        "refresh",
        "account",
        "disconnect",
    ] {
        let place = format!("/connections/nosuch/{action}");
        let page = ada.post_once(&place, &[]).await;
        assert_eq!(page.status, 404, "{place}");
        assert_eq!(page.text_of("h1"), "There is no such provider");
    }
    assert_eq!(world.browser().get("/nowhere").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_page_does_not_know_is_a_405_page() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for place in [
        "/sign-out",
        "/connections/hubspot/connect",
        "/connections/hubspot/check",
        "/connections/hubspot/refresh",
    ] {
        let page = ada.get_once(place).await;
        assert_eq!(page.status, 405, "{place}");
        request_id(&page);
    }
    for place in [
        "/connections",
        "/connections/hubspot",
        "/connections/hubspot/items",
    ] {
        let page = ada.post_once(place, &[]).await;
        assert_eq!(page.status, 405, "{place}");
        assert_eq!(page.text_of("h1"), "That page cannot be used like this");
        request_id(&page);
    }
    let request = ada.request(Method::HEAD, "/connections");
    let head = ada.send(request).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_a_413_page() {
    let world = World::start().await;
    let mut ada = world.browser();
    ada.get("/sign-in").await;
    let huge = "x".repeat(80 * 1024);
    let page = ada
        .post_once("/sign-in", &[("user_id", &huge), ("org_id", "acme")])
        .await;
    assert_eq!(page.status, 413);
    assert_eq!(page.text_of("h1"), "That is too much at once");
    request_id(&page);
    let page = ada.post_part("/sign-in", &[("user_id", &huge)]).await;
    assert_eq!(
        (page.status.as_u16(), page.count("html header.top")),
        (413, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_kind_is_refused() {
    let world = World::start().await;
    let mut ada = world.browser();
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ] {
        ada.get("/sign-in").await;
        let body = b"&user_id=ada&org_id=acme".to_vec();
        let page = send_body(&mut ada, "/sign-in", kind, body).await;
        assert_eq!(page.status, 400, "{kind:?}");
        request_id(&page);
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_garbage_is_the_senders_mistake() {
    let world = World::start().await;
    let mut ada = world.browser();
    for body in [
        &b"&&&==&%&%zz=%"[..],
        b"&user_id",
        b"&user_id=%00&org_id=%0A",
        b"\0\xff\xfe\x80garbage",
        b"&user_id[]=ada&org_id[]=acme",
    ] {
        ada.get("/sign-in").await;
        let page = send_body(&mut ada, "/sign-in", FORM, body.to_vec()).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 403 | 422), "{status}: {}", page.text);
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_gets_an_error_as_a_part_and_a_history_restore_gets_the_page() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let part = ada.get_part("/connections/nosuch").await;
    assert_eq!(part.status, 404);
    assert!(
        part.text.trim_start().starts_with("<section"),
        "{}",
        part.text
    );
    assert!(!part.text.contains("<html"), "{}", part.text);
    request_id(&part);
    for (name, value) in [
        ("HX-Request-Type", "full"),
        ("HX-History-Restore-Request", "true"),
    ] {
        let request = ada.request(Method::GET, "/connections/nosuch");
        let request = request.header("HX-Request", "true").header(name, value);
        let whole = ada.send(request).await;
        assert_eq!((whole.status.as_u16(), whole.count("header.top")), (404, 1));
    }
    let request = ada.request(Method::GET, "/connections/hubspot?page=0");
    let part = ada.send(request.header("HX-Request", "true")).await;
    assert_eq!((part.status.as_u16(), part.count("header.top")), (400, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_depends_on_htmx_says_so_to_caches() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for place in ["/connections", "/connections/hubspot/items", "/nowhere"] {
        for page in [ada.get(place).await, ada.get_part(place).await] {
            let vary: Vec<_> = page.headers.get_all("vary").iter().collect();
            let vary = format!("{vary:?}").to_lowercase();
            assert!(vary.contains("hx-request,"), "{place}: {vary}");
            assert!(vary.contains("hx-request-type"), "{place}: {vary}");
        }
    }
}
