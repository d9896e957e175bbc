//! What another site makes a browser do, and what somebody plants in it.

use reqwest::Method;
use reqwest::header::COOKIE;

use super::scene::ADA;
use crate::support::{Browser, Page, World, people::PASSWORD};

const EVE: &str = "eve@example.com";

/// The cookie of the session that an answer begins.
fn cookie(page: &Page) -> String {
    let cookie = page
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default();
    assert!(cookie.starts_with("patchbay="), "{page:?}");
    cookie.to_owned()
}

/// Opens connections with these cookies alone; answers where that leads.
async fn led_with(world: &World, cookies: &str) -> String {
    let mut browser = world.browser();
    let request = browser
        .request(Method::GET, "/connections")
        .header(COOKIE, cookies);
    browser.send(request).await.header("location").to_owned()
}

/// A browser posts eve's password, with a token and a word of where it comes from.
async fn posted_as_eve(browser: &mut Browser, token: &str, site: &str) -> Page {
    let fields = [("email", EVE), ("password", PASSWORD), ("_csrf", token)];
    let request = browser.request(Method::POST, "/sign-in");
    let request = request.header("sec-fetch-site", site).form(&fields);
    browser.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_as_somebody_else_by_another_site() {
    let world = World::with_accounts().await;
    world.add_person("acme", EVE, "member").await;
    // Eve's site posts her own password in ada's browser: without a token, with one of eve's session, and from where
    // browsers say that it comes from.
    let mut ada = world.browser();
    ada.get("/sign-in").await;
    let mut eve = world.browser();
    eve.get("/sign-in").await;
    let own = ada.csrf().to_owned();
    for (token, site) in [
        ("", "cross-site"),
        ("", "same-origin"),
        (eve.csrf(), "same-origin"),
        (&own[..], "cross-site"),
        (&own[..], "same-site"),
    ] {
        let page = posted_as_eve(&mut ada, token, site).await;
        assert_eq!(page.status, 403, "{site}");
        assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
    }
    // It is for nothing else that they were refused: who means it is let in by the same form.
    let page = posted_as_eve(&mut ada, &own, "same-origin").await;
    assert_eq!(page.status, 303, "{}", page.text);
    let page = ada.get("/connections").await;
    assert_eq!(page.text_of(".who .names"), format!("acme · {EVE}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_planted_never_becomes_somebodys() {
    let world = World::with_accounts().await;
    world.add_person("acme", ADA, "member").await;
    let mut eve = world.browser();
    let planted = cookie(&eve.get_once("/sign-in").await);
    let mut ada = world.browser();
    // Ada's browser comes with eve's cookie, and she signs in with it.
    let request = ada
        .request(Method::GET, "/sign-in")
        .header(COOKIE, &planted);
    let page = ada.send(request).await;
    let token = page.value("input[name=_csrf]").expect("a token");
    let fields = [("email", ADA), ("password", PASSWORD), ("_csrf", &token)];
    let request = ada
        .request(Method::POST, "/sign-in")
        .header(COOKIE, &planted);
    let page = ada.send(request.form(&fields)).await;
    assert_eq!(page.status, 303);
    assert_ne!(cookie(&page), planted);
    assert!(led_with(&world, &planted).await.starts_with("/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_that_another_host_tosses_in_open_nothing() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    let mut real = world.browser();
    let page = {
        real.get("/sign-in").await;
        real.post_once("/sign-in", &[("email", ADA), ("password", PASSWORD)])
            .await
    };
    let real = cookie(&page);
    assert_eq!(led_with(&world, &real).await, "");
    let (name, value) = real.split_once('=').expect("a value");
    for tossed in [
        format!("{name}={}", &value[..value.len() - 2]),
        format!("{name}={}", value.to_uppercase()),
        format!("{name}=deadbeef"),
        format!("{name}="),
        format!("{name}=%00"),
        format!("Patchbay={value}"),
        format!("__Host-{name}={value}"),
    ] {
        let led = led_with(&world, &tossed).await;
        assert!(led.starts_with("/sign-in"), "{tossed}: {led}");
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/connections");
}

/// Asks for a page of ada's own with a header; answers what came.
async fn with_header(ada: &mut Browser, name: &str, value: &str) -> Page {
    let request = ada.request(Method::GET, "/connections");
    ada.send(request.header(name, value)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_header_says_of_host_scheme_and_way_is_not_believed() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-server", "evil.example"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "/settings/members"),
        ("x-rewrite-url", "/settings/members"),
        ("x-http-method-override", "DELETE"),
        ("x-host", "evil.example"),
    ] {
        let page = with_header(&mut ada, name, value).await;
        assert_eq!(page.status, 200, "{name}");
        assert_eq!(page.text_of("h1"), "Connections", "{name}");
        assert!(!page.text.contains("evil.example"), "{name}");
        assert_eq!(page.header("strict-transport-security"), "", "{name}");
        for redirect in page.texts("code.copy") {
            assert!(redirect.starts_with(&world.url), "{name}: {redirect}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_get_with_another_method_written_on_it_changes_nothing() {
    let world = World::with_accounts().await;
    let mut ada = world.member("acme", ADA, "member").await;
    ada.connect_hubspot().await;
    let token = ada.csrf().to_owned();
    let place = "/connections/hubspot/disconnect";
    for way in [
        format!("{place}?_method=POST&_csrf={token}"),
        format!("{place}?_method=DELETE"),
    ] {
        let page = ada.get(&way).await;
        assert_eq!(page.status, 200);
    }
    for (method, header) in [
        (Method::GET, "POST"),
        (Method::HEAD, "POST"),
        (Method::OPTIONS, "POST"),
    ] {
        let request = ada
            .request(method, place)
            .header("x-http-method-override", header);
        ada.send(request).await;
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
        let request = ada.request(method.clone(), place);
        let status = ada.send(request.form(&[("_csrf", &token)])).await.status;
        assert!(status.is_client_error(), "{method}: {status}");
    }
    assert_eq!(ada.get("/connections").await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_another_site() {
    // Nothing is limited, so that every way is judged by itself.
    let world = World::with(&[("PATCHBAY_AUTH", "local"), ("PATCHBAY_RATE_LIMITS", "off")]).await;
    world.add_person("acme", ADA, "member").await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/connections\r\nSet-Cookie: a=b",
        "/sign-out",
    ] {
        let mut ada = world.browser();
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        ada.get(&format!("/sign-in?next={query}")).await;
        let fields = [("email", ADA), ("password", PASSWORD), ("next", next)];
        let page = ada.post_once("/sign-in", &fields).await;
        assert_eq!(page.status, 303, "{next}");
        let location = page.header("location");
        let own = url::Url::parse(&world.url)
            .expect("a URL")
            .join(location)
            .expect("a URL");
        assert_eq!(
            own.origin(),
            url::Url::parse(&world.url).expect("a URL").origin(),
            "{next}: {location}"
        );
        assert!(page.headers.get("a").is_none());
        if page.headers.get_all("set-cookie").iter().count() > 1 {
            panic!("{next} sets a cookie: {:?}", page.headers);
        }
    }
}
