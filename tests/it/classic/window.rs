//! The way back from a provider in a window that a program opened, in the demo.

use jiff::SignedDuration;
use patchbay::providers::Registry;
use url::Url;

use super::{Caller, assert_ends, assert_stays, has_credentials, on_the_way_back, window_at};
use crate::support::{Browser, Page, World};

/// Opens the address that leads back; nothing of it may be on the page.
async fn come_back(window: &mut Browser, back: &Url) -> Page {
    let page = window.get_once(back.as_str()).await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for (name, secret) in back.query_pairs() {
        let kept_quiet =
            !matches!(name.as_ref(), "code" | "state") || !page.text.contains(&*secret);
        assert!(kept_quiet, "{name} is on the page");
    }
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_says_who_has_access_to_what_and_closes() {
    let world = World::start().await;
    for id in Registry.ids() {
        let (mut window, consent) = window_at(&world, id).await;
        let back = window.answer_consent(&consent, "allow", &[]).await;
        let page = come_back(&mut window, &back).await;
        assert_ends(&mut window, &page).await;
        let name = Registry.get(id).expect("a provider").profile().name;
        assert!(
            page.text_of("h1").starts_with("Connected as "),
            "{}",
            page.text
        );
        let said = format!("ada of acme can use this {name} account through Patchbay now.");
        assert_eq!(page.text_of("main p"), said);
        let caller = Caller(&world);
        let place = format!("/integrations/{id}/credentials");
        let (status, body) = caller.send(caller.post(&place).form(&super::ADA)).await;
        assert_eq!((status, &body["status"]), (200, &"active".into()), "{body}");
    }
    let mut ada = world.person("acme", "ada").await;
    for id in Registry.ids() {
        let page = ada.get(&format!("/connections/{id}")).await;
        assert_eq!(page.state(), "connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_there_stays_so_and_gets_nothing() {
    let world = World::start().await;
    let address = Caller(&world).authorize("hubspot").await;
    let mut bob = world.person("acme", "bob").await;
    let consent = bob.get(address.as_str()).await;
    let back = bob.answer_consent(&consent, "Allow", &[]).await;
    let page = come_back(&mut bob, &back).await;
    assert_eq!(page.text_of("h1"), "Connected as example.com");
    assert_eq!(page.count(".who"), 0, "a window is nobody's");
    let page = bob.get("/connections/hubspot").await;
    assert!(page.text_of(".who .names").contains("bob"));
    assert_eq!(page.state(), "not_connected");
    assert!(has_credentials(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_stores_nothing_and_closes_too() {
    let world = World::start().await;
    let (mut window, back) = on_the_way_back(&world, "Deny").await;
    let page = come_back(&mut window, &back).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "You said no at HubSpot");
    assert!(page.text_of("main").contains("Nothing was stored."));
    assert!(!has_credentials(&world).await);
    assert_eq!(world.calls("token").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stays_and_says_that_the_window_can_be_closed() {
    let world = World::start().await;
    let cases: [(&str, &str, u16, &str); 4] = [
        ("code", "", 400, "The answer from HubSpot has no code"),
        (
            "iss",
            "https://evil.example",
            400,
            "This answer does not come from HubSpot",
        ),
        (
            "error",
            "server_error",
            400,
            "HubSpot reports an error: server_error",
        ),
        (
            "code",
            "guessed",
            400,
            "HubSpot does not accept the code any more",
        ),
    ];
    for (name, value, status, title) in cases {
        let (mut window, mut back) = on_the_way_back(&world, "Allow").await;
        let pairs: Vec<_> = back.query_pairs().into_owned().collect();
        let others = pairs.iter().filter(|(other, _)| other != name);
        back.query_pairs_mut()
            .clear()
            .extend_pairs(others)
            .append_pair(name, value);
        let page = window.get_once(back.as_str()).await;
        assert_stays(&page, status, title);
        let said = page.text_of(".failure");
        assert!(said.contains("Nothing was stored. "), "{said}");
        assert!(said.contains("You can close this window."), "{said}");
        assert!(!said.contains("Go to Connections and"), "{said}");
    }
    assert!(!has_credentials(&world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_once_for_its_provider_and_for_ten_minutes() {
    let world = World::start().await;
    let (mut window, back) = on_the_way_back(&world, "Allow").await;
    world.pass(SignedDuration::from_secs(601));
    let page = come_back(&mut window, &back).await;
    assert_stays(&page, 400, "This connection was begun too long ago");
    assert!(
        page.text_of(".failure")
            .contains("You can close this window.")
    );

    let (mut window, back) = on_the_way_back(&world, "Allow").await;
    let elsewhere = back.as_str().replace("/hubspot/", "/notion/");
    let page = window.get_once(&elsewhere).await;
    assert_stays(&page, 400, "This connection was not begun for Notion");
    let page = come_back(&mut window, &back).await;
    assert_stays(&page, 400, "This answer has been used already");
    assert_eq!(world.calls("token").await, 0);

    let (mut window, back) = on_the_way_back(&world, "Allow").await;
    assert_eq!(come_back(&mut window, &back).await.status, 200);
    let page = come_back(&mut window, &back).await;
    assert_stays(&page, 400, "This answer has been used already");
    assert_eq!(world.calls("token").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_text_however_they_are_written() {
    let world = World::start().await;
    let caller = Caller(&world);
    let (org, user) = ("\u{202e}<b>acme</b>", "\"><script>alert(1)</script>");
    let fields = [("user_id", user), ("org_id", org)];
    let request = caller.post("/integrations/hubspot/authorize").form(&fields);
    let (_, address) = caller.send(request).await;
    let mut window = world.browser();
    let consent = window.get(address.as_str().expect("an address")).await;
    let back = window.answer_consent(&consent, "Allow", &[]).await;
    let page = come_back(&mut window, &back).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.texts("main p bdi"), [user, org]);
    assert_eq!(page.count("main script, main b"), 0);
}
