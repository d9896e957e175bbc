//! The way to HubSpot and back when nothing goes wrong: what is asked, what comes of the answer, and what
//! a second answer changes.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use url::Url;

use crate::support::{Browser, Page, Wire, World};

const SCOPES: &str = "oauth crm.objects.contacts.read crm.objects.contacts.write \
                      crm.objects.companies.read crm.objects.deals.read";

/// A world with a small account.
async fn small_world() -> World {
    let world = World::start().await;
    let sizes = [("contacts", "5"), ("companies", "3"), ("deals", "2")];
    world.control(&sizes).await;
    world
}

/// Clicks Connect and answers the address that it leads to.
async fn authorize_address(browser: &mut Browser) -> Url {
    browser.get("/connections").await;
    let page = browser.post_once("/connections/hubspot/connect", &[]).await;
    assert_eq!(page.status, 303, "{}", page.text);
    page.location().expect("an address")
}

fn query(url: &Url) -> BTreeMap<String, String> {
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let map: BTreeMap<_, _> = pairs.iter().cloned().collect();
    assert_eq!(pairs.len(), map.len(), "a parameter twice: {url}");
    map
}

/// Connects with some fields of the consent changed.
async fn connect_with(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let consent = browser.to_consent().await;
    let back = browser.answer_consent(&consent, "Allow", fields).await;
    browser.get(back.as_str()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorize_address_has_exactly_what_hubspot_documents() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let url = authorize_address(&mut ada).await;
    assert!(
        url.as_str()
            .starts_with(&format!("{}?", world.hubspot().auth_url))
    );
    let mut asked = query(&url);
    let state = asked.remove("state").expect("a state");
    assert_eq!(state.len(), 43, "256 bits in base64: {state}");
    let callback = format!("{}/integrations/hubspot/oauth2callback", world.url);
    let expected = [
        ("client_id", "test-client"),
        ("redirect_uri", callback.as_str()),
        ("response_type", "code"),
        ("scope", SCOPES),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(asked, BTreeMap::from(expected), "no PKCE, no more, no less");
    let again = query(&authorize_address(&mut ada).await);
    assert_ne!(again["state"], state, "each way has a state of its own");
    let keys = world.redis.dump();
    assert!(!keys.contains(&state), "only a hash of the state is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_the_operator_put_into_the_authorize_address_are_kept() {
    let address = "http://localhost:1/oauth/authorize?lang=de&label=a%20b%26c";
    let world = World::with(&[("HUBSPOT_AUTH_URL", address)]).await;
    let mut ada = world.person("acme", "ada").await;
    let asked = query(&authorize_address(&mut ada).await);
    assert_eq!(
        (asked["lang"].as_str(), asked["label"].as_str()),
        ("de", "a b&c")
    );
    let names: Vec<_> = asked.keys().map(String::as_str).collect();
    let documented = [
        "client_id",
        "label",
        "lang",
        "redirect_uri",
        "response_type",
    ];
    assert_eq!(names[..5], documented);
    assert_eq!(names[5..], ["scope", "state"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_own_choice_of_scopes_is_asked_for_and_is_enough() {
    let scopes = "oauth crm.objects.contacts.read";
    let world = World::with(&[("HUBSPOT_SCOPES", scopes)]).await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(query(&authorize_address(&mut ada).await)["scope"], scopes);
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_asked_for_since_limits_what_was_connected_before() {
    let before =
        "oauth crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read";
    let mut world = World::with(&[("HUBSPOT_SCOPES", before)]).await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
    world.set("HUBSPOT_SCOPES", SCOPES);
    world.restart().await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.state(), "limited");
    let words = page.text_of(".banner.warn strong");
    assert!(
        words.contains("Create, change and delete contacts"),
        "{words}"
    );
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_is_told_the_way_by_a_header() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.post_part("/connections/hubspot/connect", &[]).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (200, ""));
    assert!(
        page.header("hx-redirect")
            .starts_with(&world.hubspot().auth_url)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_goes_back_with_the_secret_in_the_body_and_without_pkce() {
    let (world, wire) = Wire::world().await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
    let exchanges = wire.exchanges();
    let [exchange] = exchanges.as_slice() else {
        panic!("one call for the code, not {}", exchanges.len());
    };
    assert_eq!(
        (exchange.query.as_str(), exchange.authorization),
        ("", false)
    );
    let mut names: Vec<_> = exchange
        .form
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    let documented = [
        "client_id",
        "client_secret",
        "code",
        "grant_type",
        "redirect_uri",
    ];
    assert_eq!(names, documented);
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_back_leads_to_a_clean_address_and_loads_nothing() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    let page = ada.get_once(back.as_str()).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), "/connections/hubspot");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(
        page.text_of(".banner.ok strong"),
        "Connected as example.com"
    );
    assert!(page.text_of("#facts").contains("147000286"), "the hub id");
    assert_eq!(world.calls("list_contacts").await, 0);
    let again = ada.get("/connections/hubspot").await;
    assert_eq!(again.count(".banner.ok"), 0, "a notice is shown once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_both_come_back_connected() {
    let world = World::start().await;
    let mut first = world.person("acme", "ada").await;
    let mut second = first.clone();
    let (one, other) = (first.to_consent().await, second.to_consent().await);
    let other = second.answer_consent(&other, "Allow", &[]).await;
    let one = first.answer_consent(&one, "Allow", &[]).await;
    for (tab, back) in [(&mut first, one), (&mut second, other)] {
        let page = tab.get(back.as_str()).await;
        assert_eq!(
            (page.status.as_u16(), page.state().as_str()),
            (200, "connected")
        );
    }
    assert_eq!(world.calls("token_authorization_code").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_many_times_at_once_connects_once() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    world.control(&[("latency_ms", "150")]).await;
    let mut tabs: Vec<_> = (0..8).map(|_| ada.clone()).collect();
    let answers = join_all(tabs.iter_mut().map(|tab| tab.get_once(back.as_str()))).await;
    let mut statuses: Vec<_> = answers.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 400, 400, 400, 400, 400, 400, 400]);
    assert_eq!(world.calls("token_authorization_code").await, 1);
    assert_eq!(ada.get("/connections/hubspot").await.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_fewer_permissions_the_connection_is_limited_and_says_what_is_left_out() {
    let world = small_world().await;
    let mut ada = world.person("acme", "ada").await;
    let page = connect_with(&mut ada, &[("withhold_deals", "1")]).await;
    assert_eq!(page.state(), "limited");
    assert!(page.text_of(".banner.warn strong").contains("Read deals"));
    assert_eq!(
        page.text_of(".permissions .missing code"),
        "crm.objects.deals.read"
    );
    let page = ada.load_hubspot().await;
    assert_eq!(page.ids().len(), 8, "contacts and companies");
    assert_eq!(page.outcome("Deals"), "skipped");
    assert_eq!(page.outcome("Contacts"), "done");
    let reason = page.load_banners().join("\n");
    assert!(
        reason.contains("was not granted (crm.objects.deals.read)"),
        "{reason}"
    );
    assert_eq!(world.calls("list_deals").await, 0);
    assert_eq!(ada.get("/connections").await.state(), "limited");
    // The way on is to connect again and allow it.
    page.form_with_button("Reconnect");
    let page = ada.connect_hubspot().await;
    assert_eq!(page.state(), "connected");
    assert_eq!(ada.load_hubspot().await.ids().len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_again_keeps_the_items_and_the_history() {
    let world = small_world().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let before = ada.load_hubspot().await;
    assert_eq!(before.ids().len(), 10);
    let page = ada.connect_hubspot().await;
    assert_eq!(
        (page.state().as_str(), page.ids()),
        ("connected", before.ids())
    );
    assert_eq!(page.count(".history li"), before.count(".history li") + 1);
    assert_eq!(page.count(".banner.warn"), 0, "{}", page.text_of(".banner"));
    assert_eq!(ada.load_hubspot().await.ids(), before.ids());
}
