//! Outside of the demo: programs with an API key, for the key's owner alone and as far as its scopes go.

use patchbay::activity::By;
use patchbay::identity::Scope;
use reqwest::header::HOST;
use serde_json::Value;

use super::{ADA, CREDENTIALS, Caller, connected};
use crate::support::World;

/// A route, what a key needs for it, and further fields.
type Route = (
    &'static str,
    &'static [Scope],
    &'static [(&'static str, &'static str)],
);

/// Every route.
#[rustfmt::skip]
const ROUTES: &[Route] = &[
    ("authorize", &[Scope::ConnectionsWrite], &[]),
    ("credentials", &[Scope::TokensRead], &[]),
    ("load", &[Scope::LoadsWrite, Scope::ItemsRead], &[]),
    ("contact/get", &[Scope::ContactsRead], &[("contact_id", "1")]),
    ("contact/create", &[Scope::ContactsWrite], &[("properties_str", "{\"firstname\": \"Grace\"}")]),
    ("contact/update", &[Scope::ContactsWrite], &[("contact_id", "999999"), ("properties_str", "{\"firstname\": \"Grace\"}")]),
    ("contact/delete", &[Scope::ContactsWrite], &[("contact_id", "999999")]),
];

/// A Patchbay with keys, in which ada of acme has connected HubSpot.
async fn keyed() -> World {
    let mut world = connected().await;
    world.control(&super::SMALL).await;
    world.set("PATCHBAY_AUTH", "local");
    world.restart().await;
    world
}

fn place(route: &str) -> String {
    format!("/integrations/hubspot/{route}")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_answers_without_a_key_that_counts() {
    let world = keyed().await;
    let caller = Caller(&world);
    let (key, revoked) = world.key("acme", "ada", &Scope::ALL).await;
    world
        .keys()
        .revoke(&key.owner, &key.id, &By::operator())
        .await
        .expect("revoked");
    for (route, _, more) in ROUTES {
        let fields: Vec<_> = ADA.iter().chain(*more).collect();
        let request = || caller.post(&place(route)).form(&fields);
        let answer = world.browser().send(request()).await;
        let asks = answer.header("www-authenticate");
        assert!(asks.starts_with("Bearer"), "{asks}");
        let detail = caller.refused(request(), 401).await;
        assert!(detail.starts_with("An API key is needed here"), "{detail}");
        for (shown, why) in [
            ("pb_anything", "not a key of Patchbay"),
            (&revoked, "was revoked"),
        ] {
            let detail = caller.refused(request().bearer_auth(shown), 401).await;
            assert!(detail.contains(why), "{route}: {detail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_for_its_own_ids_and_scopes_alone() {
    let world = keyed().await;
    let caller = Caller(&world);
    for (route, scopes, more) in ROUTES {
        let (_, all) = world.key("acme", "ada", &Scope::ALL).await;
        for (user, org) in [("bob", "acme"), ("ada", "globex")] {
            let ids = [("user_id", user), ("org_id", org)];
            let fields: Vec<_> = ids.iter().chain(*more).collect();
            let request = caller.post(&place(route)).form(&fields).bearer_auth(&all);
            let detail = caller.refused(request, 403).await;
            assert!(
                detail.starts_with("The API key is somebody else's"),
                "{route}: {detail}"
            );
        }
        let fields: Vec<_> = ADA.iter().chain(*more).collect();
        for lacking in *scopes {
            let less: Vec<Scope> = Scope::ALL.into_iter().filter(|it| it != lacking).collect();
            let (_, less) = world.key("acme", "ada", &less).await;
            let request = caller.post(&place(route)).form(&fields).bearer_auth(&less);
            let detail = caller.refused(request, 403).await;
            assert!(detail.contains(lacking.name()), "{route}: {detail}");
        }
        let (_, just) = world.key("acme", "ada", scopes).await;
        let request = caller.post(&place(route)).form(&fields).bearer_auth(&just);
        let status = world.browser().send(request).await.status.as_u16();
        assert!(matches!(status, 200 | 404), "{route}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_callers_own_needs_a_key_all_the_same() {
    let world = keyed().await;
    let caller = Caller(&world);
    let (_, reads) = world.key("acme", "ada", &[Scope::TokensRead]).await;
    let (status, body) = caller
        .send(caller.post(CREDENTIALS).form(&ADA).bearer_auth(&reads))
        .await;
    assert_eq!(status, 200, "{body}");
    let token = body["access_token"].as_str().expect("a token");
    let credentials = serde_json::json!({ "access_token": token }).to_string();
    let request = || {
        caller
            .post(&place("load"))
            .form(&[("credentials", &credentials)])
    };
    caller.refused(request(), 401).await;
    caller.refused(request().bearer_auth(&reads), 403).await;
    let (_, loads) = world
        .key("globex", "bob", &[Scope::LoadsWrite, Scope::ItemsRead])
        .await;
    let (items, _) = caller.items(request().bearer_auth(&loads)).await;
    assert!(items.len() >= 120, "{}", items.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_enough_whatever_the_host_and_tells_what_is_left() {
    let world = keyed().await;
    let (_, key) = world.key("acme", "ada", &Scope::ALL).await;
    let request = Caller(&world).post(CREDENTIALS).form(&ADA);
    let request = request.header(HOST, "patchbay.svc:8000").bearer_auth(&key);
    let answer = world.browser().send(request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("ratelimit"), "\"api\";r=199;t=1");
    let body: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(body["user_id"], "ada");
    let mut ada = world.browser();
    let page = ada.get("/connections/hubspot").await;
    // Nobody has an account yet.
    assert_eq!(page.url.path(), "/setup", "a key is no sign-in");
}
