//! Outside of the demo, a person sees who would get access before a code is exchanged.

mod refusals;

use reqwest::Method;
use url::Url;

use super::{assert_ends, assert_not_signed_in, assert_stays, has_credentials, on_the_way_back};
use crate::support::{Browser, Page, World};

const CONNECT: &str = "Connect HubSpot";
const NO: &str = "No, do not connect";

/// Somebody whom ada's program sent to HubSpot, back in their window, before the question.
struct Asked {
    world: World,
    window: Browser,
    /// The address that led back.
    back: Url,
    question: Page,
}

async fn asked() -> Asked {
    let (world, mut window, back) = coming("Allow").await;
    let question = come_back(&mut window, &back).await;
    Asked {
        world,
        window,
        back,
        question,
    }
}

/// A window on the way back to a Patchbay that is not the demo. It cannot give out keys here, so that the flow was
/// begun while it was.
async fn coming(answer: &str) -> (World, Browser, Url) {
    let mut world = World::start().await;
    let (window, back) = on_the_way_back(&world, answer).await;
    mode(&mut world, "local").await;
    (world, window, back)
}

async fn mode(world: &mut World, mode: &str) {
    world.set("PATCHBAY_AUTH", mode);
    world.restart().await;
}

/// Follows the address that leads back to the clean one of the question.
async fn come_back(window: &mut Browser, back: &Url) -> Page {
    let led = window.get_once(back.as_str()).await;
    assert_eq!(led.status, 303, "{}", led.text);
    assert_eq!(led.header("referrer-policy"), "no-referrer");
    let place = led.location().expect("an address");
    assert_eq!(place.query(), None);
    let start = "/integrations/hubspot/confirm/";
    assert!(place.path().starts_with(start), "{place}");
    assert_quiet(back, &[place.as_str(), &led.text]);
    window.get_once(place.as_str()).await
}

/// Neither the code nor the state is in any of these.
fn assert_quiet(back: &Url, texts: &[&str]) {
    for (name, secret) in back.query_pairs() {
        let told = texts.iter().any(|text| text.contains(&*secret));
        let secret = matches!(name.as_ref(), "code" | "state");
        assert!(!secret || !told, "the {name} is in {texts:?}");
    }
}

/// Answers the question by one of its buttons.
async fn choose(window: &mut Browser, question: &Page, button: &str) -> Page {
    let (action, fields) = question.form_with_button(button);
    let request = window.request(Method::POST, action.as_str());
    window.send(request.form(&fields)).await
}

/// Whether something is stored for ada, seen by the demo that it was begun in.
async fn is_connected(world: &mut World) -> bool {
    mode(world, "demo").await;
    has_credentials(world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_exchanged_before_the_person_has_seen_for_whom() {
    let Asked {
        mut world,
        mut window,
        back,
        question,
    } = asked().await;
    let title = "Let ada of acme use your HubSpot account through Patchbay?";
    assert_eq!(question.text_of("h1"), title);
    assert_eq!(question.texts("h1 bdi"), ["ada", "acme"]);
    assert_eq!(question.status, 200);
    assert_eq!(question.header("referrer-policy"), "same-origin");
    assert_eq!(question.header("cross-origin-opener-policy"), "");
    assert!(question.text_of(".permissions").contains("Read contacts"));
    assert_eq!(question.count("[data-closes]"), 0);
    assert_eq!(world.calls("token").await, 0);
    assert_not_signed_in(&mut window).await;
    // A look changes nothing.
    let place = question.url.path().to_owned();
    let question = window.get_once(&place).await;

    let page = choose(&mut window, &question, CONNECT).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "Connected as example.com");
    assert!(page.text_of("main p").starts_with("ada of acme can use"));
    assert_eq!(world.calls("token").await, 1);
    assert_quiet(&back, &[&question.text, &page.text, page.url.as_str()]);
    let headers = format!("{:?}{:?}", question.headers, page.headers);
    assert_quiet(&back, &[&headers, &world.redis.dump()]);
    assert!(is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_waits_encrypted() {
    let Asked { world, back, .. } = asked().await;
    let waiting = world.redis.cli(&["KEYS", "pb:unconfirmed:*"]);
    assert_eq!(waiting.lines().count(), 1, "{waiting}");
    assert_quiet(&back, &[&world.redis.dump()]);
    let left: i64 = world
        .redis
        .cli(&["TTL", &waiting])
        .parse()
        .expect("seconds");
    assert!((1..=3_600).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_drops_it_for_good() {
    let Asked {
        mut world,
        mut window,
        question,
        ..
    } = asked().await;
    let page = choose(&mut window, &question, NO).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "HubSpot was not connected");
    assert!(page.text_of("main").contains("Nothing was stored"));
    for button in [CONNECT, NO] {
        let page = choose(&mut window, &question, button).await;
        assert_stays(&page, 400, "This question has been answered already");
    }
    assert_eq!(world.calls("token").await, 0);
    assert!(!is_connected(&mut world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_counts_once() {
    let Asked {
        world,
        window,
        back,
        question,
    } = asked().await;
    let (mut one, mut other) = (window.clone(), window.clone());
    let (first, second) = tokio::join!(
        choose(&mut one, &question, CONNECT),
        choose(&mut other, &question, CONNECT),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    let title = "This question has been answered already";
    let page = one.get_once(question.url.path()).await;
    assert_stays(&page, 400, title);
    assert!(
        page.text_of(".failure")
            .contains("You can close this window.")
    );
    let page = one.get_once(back.as_str()).await;
    assert_stays(&page, 400, "This answer has been used already");
    assert_eq!(world.calls("token").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_asks_nothing() {
    let (world, mut window, back) = coming("Deny").await;
    let page = window.get_once(back.as_str()).await;
    assert_ends(&mut window, &page).await;
    assert_eq!(page.text_of("h1"), "You said no at HubSpot");
    assert_quiet(&back, &[&page.text]);
    assert_eq!(world.redis.cli(&["KEYS", "pb:unconfirmed:*"]), "");
}
