//! Tokens over time: fresh when they are needed, stored before they are used, never twice, never in clear.

use jiff::SignedDuration;

use crate::support::{Browser, CLIENT_SECRET, Page, Wire, World};

/// A token of half an hour is due after this.
const DUE: SignedDuration = SignedDuration::from_mins(28);
/// After this it is dead.
const DEAD: SignedDuration = SignedDuration::from_mins(31);

const SMALL: [(&str, &str); 3] = [("contacts", "5"), ("companies", "3"), ("deals", "2")];
/// The token endpoint fails until it is told to stop.
const TROUBLE: [(&str, &str); 3] = [
    ("fail_on", "token"),
    ("fail_kind", "500"),
    ("fail_next", "1000"),
];

/// Ada, connected to a small account and with its items loaded.
async fn loaded(world: &World) -> Browser {
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.ids().len(), 10);
    ada
}

fn assert_complete(page: &Page) {
    for stream in ["Contacts", "Companies", "Deals"] {
        assert_eq!(page.outcome(stream), "done", "{}", page.text_of("#load"));
    }
    assert_eq!(page.state(), "connected");
}

fn assert_failed(page: &Page, reason: &str) {
    for stream in ["Contacts", "Companies", "Deals"] {
        assert_eq!(page.outcome(stream), "failed");
    }
    let banners = page.load_banners().join("\n");
    assert!(
        banners.to_lowercase().contains(&reason.to_lowercase()),
        "{banners}"
    );
    assert_eq!(page.ids().len(), 10, "the items of before stay readable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_refreshed_once_when_it_is_due_for_all_who_need_it() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    assert_complete(&ada.load_hubspot().await);
    assert_eq!(
        world.calls("token_refresh").await,
        0,
        "it is good for a while"
    );
    world
        .control(&[("contacts", "900"), ("latency_ms", "100")])
        .await;
    for round in 1..=3 {
        world.pass(DUE);
        let mut tab = ada.clone();
        tokio::join!(
            ada.post("/connections/hubspot/load", &[]),
            tab.post("/connections/hubspot/load", &[]),
        );
        assert_complete(&ada.wait_for_load().await);
        assert_eq!(world.calls("token_refresh").await, round);
        assert_eq!(
            world.calls("unauthorized").await,
            0,
            "no call with a dead token"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_rotates_is_kept_over_a_restart() {
    let mut world = World::start().await;
    world.control(&[("rotate", "on")]).await;
    let mut ada = loaded(&world).await;
    for round in 1..=3 {
        world.pass(DEAD);
        assert_complete(&ada.load_hubspot().await);
        assert_eq!(world.calls("token_refresh").await, round);
        world.restart().await;
        assert_eq!(ada.get("/connections/hubspot").await.state(), "connected");
    }
    assert_eq!(world.sandbox_state().await["grants"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_dies_early_is_refreshed_once_and_the_load_goes_through() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    world
        .control(&[("expire_tokens", "1"), ("latency_ms", "50")])
        .await;
    assert_complete(&ada.load_hubspot().await);
    assert_eq!(world.calls("token_refresh").await, 1);
    let unauthorized = world.calls("unauthorized").await;
    assert!(
        (1..=3).contains(&unauthorized),
        "{unauthorized}: once a stream"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_every_token_is_asked_for_one_more_only() {
    let (world, wire) = Wire::world().await;
    let mut ada = loaded(&world).await;
    wire.refuse_every_token();
    let page = ada.load_hubspot().await;
    assert_failed(&page, "refuses our access (401), even with a fresh token");
    assert_eq!(world.calls("token_refresh").await, 1);
    assert_eq!(page.state(), "action_needed");
    let banner = page.text_of(".banner.danger");
    assert!(
        banner.contains("HubSpot refuses even fresh tokens"),
        "{banner}"
    );
    assert_failed(&ada.load_hubspot().await, "refuses even fresh tokens");
    assert_eq!(world.calls("token_refresh").await, 1, "asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_is_seen_at_the_first_refusal_and_not_asked_for_again() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    world.control(&[("withdraw", "1")]).await;
    let page = ada.load_hubspot().await;
    assert_failed(&page, "access was withdrawn: reconnect");
    assert_eq!(page.state(), "action_needed");
    assert!(
        page.text_of(".banner.danger")
            .contains("Access was withdrawn at HubSpot")
    );
    assert_eq!(world.calls("token_refresh").await, 1);
    let before = world.sandbox_state().await["counters"].clone();
    assert_failed(&ada.load_hubspot().await, "access was withdrawn: reconnect");
    world.pass(DEAD);
    assert_failed(&ada.load_hubspot().await, "access was withdrawn: reconnect");
    assert_eq!(
        world.sandbox_state().await["counters"],
        before,
        "further calls"
    );
    let card = ada.get("/connections").await;
    assert_eq!(card.state(), "action_needed");
    card.form_with_button("Reconnect");
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
    assert_complete(&ada.load_hubspot().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reason_for_all_streams_is_said_once_and_asks_for_what_helps() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    world.control(&[("withdraw", "1")]).await;
    let page = ada.load_hubspot().await;
    let banners = page.load_banners();
    let [banner] = banners.as_slice() else {
        panic!("one banner for one reason: {banners:?}");
    };
    assert!(
        banner.starts_with("Contacts, Companies and Deals did not load"),
        "{banner}"
    );
    assert!(banner.contains("reconnect"), "{banner}");
    assert!(!banner.contains("Load items again"), "{banner}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hubspot_does_not_know_any_more_is_the_operators_to_mend() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    let a_while = SignedDuration::from_mins(20);
    world.control(&[("client_secret_valid", "off")]).await;
    world.pass(DEAD + a_while);
    let page = ada.load_hubspot().await;
    assert_failed(&page, "client id or secret: tell the operator");
    assert_eq!(page.state(), "misconfigured");
    assert!(
        page.text_of(".banner.danger")
            .contains("for the operator to mend")
    );
    assert_eq!(world.calls("token_refresh").await, 1);
    // Back within the pause after a refusal, however slow this test is.
    world.pass(-SignedDuration::from_mins(10));
    ada.load_hubspot().await;
    assert_eq!(world.calls("token_refresh").await, 1, "asked again at once");
    world.pass(a_while);
    world.control(&[("client_secret_valid", "on")]).await;
    let page = ada.load_hubspot().await;
    assert_complete(&page);
    assert_eq!(page.count(".banner.danger"), 0, "it is mended");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_at_the_refresh_is_not_shown_while_the_old_token_lives() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    world.control(&TROUBLE).await;
    world.pass(DUE);
    assert_complete(&ada.load_hubspot().await);
    assert!(world.calls("token").await >= 2, "a refresh was tried");
    assert_eq!(ada.get("/connections").await.state(), "connected");
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_mins(1));
    assert_complete(&ada.load_hubspot().await);
    assert_eq!(world.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_outlives_the_token_shows_and_passes_by_itself() {
    let world = World::start().await;
    let mut ada = loaded(&world).await;
    for kind in ["500", "429", "502html", "html200", "477", "reset"] {
        world.control(&TROUBLE).await;
        world.control(&[("fail_kind", kind)]).await;
        world.pass(DEAD);
        let page = ada.load_hubspot().await;
        assert_failed(&page, "a fresh token could not be had just now");
        assert_eq!(page.state(), "retrying", "{kind}");
        assert!(
            page.text_of(".banner.warn")
                .contains("HubSpot is not answering")
        );
        world.control(&[("fail_next", "0")]).await;
        world.pass(SignedDuration::from_mins(20));
        assert_complete(&ada.load_hubspot().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_connection_is_limited_again_after_trouble() {
    let world = World::start().await;
    world.control(&SMALL).await;
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let less = [("withhold_deals", "1")];
    let back = ada.answer_consent(&consent, "Allow", &less).await;
    assert_eq!(ada.get(back.as_str()).await.state(), "limited");
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    assert_eq!(ada.load_hubspot().await.state(), "retrying");
    world.control(&[("fail_next", "0")]).await;
    world.pass(SignedDuration::from_mins(20));
    let page = ada.load_hubspot().await;
    assert_eq!((page.state().as_str(), page.ids().len()), ("limited", 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_lies_in_redis_in_clear() {
    let (world, wire) = Wire::world().await;
    let mut ada = loaded(&world).await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    let begun = world.redis.dump();
    ada.get(back.as_str()).await;
    world.pass(DEAD);
    ada.load_hubspot().await;
    let dump = format!("{begun}{}", world.redis.dump());
    assert!(
        dump.contains(":connection:hubspot"),
        "the search finds what is there"
    );
    let mut secrets = wire.tokens();
    assert_eq!(
        secrets.len(),
        6,
        "two tokens each of two codes and a refresh"
    );
    for (_, secret) in back.query_pairs() {
        secrets.push(secret.into_owned());
    }
    secrets.push(CLIENT_SECRET.to_owned());
    for secret in secrets {
        assert!(!dump.contains(&secret), "{secret} lies in Redis");
        let start = &secret[..secret.len().min(16)];
        assert!(
            !dump.contains(start),
            "the beginning of {secret} lies in Redis"
        );
    }
    assert!(!dump.contains("example.com"), "the account is sealed, too");
}
