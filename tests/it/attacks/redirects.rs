//! Every answer of a provider that does not connect: its own page, nothing stored, and no call to the
//! provider where the answer alone shows that something is wrong.

use jiff::SignedDuration;
use reqwest::Method;
use url::Url;

use crate::support::{Browser, CLIENT_ID, CLIENT_SECRET, Page, World, plain_client};

/// A person on the way back from HubSpot, with the address that leads back.
async fn on_the_way_back(world: &World) -> (Browser, Url) {
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    (ada, back)
}

/// The address with a parameter of another value, or without it.
fn with(back: &Url, name: &str, value: Option<&str>) -> String {
    let mut url = back.clone();
    let others: Vec<_> = back.query_pairs().into_owned().collect();
    let others = others.iter().filter(|(other, _)| other != name);
    url.query_pairs_mut().clear().extend_pairs(others);
    if let Some(value) = value {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}

/// The page that refuses an answer, after a look that it is one and gives nothing away.
async fn refusal(world: &World, browser: &mut Browser, place: &str, title: &str) -> Page {
    let page = browser.get_once(place).await;
    assert_eq!(page.text_of("h1"), title, "{}", page.text);
    assert!(page.text_of(".failure").contains("Nothing was stored"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let url = browser.home.join(place).expect("an address");
    for (name, secret) in url.query_pairs() {
        let shown = matches!(name.as_ref(), "code" | "state" | "error_description")
            && secret.len() > 3
            && page.text.contains(secret.as_ref());
        assert!(!shown, "{name} is on the page");
    }
    let stored = world.redis.cli(&["KEYS", "*:connection:*"]);
    assert_eq!(stored, "", "a connection was stored");
    page
}

/// A refusal that the provider does not notice.
async fn silent_refusal(
    world: &World,
    browser: &mut Browser,
    place: &str,
    status: u16,
    title: &str,
) {
    let before = world.sandbox_state().await["counters"].clone();
    let page = refusal(world, browser, place, title).await;
    assert_eq!(page.status, status);
    let after = world.sandbox_state().await["counters"].clone();
    assert_eq!(after, before, "the provider was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_missing_or_unknown_is_refused() {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    for (state, title) in [
        (None, "The answer from HubSpot has no state"),
        (Some(""), "The answer from HubSpot has no state"),
        (Some("guessed"), "Patchbay did not begin this connection"),
        (Some("\0\r\n🙂"), "Patchbay did not begin this connection"),
    ] {
        let place = with(&back, "state", state);
        silent_refusal(&world, &mut ada, &place, 400, title).await;
    }
    let denied = with(&back, "state", Some("guessed")) + "&error=access_denied";
    let title = "Patchbay did not begin this connection";
    silent_refusal(&world, &mut ada, &denied, 400, title).await;
    // None of them used up the true one.
    assert_eq!(ada.get(back.as_str()).await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_for_ten_minutes() {
    let world = World::start().await;
    let (mut late, back) = on_the_way_back(&world).await;
    world.pass(SignedDuration::from_secs(601));
    let title = "This connection was begun too long ago";
    silent_refusal(&world, &mut late, back.as_str(), 400, title).await;
    let (mut ada, back) = on_the_way_back(&world).await;
    world.pass(SignedDuration::from_secs(570));
    assert_eq!(ada.get(back.as_str()).await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_once() {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    let head = ada.request(Method::HEAD, back.as_str());
    assert_eq!(ada.send(head).await.status, 405, "to look is not to use");
    assert_eq!(ada.get(back.as_str()).await.state(), "connected");
    let before = world.sandbox_state().await["counters"].clone();
    let page = ada.get_once(back.as_str()).await;
    assert_eq!(page.status, 400);
    assert_eq!(page.text_of("h1"), "This answer has been used already");
    assert!(!page.text_of("main").contains("Nothing was stored"));
    assert_eq!(world.sandbox_state().await["counters"], before);
    assert_eq!(ada.get("/connections/hubspot").await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_for_the_provider_that_it_was_begun_with() {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    let elsewhere = back.as_str().replace("/hubspot/", "/notion/");
    assert_ne!(elsewhere, back.as_str());
    let title = "This connection was not begun for Notion";
    silent_refusal(&world, &mut ada, &elsewhere, 400, title).await;
    // It is used up: whoever tried it has seen its code.
    let title = "This answer has been used already";
    let page = ada.get_once(back.as_str()).await;
    assert_eq!(
        (page.status.as_u16(), &page.text_of("h1")[..]),
        (400, title)
    );
    assert_eq!(
        ada.get("/connections/hubspot").await.state(),
        "not_connected"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_in_another_browser_session_is_forbidden() {
    let world = World::start().await;
    let title = "This connection was begun in another browser session";
    let strangers = [
        world.browser(),
        world.person("acme", "bob").await,
        world.person("acme", "ada").await,
    ];
    for mut stranger in strangers {
        let (_, back) = on_the_way_back(&world).await;
        silent_refusal(&world, &mut stranger, back.as_str(), 403, title).await;
    }
    // The same browser, but somebody else has signed in meanwhile; or the same person anew.
    for user in ["bob", "ada"] {
        let (mut browser, back) = on_the_way_back(&world).await;
        browser.get("/connections").await;
        browser.post("/sign-out", &[]).await;
        browser.sign_in("acme", user).await;
        silent_refusal(&world, &mut browser, back.as_str(), 403, title).await;
    }
    // The sign-in it was begun in is over.
    let world = World::with(&[("PATCHBAY_SESSION_MAX", "5m")]).await;
    let (mut ada, back) = on_the_way_back(&world).await;
    world.pass(SignedDuration::from_mins(6));
    silent_refusal(&world, &mut ada, back.as_str(), 403, title).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_code_is_refused() {
    let world = World::start().await;
    let title = "The answer from HubSpot has no code";
    for code in [None, Some("")] {
        let (mut ada, back) = on_the_way_back(&world).await;
        silent_refusal(&world, &mut ada, &with(&back, "code", code), 400, title).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_name_of_somebody_else_is_refused() {
    let world = World::start().await;
    let title = "This answer does not come from HubSpot";
    let longer = format!("{}.evil.example", world.hubspot().origin);
    for iss in ["https://evil.example", "hubspot", longer.as_str()] {
        let (mut ada, back) = on_the_way_back(&world).await;
        let place = with(&back, "iss", Some(iss));
        silent_refusal(&world, &mut ada, &place, 400, title).await;
    }
    let (mut ada, back) = on_the_way_back(&world).await;
    let place = with(&back, "iss", Some(&world.hubspot().origin));
    assert_eq!(ada.get(&place).await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_goes_back_with_a_notice_and_changes_nothing() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for state in ["not_connected", "connected"] {
        if state == "connected" {
            ada.connect_hubspot().await;
        }
        let stored = world.redis.cli(&["KEYS", "*:connection:*"]);
        let consent = ada.to_consent().await;
        let back = ada.answer_consent(&consent, "Deny", &[]).await;
        let calls = world.calls("token").await;
        let page = ada.get(back.as_str()).await;
        assert_eq!(
            (page.status.as_u16(), page.url.path()),
            (200, "/connections/hubspot")
        );
        assert_eq!(
            page.text_of(".banner.info strong"),
            "You said no at HubSpot"
        );
        assert_eq!(page.state(), state);
        assert_eq!(world.redis.cli(&["KEYS", "*:connection:*"]), stored);
        assert_eq!(world.calls("token").await, calls);
        assert_eq!(
            ada.get_once(back.as_str()).await.status,
            400,
            "it is used up"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_error_of_the_provider_is_named_and_nothing_it_says_becomes_markup() {
    let world = World::start().await;
    for (error, title) in [
        ("server_error", "HubSpot reports an error: server_error"),
        (
            "<script>x</script>",
            "HubSpot reports an error: <script>x</script>",
        ),
        ("a\r\nb", "HubSpot reports an error: ab"),
    ] {
        let (mut ada, back) = on_the_way_back(&world).await;
        let place = with(&back, "error", Some(error)) + "&error_description=call+555-0100";
        silent_refusal(&world, &mut ada, &place, 400, title).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_spent_elsewhere_is_refused() {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let redirect = format!("{}{}", world.url, back.path());
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", &redirect),
        ("code", &code.expect("a code").1),
    ];
    let spent = plain_client()
        .post(&world.hubspot().token_url)
        .form(&fields);
    assert_eq!(spent.send().await.expect("an answer").status(), 200);
    let title = "HubSpot does not accept the code any more";
    let page = refusal(&world, &mut ada, back.as_str(), title).await;
    assert_eq!(page.status, 400);
    assert_eq!(
        ada.get("/connections/hubspot").await.state(),
        "not_connected"
    );
}

/// Comes back while the provider has trouble; answers the page.
async fn back_in_trouble(controls: &[(&str, &str)], title: &str) -> Page {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    world.control(controls).await;
    let page = refusal(&world, &mut ada, back.as_str(), title).await;
    assert_eq!(page.status, 502, "{controls:?}");
    assert_eq!(world.calls("token").await, 1, "a code is good for one try");
    assert_eq!(
        ada.get("/connections/hubspot").await.state(),
        "not_connected"
    );
    world.control(&[("reset", "1")]).await;
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret_is_the_operators_to_mend() {
    let title = "HubSpot does not accept this Patchbay";
    let page = back_in_trouble(&[("client_secret_valid", "off")], title).await;
    assert!(page.text_of(".failure").contains("tell the operator"));
    assert!(!page.text.contains(CLIENT_SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_in_trouble_at_the_exchange_connects_nobody() {
    let title = "HubSpot does not answer as it should";
    let kinds = "500 502html 429 477 html200 truncated reset timeout";
    for kind in kinds.split(' ') {
        let fault = [
            ("fail_next", "1"),
            ("fail_on", "token"),
            ("fail_kind", kind),
        ];
        back_in_trouble(&fault, title).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_there_is_no_connection() {
    let title = "HubSpot does not say which account this is";
    // Tokens that are dead on arrival.
    back_in_trouble(&[("expires_in", "0")], title).await;
    let fault = [
        ("fail_next", "50"),
        ("fail_on", "account"),
        ("fail_kind", "html200"),
    ];
    back_in_trouble(&fault, title).await;
}
