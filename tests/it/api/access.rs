//! Who is let in: keys that count, what they may do, whose things they see, and how often they ask.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use patchbay::activity::By;
use patchbay::identity::{New, Scope};
use patchbay::owner::Owner;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HOST, ORIGIN};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::connected;
use crate::support::World;
use crate::support::api::answer;

const PLACE: &str = "/api/v1/connections";

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_that_counts_is_told_why() {
    let world = connected().await;
    let ask = async |value: Option<&str>| {
        let mut request = world.browser().request(Method::GET, PLACE);
        if let Some(value) = value {
            request = request.header(AUTHORIZATION, value);
        }
        let answer = answer(&world, request).await;
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        answer
    };
    ask(None).await.problem(401, "key-missing");
    ask(Some("Basic cGI6eA=="))
        .await
        .problem(401, "key-missing");
    ask(Some("Bearer pb_anything"))
        .await
        .problem(401, "key-malformed");

    let elsewhere = World::start().await;
    let (_, foreign) = elsewhere.key("acme", "ada", &Scope::ALL).await;
    let foreign = format!("Bearer {foreign}");
    ask(Some(&foreign)).await.problem(401, "key-unknown");

    let (key, secret) = world.key("acme", "ada", &Scope::ALL).await;
    let shown = format!("Bearer {secret}");
    world
        .keys()
        .revoke(&key.owner, &key.id, &By::operator())
        .await
        .expect("revoked");
    let body = ask(Some(&shown)).await.problem(401, "key-revoked");
    assert!(!body.to_string().contains(&secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_at_its_expiry() {
    let world = connected().await;
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    let new = New {
        name: "short".to_owned(),
        scopes: vec![Scope::ItemsRead],
        life: Some(std::time::Duration::from_secs(3_600)),
        id: None,
    };
    let (_, secret) = world
        .keys()
        .create(&owner, new, &By::operator())
        .await
        .expect("a key");
    let ask = || {
        world
            .browser()
            .request(Method::GET, PLACE)
            .bearer_auth(secret.expose())
    };
    answer(&world, ask()).await.is(200);
    world.pass(SignedDuration::from_hours(1));
    answer(&world, ask()).await.problem(401, "key-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_do_what_its_scopes_say_and_no_more() {
    let world = connected().await;
    let hubspot = "/api/v1/connections/hubspot";
    let wanted = json!({ "properties": { "firstname": "Grace" } });
    let digest = json!({ "sha256": "00".repeat(32) });
    for (scope, method, place, body) in [
        (
            Scope::ItemsRead,
            Method::GET,
            "/api/v1/items".to_owned(),
            None,
        ),
        (
            Scope::LoadsWrite,
            Method::POST,
            format!("{hubspot}/loads"),
            None,
        ),
        (
            Scope::TokensRead,
            Method::GET,
            format!("{hubspot}/token"),
            None,
        ),
        (
            Scope::TokensRead,
            Method::POST,
            format!("{hubspot}/token/rejected"),
            Some(&digest),
        ),
        (
            Scope::ContactsRead,
            Method::GET,
            format!("{hubspot}/contacts"),
            None,
        ),
        (
            Scope::ContactsRead,
            Method::GET,
            format!("{hubspot}/contacts/1"),
            None,
        ),
        (
            Scope::ContactsWrite,
            Method::POST,
            format!("{hubspot}/contacts"),
            Some(&wanted),
        ),
        (
            Scope::ContactsWrite,
            Method::PATCH,
            format!("{hubspot}/contacts/1"),
            Some(&wanted),
        ),
        (
            Scope::ContactsWrite,
            Method::DELETE,
            format!("{hubspot}/contacts/999999"),
            None,
        ),
        (
            Scope::ConnectionsWrite,
            Method::DELETE,
            hubspot.to_owned(),
            None,
        ),
    ] {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|it| *it != scope).collect();
        for (scopes, may) in [(&others[..], false), (&[scope][..], true)] {
            let program = world.program_of("acme", "ada", scopes).await;
            let mut request = program.request(method.clone(), &place);
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = program.send(request).await;
            match may {
                true => assert_ne!(answer.status, 403, "{method} {place}: {answer:?}"),
                false => {
                    let body = answer.problem(403, "scope-missing");
                    assert_eq!(body["scope"], scope.name(), "{method} {place}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_what_is_somebody_elses() {
    let world = connected().await;
    world.person("acme", "ada").await.load_hubspot().await;
    for (org, user) in [("acme", "bob"), ("globex", "ada"), ("ada", "acme")] {
        let program = world.program_of(org, user, &Scope::ALL).await;
        let all = program.get(PLACE).await.is(200);
        for connection in all["connections"].as_array().expect("a list") {
            assert_eq!(connection["state"], "not_connected", "{connection}");
        }
        let items = program.get("/api/v1/items").await.is(200);
        assert_eq!((&items["total"], &items["items"]), (&json!(0), &json!([])));
        for place in ["token", "contacts", "contacts/1"] {
            let place = format!("{PLACE}/hubspot/{place}");
            program.get(&place).await.problem(404, "not-connected");
        }
        let loads = format!("{PLACE}/hubspot/loads");
        program
            .post(&loads, &json!({}))
            .await
            .problem(404, "not-connected");
        program
            .delete(&format!("{PLACE}/hubspot"))
            .await
            .problem(404, "not-connected");
    }
    let program = world.program().await;
    let own = program.get(&format!("{PLACE}/hubspot")).await.is(200);
    assert_eq!(own["state"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_told_when_to_come_again() {
    let world = connected().await;
    let (key, secret) = world.key("acme", "ada", &Scope::ALL).await;
    let program = world.program_with(secret);
    let first = program.get(PLACE).await;
    assert_eq!(first.header("ratelimit-policy"), "\"api\";q=200;w=2");
    assert_eq!(first.header("ratelimit"), "\"api\";r=199;t=1");
    // As if it had asked as often as it may.
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(key.counted_as()));
    let bucket = format!("pb:bucket:{{api.{digest}}}");
    let full = (world.clock.now().as_microsecond() + 60_000_000).to_string();
    world.redis.cli(&["SET", &bucket, &full, "PX", "60000"]);
    let refused = program.get(PLACE).await;
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((50..=60).contains(&wait), "{wait}");
    let left = refused.header("ratelimit");
    assert!(left.starts_with("\"api\";r=0;t="), "{left}");
    let body = refused.problem(429, "rate-limited");
    assert_eq!(body["action"], "retry");
    let other = world.program().await;
    other.get(PLACE).await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_answers_its_own_names_and_pages_alone() {
    let app = "https://app.example.com";
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", app)]).await;
    let program = world.program().await;
    for (header, value, refusal) in [
        (HOST, "evil.example", "host-refused"),
        (HOST, "localhost.evil.example:8000", "host-refused"),
        (ORIGIN, "https://evil.example", "origin-refused"),
        (ORIGIN, "null", "origin-refused"),
    ] {
        let request = program.request(Method::GET, PLACE).header(header, value);
        program.send(request).await.problem(403, refusal);
    }
    for (header, value) in [(HOST, "127.0.0.1:9000"), (ORIGIN, app)] {
        let request = program.request(Method::GET, PLACE).header(header, value);
        program.send(request).await.is(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_demo_the_key_is_enough() {
    let world = World::with(&[("PATCHBAY_AUTH", "local")]).await;
    let program = world.program().await;
    let request = program
        .request(Method::GET, PLACE)
        .header(HOST, "patchbay.svc:8000");
    program.send(request).await.is(200);
    let request = world.browser().request(Method::GET, PLACE);
    answer(&world, request).await.problem(401, "key-missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon() {
    let world = connected().await;
    let program = world.program().await;
    world.redis.freeze();
    let answer = tokio::time::timeout(std::time::Duration::from_millis(4_500), program.get(PLACE));
    let answer = answer.await.expect("an answer in time");
    assert_ne!(answer.header("retry-after"), "");
    let body = answer.problem(503, "store-unavailable");
    assert_eq!(body["action"], "retry");
    world.redis.thaw();
    program.get(PLACE).await.is(200);
}
