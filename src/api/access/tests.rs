//! Who is let in, and who is not.

use actix_web::http::header::HeaderValue;

use super::*;
use crate::activity::Activity;
use crate::clock::{Clock, Entropy};
use crate::identity::SetupKey;
use crate::testing::{self, redis::Redis};

fn access(door: Door) -> (Access, Redis) {
    let redis = Redis::start();
    let store = testing::store(&redis);
    let access = Access {
        door,
        keys: ApiKeys::new(store.clone(), Clock::system(), Entropy::system()),
        people: People::new(
            store.clone(),
            Clock::system(),
            Entropy::system(),
            SetupKey::derive(&[7; 64]),
        ),
        limits: Limits::new(store.clone(), true),
        refusals: Refusals::new(
            Activity::new(store.clone(), Clock::system()),
            Limits::new(store, true),
        ),
    };
    (access, redis)
}

fn demo() -> Door {
    Door::Demo {
        public_url: Url::parse("https://patchbay.example").expect("a URL"),
        origins: vec!["https://app.example.com".to_owned()],
    }
}

fn headers(host: &'static str, origin: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_static(host));
    if let Some(origin) = origin {
        headers.insert(ORIGIN, HeaderValue::from_static(origin));
    }
    headers
}

#[test]
fn programs_and_pages_of_known_origins_may_use_the_demo() {
    let (access, _redis) = access(demo());
    for host in ["patchbay.example", "localhost:8000", "[::1]:8000"] {
        for origin in [
            None,
            Some("https://patchbay.example"),
            Some("https://app.example.com"),
        ] {
            assert!(
                access.check_place(&headers(host, origin)).is_ok(),
                "{host} {origin:?}"
            );
        }
    }
}

#[test]
fn other_pages_and_other_names_may_not() {
    let (access, _redis) = access(demo());
    for origin in [
        "null",
        "",
        "http://patchbay.example",
        "https://patchbay.example:8443",
        "https://app.example.com.evil.example",
        "http://localhost:8000",
    ] {
        let place = access.check_place(&headers("patchbay.example", Some(origin)));
        assert!(matches!(place, Err(Refused::Origin)), "{origin}");
    }
    for host in ["", "evil.example", "patchbay.example:8000"] {
        let place = access.check_place(&headers(host, None));
        assert!(matches!(place, Err(Refused::Host(_))), "{host}");
    }
}

#[test]
fn outside_of_the_demo_the_key_alone_decides() {
    let (access, _redis) = access(Door::Key);
    let place = access.check_place(&headers("patchbay.svc:8000", Some("https://other.example")));
    assert!(place.is_ok());
}

#[tokio::test]
async fn a_key_is_read_of_its_header_alone() {
    let (access, _redis) = access(Door::Key);
    for value in ["", "Bearer", "Basic cGI6eA==", "pb_anything"] {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        let key = access.shown(&headers).await;
        assert!(matches!(key, Err(Refused::NoKey)), "{value}");
    }
    for value in ["Bearer pb_anything", "bearer  x", "Bearer "] {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        let key = access.shown(&headers).await;
        assert!(
            matches!(key, Err(Refused::Key(NoKey::Malformed))),
            "{value}"
        );
    }
}
