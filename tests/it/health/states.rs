//! What stands above a connection's page when something is the matter: why, since when, and the way on.

use super::{DEAD, PLACE, TROUBLE, click, connected, offers};
use crate::providers::{for_all, hasty};
use crate::support::{CLIENT_SECRET, Page, Wire, World};

/// The banner, with its words and its buttons apart.
fn trouble(page: &Page) -> (String, Vec<String>) {
    assert_eq!(page.count(".trouble"), 1, "{}", page.text_of("main"));
    (page.text_of(".trouble"), page.texts(".trouble button"))
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_that_passes_says_the_cause_and_the_next_try() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    let page = click(&mut ada, "Check now").await;
    let (said, buttons) = trouble(&page);
    for words in [
        "HubSpot is not answering",
        "Renewing the token: HubSpot refused with status 500",
        "Next try ",
        "what was loaded before stays readable",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(buttons, ["Refresh now"]);
    assert!(!offers(&page, "Reconnect"));
    let card = ada.get("/connections").await;
    let cause = card.text_of("#hubspot .cause");
    assert!(cause.starts_with("Not answering; next try "), "{cause}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_is_told_which_settings_to_look_at() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("client_secret_valid", "off")]).await;
        case.ada.post(&case.place("/refresh"), &[]).await;
        let page = case.page().await;
        assert_eq!(page.state(), "misconfigured", "{}", page.text_of("main"));
        let prefix = case.id().to_uppercase();
        let callback = format!(
            "{}/integrations/{}/oauth2callback",
            case.world.url,
            case.id()
        );
        let settings = [
            format!("{prefix}_CLIENT_ID"),
            format!("{prefix}_CLIENT_SECRET"),
            callback,
        ];
        assert_eq!(page.texts(".trouble code"), settings);
        assert!(!offers(&page, "Reconnect"), "it would fail as well");
        let card = case.ada.get("/connections").await;
        let cause = card.text_of(&format!("#{} .cause", case.id()));
        assert!(cause.contains("client id or secret"), "{cause}");
        case.control(&[("client_secret_valid", "on")]).await;
        // Not long: the others of this world are on their way to their providers and back.
        case.world.pass(jiff::SignedDuration::from_secs(10));
        let page = case.ada.post(&case.place("/refresh"), &[]).await;
        assert_eq!(page.state(), "connected", "{}", page.text_of("main"));
        assert_eq!(page.count(".trouble"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_that_ended_says_why_and_has_the_way_back_at_hand() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("withdraw", "1")]).await;
        let page = case.ada.post(&case.place("/check"), &[]).await;
        let (said, buttons) = trouble(&page);
        let title = format!("Access was withdrawn at {} · now", case.profile.name);
        assert!(said.starts_with(&title), "{said}");
        assert_eq!(buttons, ["Reconnect"]);
        assert_eq!(page.count(".trouble time[datetime]"), 1);
        assert!(!said.contains("invalid_grant"), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_gone_is_named() {
    let mut world = World::start().await;
    let mut ada = connected(&world).await;
    let other = world.set("PATCHBAY_ENCRYPTION_KEYS", "").expect("a key");
    world.set(
        "PATCHBAY_ENCRYPTION_KEYS",
        &other.replace("test:B", "other:C"),
    );
    world.restart().await;
    let page = ada.get(PLACE).await;
    let (said, buttons) = trouble(&page);
    assert!(said.contains("encrypted with the key 'test'"), "{said}");
    assert_eq!(buttons, ["Reconnect"]);
    for action in ["check", "refresh"] {
        let page = ada.post(&format!("{PLACE}/{action}"), &[]).await;
        let said = page.text_of("main > .banner[role=status]");
        assert!(
            said.contains("the stored credential cannot be read"),
            "{said}"
        );
    }
    assert_eq!(ada.connect_hubspot().await.count(".trouble"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shows_a_token_or_an_error_as_it_came() {
    let (world, wire) = Wire::world().await;
    let mut ada = connected(&world).await;
    let mut pages = vec![click(&mut ada, "Refresh now").await];
    world.control(&TROUBLE).await;
    world.pass(DEAD);
    pages.push(click(&mut ada, "Check now").await);
    world
        .control(&[("fail_next", "0"), ("withdraw", "1")])
        .await;
    world.pass(DEAD);
    pages.push(click(&mut ada, "Check now").await);
    pages.push(ada.get("/connections").await);
    let mut secrets = wire.tokens();
    assert!(
        secrets.len() >= 4,
        "two tokens each of a code and a refresh"
    );
    secrets.push(CLIENT_SECRET.to_owned());
    for page in pages {
        let secret = secrets
            .iter()
            .find(|secret| page.text.contains(&secret[..]));
        assert_eq!(secret, None, "{}", page.url);
        for raw in [
            "<br>{",
            "correlationId\"",
            "error_description",
            "stack backtrace",
        ] {
            assert!(!page.text.contains(raw), "{raw}: {}", page.url);
        }
    }
}
