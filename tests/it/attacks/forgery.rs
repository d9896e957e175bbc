//! Forms that somebody else sends in a person's name: refused before anything happens.

use reqwest::Method;

use crate::support::{Browser, Page, World};

/// Every form that changes something.
const CHANGES: [&str; 11] = [
    "/sign-in",
    "/sign-out",
    "/connections/hubspot/connect",
    "/connections/hubspot/load",
    "/connections/hubspot/check",
    "/connections/hubspot/refresh",
    "/connections/hubspot/account",
    "/connections/hubspot/items/clear",
    "/connections/hubspot/disconnect",
    "/integrations/hubspot/confirm/id",
    "/integrations/hubspot/account",
];

/// All that a forged request could have changed. That it was refused is counted, and told to who looks for attempts: a
/// limit's bucket and a line in the trail are no change of the request's making.
async fn traces(world: &World, ada: &mut Browser) -> (String, String, serde_json::Value) {
    let keys = world.redis.cli(&["KEYS", "*"]);
    let of_the_refusal = |key: &str| key.starts_with("pb:bucket:") || key.ends_with(":attempts");
    let mut keys: Vec<_> = keys
        .lines()
        .filter(|key| !key.contains("session") && !of_the_refusal(key))
        .collect();
    keys.sort_unstable();
    let page = ada.get("/connections").await;
    let who = format!("{} {}", page.url.path(), page.text_of(".who .names"));
    (
        keys.join("\n"),
        who,
        world.sandbox_state().await["counters"].clone(),
    )
}

/// Ada, connected, with the token of a page of hers.
async fn connected(world: &World) -> Browser {
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_sessions_own_token_changes_nothing() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let (bob, visitor) = (world.person("acme", "bob").await, {
        let mut visitor = world.browser();
        visitor.get("/sign-in").await;
        visitor
    });
    let before = traces(&world, &mut ada).await;
    let good = ada.csrf().to_owned();
    for place in CHANGES {
        for token in [
            None,
            Some(""),
            Some("garbage"),
            Some(&good[..good.len() - 4]),
            Some(&good.to_lowercase()),
            Some(bob.csrf()),
            Some(visitor.csrf()),
        ] {
            let mut fields = vec![("user_id", "mallory"), ("org_id", "evil")];
            fields.extend(token.map(|token| ("_csrf", token)));
            let request = ada.request(Method::POST, place).form(&fields);
            let page = ada.send(request).await;
            assert_eq!(page.status, 403, "{place} {token:?}");
            assert_eq!(page.text_of("h1"), "This page is too old to send its form");
            assert!(page.text_of(".failure").contains("Nothing was changed"));
        }
        let place = format!("{place}?_csrf={good}");
        let request = ada.request(Method::POST, &place);
        let page = ada.send(request.form(&[("a", "b")])).await;
        assert_eq!(page.status, 403, "a token in the address: {place}");
    }
    assert_eq!(traces(&world, &mut ada).await, before);
    assert!(ada.post("/sign-out", &[]).await.url.path() == "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_changes_nothing_whatever_its_token() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    let before = traces(&world, &mut ada).await;
    let token = ada.csrf().to_owned();
    let own = world.url.clone();
    let other_port = own.replace("localhost", "127.0.0.1");
    for place in CHANGES {
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Sec-Fetch-Site", "nonsense"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Origin", &other_port),
            ("Origin", &format!("{own}.evil.example")),
            ("Origin", &own.replace("http:", "https:")),
        ] {
            let fields = [("_csrf", token.as_str()), ("user_id", "m"), ("org_id", "e")];
            let request = ada.request(Method::POST, place).header(name, value);
            let page = ada.send(request.form(&fields)).await;
            assert_eq!(page.status, 403, "{place} {name}: {value}");
            assert_eq!(page.text_of("h1"), "This form was sent from another site");
        }
    }
    assert_eq!(traces(&world, &mut ada).await, before);
    let fields = [("_csrf", token.as_str())];
    let request = ada.request(Method::POST, "/sign-out");
    let request = request
        .header("Origin", &own)
        .header("Sec-Fetch-Site", "same-origin");
    assert_eq!(ada.send(request.form(&fields)).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_another_on_every_page_and_all_of_them_work() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let (one, other) = (ada.get("/connections").await, ada.get("/connections").await);
    let token = |page: &Page| page.value("input[name=_csrf]").expect("a token");
    assert_ne!(
        token(&one),
        token(&other),
        "compressed pages would give it away"
    );
    let fields = [("_csrf", token(&one))];
    let request = ada.request(Method::POST, "/connections/hubspot/connect");
    assert_eq!(ada.send(request.form(&fields)).await.status, 303);
}
