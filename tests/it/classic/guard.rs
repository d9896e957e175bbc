//! Who is let in: programs of this machine and known pages, in the demo alone.

use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};

use super::{ADA, CREDENTIALS, Caller, connected};
use crate::support::{Page, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_cannot_use_the_demo() {
    let app = "https://app.example.com";
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", app)]).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    let caller = Caller(&world);
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let request = caller.post(CREDENTIALS).form(&ADA).header(ORIGIN, origin);
        let detail = caller.refused(request, 403).await;
        assert!(
            detail.starts_with("Pages of this origin may not"),
            "{detail}"
        );
    }
    for origin in [app, world.url.as_str()] {
        let request = caller.post(CREDENTIALS).form(&ADA).header(ORIGIN, origin);
        assert_eq!(caller.send(request).await.0, 200, "{origin}");
    }
    // What a browser asks first permits nothing, to nobody.
    for (origin, status) in [("https://evil.example", 403), (app, 405)] {
        let asked = world.browser().request(Method::OPTIONS, CREDENTIALS);
        let asked = asked.header(ORIGIN, origin);
        let asked = asked.header("access-control-request-method", "POST");
        let answer = world.browser().send(asked).await;
        assert_eq!(answer.status, status);
        let permits = |page: &Page| {
            let mut names = page.headers.keys();
            names.any(|name| name.as_str().starts_with("access-control"))
        };
        assert!(!permits(&answer), "{:?}", answer.headers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_pointed_here_cannot_use_the_demo() {
    let world = connected().await;
    let caller = Caller(&world);
    for host in [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
    ] {
        let request = caller.post(CREDENTIALS).form(&ADA).header(HOST, host);
        let detail = caller.refused(request, 403).await;
        assert!(detail.contains(&world.url), "{detail}");
    }
    for host in ["127.0.0.1:9000", "[::1]"] {
        let request = caller.post(CREDENTIALS).form(&ADA).header(HOST, host);
        assert_eq!(caller.send(request).await.0, 200, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_demo_a_key_is_needed() {
    let world = World::with(&[("PATCHBAY_AUTH", "local")]).await;
    let caller = Caller(&world);
    let request = caller
        .post(CREDENTIALS)
        .form(&ADA)
        .bearer_auth("pb_anything");
    let detail = caller.refused(request, 401).await;
    assert!(detail.starts_with("An API key is needed here"), "{detail}");
}
