//! Which pages of other origins may use the JSON API.

use reqwest::Method;
use reqwest::header::ORIGIN;

use crate::support::{Page, World};

const APP: &str = "http://localhost:3000";

/// What a browser asks before a page calls.
async fn preflight(world: &World, origin: &str, method: &str, headers: &str) -> Page {
    let mut browser = world.browser();
    let asked = browser.request(Method::OPTIONS, "/api/v1/items");
    let asked = asked
        .header(ORIGIN, origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers);
    browser.send(asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_named_origins_may_call_and_others_may_not() {
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", APP)]).await;
    let page = preflight(
        &world,
        APP,
        "PATCH",
        "authorization,content-type,idempotency-key",
    )
    .await;
    assert!(page.status.is_success(), "{page:?}");
    assert_eq!(page.header("access-control-allow-origin"), APP);
    assert!(
        page.header("access-control-allow-methods")
            .contains("PATCH")
    );
    assert_eq!(page.header("access-control-allow-credentials"), "");
    for (origin, method, headers) in [
        ("https://evil.example", "GET", "authorization"),
        ("null", "GET", "authorization"),
        (APP, "PUT", "authorization"),
        (APP, "GET", "x-other"),
    ] {
        let page = preflight(&world, origin, method, headers).await;
        assert!(
            !page.status.is_success(),
            "{origin} {method} {headers}: {page:?}"
        );
        assert_ne!(page.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_read_answers_and_problems() {
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", APP)]).await;
    let program = world.program().await;
    let request = program
        .request(Method::GET, "/api/v1/items")
        .header(ORIGIN, APP);
    let answer = program.send(request).await;
    assert_eq!(answer.header("access-control-allow-origin"), APP);
    let exposed = answer
        .header("access-control-expose-headers")
        .to_lowercase();
    for name in ["etag", "retry-after", "ratelimit", "location"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    answer.is(200);
    let request = world
        .browser()
        .request(Method::GET, "/api/v1/items")
        .header(ORIGIN, APP);
    let refused = crate::support::api::answer(&world, request).await;
    assert_eq!(refused.header("access-control-allow-origin"), APP);
    refused.problem(401, "key-missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_origin_is_named_none_may() {
    let world = World::start().await;
    let page = preflight(&world, APP, "GET", "authorization").await;
    assert_eq!(page.header("access-control-allow-origin"), "");
}
