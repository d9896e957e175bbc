//! Who is let in: programs of this machine and known pages, in the demo alone.

use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};

use super::{ADA, CREDENTIALS, Caller, connected};
use crate::support::{Page, World};

const APP: &str = "https://app.example.com";
const ROUTES: [&str; 2] = ["/integrations/hubspot/authorize", CREDENTIALS];

/// What a browser asks before it sends a page's request.
async fn preflight(world: &World, place: &str, origin: &str, method: &str) -> Page {
    let asked = world.browser().request(Method::OPTIONS, place);
    let asked = asked.header(ORIGIN, origin);
    let asked = asked.header("access-control-request-method", method);
    let asked = asked.header(
        "access-control-request-headers",
        "authorization, content-type",
    );
    world.browser().send(asked).await
}

/// The names of the headers that permit something to a page.
fn permits(page: &Page) -> Vec<String> {
    let names = page.headers.keys().map(ToString::to_string);
    names
        .filter(|name| name.starts_with("access-control-allow"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_cannot_use_the_demo() {
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", APP)]).await;
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
    // A page of our own needs no permission.
    let own = caller.post(CREDENTIALS).form(&ADA);
    let own = own.header(ORIGIN, world.url.as_str());
    assert_eq!(caller.send(own).await.0, 200);
    for place in ROUTES {
        for origin in ["https://evil.example", "null", "http://app.example.com"] {
            let answer = preflight(&world, place, origin, "POST").await;
            assert!(answer.status.is_client_error(), "{origin}");
            assert_eq!(permits(&answer), [""; 0], "{origin}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_page_may_call_and_read_what_it_is_told() {
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", APP)]).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    for place in ROUTES {
        let answer = preflight(&world, place, APP, "POST").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), APP);
        assert_eq!(answer.header("access-control-allow-methods"), "POST");
        let sent = answer.header("access-control-allow-headers");
        assert!(sent.contains("authorization") && sent.contains("content-type"));
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        let other = preflight(&world, place, APP, "DELETE").await;
        assert_eq!(permits(&other), [""; 0]);
        assert!(other.status.is_client_error());

        let nobody = [("user_id", "ada")];
        for (fields, status) in [(&ADA[..], 200), (&nobody[..], 422)] {
            let request = world.browser().request(Method::POST, place);
            let request = request.header(ORIGIN, APP).form(fields);
            let answer = world.browser().send(request).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), APP);
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            let exposed = answer
                .header("access-control-expose-headers")
                .to_lowercase();
            for name in ["retry-after", "patchbay-incomplete", "ratelimit"] {
                assert!(exposed.contains(name), "{exposed}");
            }
            assert!(
                answer.header("vary").contains("Origin"),
                "{:?}",
                answer.headers
            );
        }
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
