//! From which address: a proxy is believed where the operator trusts it, and nobody else.

use reqwest::Method;

use super::trail;
use crate::support::World;

/// What reading a token with these headers leaves as the address.
async fn address(world: &World, forwarded: &[&str]) -> String {
    let mut ada = world.person("acme", "ada").await;
    let program = world.program().await;
    let place = "/api/v1/connections/hubspot/token";
    let mut request = program.request(Method::GET, place);
    for value in forwarded {
        request = request.header("X-Forwarded-For", *value);
    }
    // Nothing of these is ever believed.
    let request = request
        .header("Forwarded", "for=192.0.2.60;host=evil.example")
        .header("X-Real-IP", "192.0.2.61")
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "https");
    assert_eq!(program.send(request).await.status, 200);
    let row = trail(&mut ada).await.remove(0);
    assert_eq!(row.what, "Token read");
    row.address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_of_anybody_is_not_believed() {
    let world = World::with(&[("PATCHBAY_TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    for forwarded in [&["203.0.113.9"][..], &["10.0.0.1"], &[]] {
        assert_eq!(address(&world, forwarded).await, "127.0.0.1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxys_word_is_taken_and_nothing_before_it() {
    let trusted = "127.0.0.0/8, 10.0.0.0/8";
    let world = World::with(&[("PATCHBAY_TRUSTED_PROXIES", trusted)]).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    for (forwarded, expected) in [
        (&["203.0.113.9"][..], "203.0.113.9"),
        (&["198.51.100.1, 203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        (&["198.51.100.1", "[2001:db8::9]:4711"], "2001:db8::9"),
        (&["203.0.113.9, nonsense"], "127.0.0.1"),
        (&[], "127.0.0.1"),
    ] {
        assert_eq!(address(&world, forwarded).await, expected, "{forwarded:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_a_demo_are_counted_by_the_address_behind_the_proxy() {
    let trusted = [("PATCHBAY_TRUSTED_PROXIES", "127.0.0.0/8")];
    let world = World::with(&trusted).await;
    let fields = [("user_id", "ada"), ("org_id", "acme")];
    let ask = async |from: &str| {
        let place = "/integrations/hubspot/credentials";
        let request = world.browser().request(Method::POST, place);
        let request = request.header("X-Forwarded-For", from).form(&fields);
        let answer = world.browser().send(request).await;
        let left = answer.header("ratelimit").to_owned();
        let left = left.split(';').find_map(|part| part.strip_prefix("r="));
        left.and_then(|left| left.parse::<u32>().ok())
            .expect("a number")
    };
    let most = ask("203.0.113.1").await;
    for n in 2..20 {
        assert_eq!(ask(&format!("203.0.113.{n}")).await, most, "counted alone");
    }
}
