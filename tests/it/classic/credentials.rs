//! `POST /integrations/{provider}/credentials`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};
use serde_json::{Value, json};

use super::{ADA, Caller, multipart};
use crate::support::{Page, World, plain_client};

const HUBSPOT: &str = "/integrations/hubspot/credentials";
/// Two seconds are promised; a busy machine gets some more.
const SOON: Duration = Duration::from_millis(4_500);

/// A world in which ada of acme has connected HubSpot.
async fn connected() -> World {
    let world = World::start().await;
    world.person("acme", "ada").await.connect_hubspot().await;
    world
}

/// Ada's credentials, which must be had.
async fn credentials(world: &World) -> Value {
    let caller = Caller(world);
    let (status, body) = caller.send(caller.post(HUBSPOT).form(&ADA)).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The `detail` that ada is refused with.
async fn refused(world: &World, status: u16) -> String {
    let caller = Caller(world);
    caller
        .refused(caller.post(HUBSPOT).form(&ADA), status)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_a_token_that_works_and_when_to_ask_again() {
    let world = connected().await;
    let body = credentials(&world).await;
    let token = body["access_token"].as_str().expect("a token");
    let me = format!("{}/account-info/v3/details", world.hubspot().api_url);
    let answer = plain_client().get(me).bearer_auth(token).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);

    // Half an hour of life, less a tenth of it.
    let at: Timestamp = body["expires_at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("RFC 3339");
    let left = world.clock.now().duration_until(at).as_secs();
    let told = body["expires_in"].as_i64().expect("whole seconds");
    assert!((1_500..=1_620).contains(&left), "{at}");
    assert!((left..=left + 60).contains(&told), "{told} for {left}");

    let scope = body["scope"].as_str().expect("scopes");
    let scopes: Vec<&str> = scope.split(' ').collect();
    assert!(scopes.contains(&"crm.objects.contacts.read"), "{scope}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["user_id"], "ada");
    assert_eq!(body["org_id"], "acme");
    assert_eq!(body["status"], "active");
    let fields = body.as_object().expect("an object");
    assert_eq!(fields.len(), 8, "{:?}", fields.keys());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_names_no_expiry_has_none_here() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect("notion", &[]).await;
    let caller = Caller(&world);
    let request = caller.post("/integrations/notion/credentials").form(&ADA);
    let (status, body) = caller.send(request).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["expires_in"], &body["expires_at"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(body["scope"], "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_due_is_renewed_first() {
    let world = connected().await;
    let before = credentials(&world).await;
    assert_eq!(world.calls("token_refresh").await, 0);
    world.pass(SignedDuration::from_mins(28));
    let after = credentials(&world).await;
    assert_ne!(before["access_token"], after["access_token"]);
    assert_eq!(
        credentials(&world).await["access_token"],
        after["access_token"]
    );
    assert_eq!(world.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_data_of_a_front_end_will_do_as_well() {
    let world = connected().await;
    let caller = Caller(&world);
    let (status, body) = caller.send(multipart(caller.post(HUBSPOT), &ADA)).await;
    assert_eq!((status, &body["status"]), (200, &json!("active")), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_connection_is_told_in_the_known_words() {
    let world = connected().await;
    let caller = Caller(&world);
    for (user, org) in [("bob", "acme"), ("ada", "globex"), ("acme", "ada")] {
        let fields = [("user_id", user), ("org_id", org)];
        let detail = caller
            .refused(caller.post(HUBSPOT).form(&fields), 400)
            .await;
        let known = format!("No HubSpot credentials found for org={org}, user={user}");
        assert!(detail.starts_with(&known), "{detail}");
    }
    let detail = caller
        .refused(
            caller.post("/integrations/airtable/credentials").form(&ADA),
            400,
        )
        .await;
    assert!(detail.starts_with("No Airtable credentials found for org=acme, user=ada"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_malformed_is_named() {
    let world = connected().await;
    let caller = Caller(&world);
    let long = "x".repeat(129);
    for (fields, named) in [
        (&[("user_id", "ada")][..], "org_id is missing"),
        (&[("org_id", "acme")], "user_id is missing"),
        (&[("org_id", "acme"), ("user_id", " ")], "user_id is empty"),
        (
            &[("org_id", &long[..]), ("user_id", "ada")],
            "org_id is longer",
        ),
        (
            &[("org_id", "a\nb"), ("user_id", "ada")],
            "org_id holds a control",
        ),
    ] {
        let form = caller.post(HUBSPOT).form(fields);
        for request in [form, multipart(caller.post(HUBSPOT), fields)] {
            let detail = caller.refused(request, 422).await;
            assert!(detail.starts_with(named), "{detail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_form_is_refused() {
    let world = connected().await;
    let caller = Caller(&world);
    let form = "application/x-www-form-urlencoded";
    let parts = "multipart/form-data; boundary=edge";
    for (kind, body) in [
        ("application/json", &br#"{"user_id": "ada", "org_id": "acme"}"#[..]),
        ("text/plain", b"user_id=ada&org_id=acme"),
        (form, b"user_id=%ff&org_id=acme"),
        ("multipart/form-data", b"--edge--\r\n"),
        (parts, b""),
        (parts, b"user_id=ada&org_id=acme"),
        (parts, b"--edge\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\nada"),
        (parts, b"--edge\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n\xff\r\n--edge--\r\n"),
    ] {
        let request = caller.post(HUBSPOT).header("content-type", kind);
        let detail = caller.refused(request.body(body), 422).await;
        assert!(detail.starts_with("The body cannot be read"), "{kind}: {detail}");
    }
    let request = caller.post(HUBSPOT).body("");
    caller.refused(request, 422).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let world = connected().await;
    let caller = Caller(&world);
    let huge = "x".repeat(70_000);
    let fields = [("user_id", "ada"), ("org_id", "acme"), ("more", &huge)];
    for request in [
        caller.post(HUBSPOT).form(&fields),
        multipart(caller.post(HUBSPOT), &fields),
    ] {
        let detail = caller.refused(request, 413).await;
        assert!(detail.starts_with("That is too much at once"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_addresses_and_methods_are_told_as_json_too() {
    let world = connected().await;
    let caller = Caller(&world);
    for provider in ["nobody", "HubSpot", "%ff", "hubspot%2f"] {
        let place = format!("/integrations/{provider}/credentials");
        let detail = caller.refused(caller.post(&place).form(&ADA), 404).await;
        assert!(detail.starts_with("There is no such provider"), "{detail}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = world.browser().request(method, HUBSPOT);
        caller.refused(request, 405).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_cannot_use_the_demo() {
    let app = "https://app.example.com";
    let world = World::with(&[("PATCHBAY_CORS_ORIGINS", app)]).await;
    world.person("acme", "ada").await.connect_hubspot().await;
    let caller = Caller(&world);
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let request = caller.post(HUBSPOT).form(&ADA).header(ORIGIN, origin);
        let detail = caller.refused(request, 403).await;
        assert!(
            detail.starts_with("Pages of this origin may not"),
            "{detail}"
        );
    }
    for origin in [app, world.url.as_str()] {
        let request = caller.post(HUBSPOT).form(&ADA).header(ORIGIN, origin);
        assert_eq!(caller.send(request).await.0, 200, "{origin}");
    }
    // What a browser asks first permits nothing, to nobody.
    for (origin, status) in [("https://evil.example", 403), (app, 405)] {
        let asked = world.browser().request(Method::OPTIONS, HUBSPOT);
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
        let request = caller.post(HUBSPOT).form(&ADA).header(HOST, host);
        let detail = caller.refused(request, 403).await;
        assert!(detail.contains(&world.url), "{detail}");
    }
    for host in ["127.0.0.1:9000", "[::1]"] {
        let request = caller.post(HUBSPOT).form(&ADA).header(HOST, host);
        assert_eq!(caller.send(request).await.0, 200, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_the_demo_a_key_is_needed() {
    let world = World::with(&[("PATCHBAY_AUTH", "local")]).await;
    let caller = Caller(&world);
    let request = caller.post(HUBSPOT).form(&ADA).bearer_auth("pb_anything");
    let detail = caller.refused(request, 401).await;
    assert!(detail.starts_with("An API key is needed here"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_must_be_made_anew() {
    let world = connected().await;
    world.control(&[("withdraw", "1")]).await;
    world.pass(SignedDuration::from_mins(31));
    for _ in 0..2 {
        let detail = refused(&world, 401).await;
        assert!(
            detail.contains("Access was withdrawn: reconnect"),
            "{detail}"
        );
    }
    assert_eq!(world.calls("token_refresh").await, 1);
    world.person("acme", "ada").await.connect_hubspot().await;
    credentials(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_in_trouble_is_told_and_passes() {
    let world = connected().await;
    let before = credentials(&world).await;
    let fault = [
        ("fail_next", "9"),
        ("fail_on", "token"),
        ("fail_kind", "500"),
    ];
    world.control(&fault).await;
    // While the token still works it is given out, with the advice to ask again at once.
    world.pass(SignedDuration::from_mins(28));
    let still = credentials(&world).await;
    assert_eq!(still["access_token"], before["access_token"]);
    assert_eq!(still["expires_in"], 0);
    world.pass(SignedDuration::from_mins(3));
    let detail = refused(&world, 502).await;
    assert!(
        detail.starts_with("HubSpot does not answer as it should"),
        "{detail}"
    );
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_hours(1));
    assert_ne!(
        credentials(&world).await["access_token"],
        before["access_token"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_the_provider_does_not_know_is_our_fault() {
    let world = connected().await;
    world.control(&[("client_secret_valid", "off")]).await;
    world.pass(SignedDuration::from_mins(31));
    let detail = refused(&world, 503).await;
    assert!(detail.contains("tell the operator"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon_and_nothing_is_lost() {
    let world = connected().await;
    let before = credentials(&world).await;
    world.redis.freeze();
    let detail = tokio::time::timeout(SOON, refused(&world, 503)).await;
    let detail = detail.expect("an answer in time");
    assert!(
        detail.starts_with("Patchbay cannot reach its store"),
        "{detail}"
    );
    world.redis.thaw();
    assert_eq!(
        credentials(&world).await["access_token"],
        before["access_token"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_keeps_the_connection_from_being_forgotten() {
    let world = connected().await;
    let used = || {
        let key = world.redis.cli(&["KEYS", "pb:*:connection:hubspot"]);
        world.redis.cli(&["HGET", &key, "u"])
    };
    credentials(&world).await;
    let first: i64 = used().parse().expect("a time");
    world.pass(SignedDuration::from_hours(2));
    credentials(&world).await;
    let second: i64 = used().parse().expect("a time");
    assert!(second - first >= 7_200_000, "{first} {second}");
}
