//! On a telephone, by day and by night: nothing has to be scrolled sideways.

use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::support::World;

const WIDTH: u64 = 390;
/// The width of the window, and of what is in it.
const WIDTHS: &str = "return [innerWidth, document.documentElement.scrollWidth]";
/// What reaches beyond the right edge, other than what is cut off on purpose.
const BEYOND: &str = "return [...document.querySelectorAll('body *')] \
    .filter(it => it.getBoundingClientRect().right > innerWidth + 0.5 && it.offsetParent) \
    .map(it => it.outerHTML.slice(0, 80))";
const BACKGROUND: &str = "return getComputedStyle(document.documentElement).backgroundColor";

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_on_a_telephone() {
    let world = World::start().await;
    let ada = telephone().await;
    ada.go(&world.url).await;
    assert_fits(&ada, "sign-in").await;
    ada.sign_in(&world.url).await;
    assert_fits(&ada, "connections").await;
    ada.go(format!("{}/connections/hubspot", world.url)).await;
    assert_fits(&ada, "not connected").await;

    ada.connect().await;
    assert_fits(&ada, "connected, with a notice").await;
    world
        .control(&[("contacts", "500"), ("latency_ms", "1500")])
        .await;
    ada.click("Load items").await;
    ada.wait_for("#load .arriving tr[data-id]").await;
    assert_fits(&ada, "a load that runs").await;
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for("#items .pager").await;
    assert_fits(&ada, "items, with awkward names").await;
    // Names of many hundred letters without a space.
    ada.go(format!(
        "{}/connections/hubspot/items?sort=name&dir=desc&per_page=500",
        world.url
    ))
    .await;
    assert_fits(&ada, "many items").await;
    ada.go(format!("{}/connections/hubspot/items?q=nobody", world.url))
        .await;
    assert_fits(&ada, "no item").await;

    ada.go(format!("{}/connections/hubspot/disconnect", world.url))
        .await;
    assert_fits(&ada, "disconnect").await;
    ada.go(format!(
        "{}/connections/hubspot/items?sort=color",
        world.url
    ))
    .await;
    assert!(ada.text("main").await.contains("Status 400"));
    assert_fits(&ada, "an error").await;
    ada.go(format!("{}/nowhere", world.url)).await;
    assert_fits(&ada, "nowhere").await;
}

/// A browser as wide as a telephone. Not as a telephone shows pages: that would shrink what is too wide.
pub async fn telephone() -> Chromium {
    let ada = Chromium::open().await;
    narrow(&ada).await;
    ada
}

/// Makes the window as wide as a telephone.
pub async fn narrow(ada: &Chromium) {
    let size = json!({"width": WIDTH, "height": 844, "deviceScaleFactor": 1, "mobile": false});
    emulate(ada, "Emulation.setDeviceMetricsOverride", size).await;
}

/// Asks the browser to be another device.
pub async fn emulate(ada: &Chromium, method: &str, what: Value) {
    let done = ada.driver.cdp().send_raw(method, what).await;
    done.expect("the browser's own tools");
}

/// Checks that nothing reaches beyond the window, by day and by night.
pub async fn assert_fits(ada: &Chromium, page: &str) {
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        emulate(ada, "Emulation.setEmulatedMedia", media).await;
        let (window, content): (u64, u64) = ada.ask(WIDTHS, &[]).await.expect("widths");
        let beyond: Vec<String> = ada.ask(BEYOND, &[]).await.unwrap_or_default();
        assert_eq!(window, WIDTH);
        assert!(
            content <= window,
            "{page} ({scheme}) is {content} wide: {beyond:?}"
        );
        backgrounds.push(ada.ask::<String>(BACKGROUND, &[]).await);
    }
    assert_ne!(
        backgrounds[0], backgrounds[1],
        "{page} is the same by day and by night"
    );
}
