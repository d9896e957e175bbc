//! What every page owes to who cannot see it: names, headings, a language.

use serde_json::json;

use crate::chromium::Chromium;
use crate::narrow::emulate;
use crate::support::World;

/// What is wrong with the page, in words.
const FAULTS: &str = r##"
    const faults = [];
    const all = selector => [...document.querySelectorAll(selector)];
    const say = (it, what) => faults.push(what + ': ' + it.outerHTML.slice(0, 120));
    const named = it => (it.innerText || it.getAttribute('aria-label') || '').trim() !== '';
    if (!document.documentElement.lang) faults.push('no language');
    if (!document.title.replace('· Patchbay', '').trim()) faults.push('no title');
    if (all('h1').length !== 1) faults.push(all('h1').length + ' h1');
    if (all('main').length !== 1) faults.push(all('main').length + ' main');
    all('input:not([type=hidden]), select, textarea')
        .filter(it => ![...it.labels].some(label => label.textContent.trim()))
        .forEach(it => say(it, 'no label'));
    all('button').filter(it => !it.innerText.trim()).forEach(it => say(it, 'a button without text'));
    all('button').filter(it => it.type !== 'submit' || !it.form).forEach(it => say(it, 'a button that needs script'));
    all('a[href]').filter(it => !named(it)).forEach(it => say(it, 'a link without a name'));
    all('img:not([alt]), svg:not([aria-hidden]):not([role=img])').forEach(it => say(it, 'a picture without words'));
    all('section:not([aria-label]):not([aria-labelledby]):not([role=alert]):not(.card), nav:not([aria-label]), progress:not([aria-label])')
        .forEach(it => say(it, 'no name'));
    all('fieldset').filter(it => !it.querySelector(':scope > legend')?.textContent.trim()).forEach(it => say(it, 'no legend'));
    all('details').filter(it => !it.querySelector(':scope > summary')?.innerText.trim()).forEach(it => say(it, 'no summary'));
    all('th:not([scope])').forEach(it => say(it, 'no scope'));
    const ids = all('[id]').map(it => it.id);
    ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => faults.push('twice the id ' + id));
    all('[aria-labelledby], [aria-describedby]').forEach(it =>
        ((it.getAttribute('aria-labelledby') || '') + ' ' + (it.getAttribute('aria-describedby') || ''))
            .split(' ').filter(id => id && !document.getElementById(id))
            .forEach(id => say(it, 'nothing has the id ' + id)));
    all('a[href^="#"]').filter(it => !document.querySelector(it.getAttribute('href')))
        .forEach(it => say(it, 'leads nowhere'));
    let level = 0;
    all('h1, h2, h3, h4').forEach(it => {
        const next = Number(it.tagName[1]);
        if (next > level + 1) say(it, 'skips a level');
        level = next;
    });
    return faults;
"##;

/// What is smaller than a finger needs (WCAG 2.2, 2.5.8). A box with a label is as large as the label.
const SMALL: &str = "return [...document.querySelectorAll('button, summary, label:has(input), select, main input')] \
    .filter(it => it.offsetParent && !it.closest('label:has(input) *')) \
    .map(it => [it.getBoundingClientRect(), it.outerHTML.slice(0, 120)]) \
    .filter(([place]) => place.width < 24 || place.height < 24) \
    .map(([place, text]) => `${place.width} x ${place.height}: ${text}`)";

/// Text that is too close to its ground (WCAG 2.2, 1.4.3), as contrast and text.
const PALE: &str = r"
    const parse = color => color.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(it => it / 255)
        .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
        .reduce((sum, it, nth) => sum + it * [0.2126, 0.7152, 0.0722][nth], 0);
    const ground = it => {
        const color = parse(getComputedStyle(it).backgroundColor);
        return color[3] === 0 && it.parentElement ? ground(it.parentElement) : color;
    };
    const contrast = it => {
        const [dark, bright] = [parse(getComputedStyle(it).color), ground(it)].map(light).sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    return [...document.querySelectorAll('body *')]
        .filter(it => it.offsetParent && [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .filter(it => contrast(it) < 4.5)
        .map(it => contrast(it).toFixed(2) + ': ' + it.outerHTML.slice(0, 120));
";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_names_for_all_that_it_offers() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    let address = |path: &str| format!("{}{path}", world.url);
    ada.go(&world.url).await;
    assert_sound(&ada, "sign-in").await;
    ada.sign_in(&world.url).await;
    assert_sound(&ada, "connections").await;
    ada.go(address("/connections/hubspot")).await;
    assert_sound(&ada, "not connected").await;
    ada.connect().await;
    assert_sound(&ada, "connected").await;

    world
        .control(&[("contacts", "500"), ("latency_ms", "1500")])
        .await;
    ada.click("Load items").await;
    ada.wait_for("#load .arriving tr[data-id]").await;
    assert_sound(&ada, "a load that runs").await;
    world.control(&[("latency_ms", "0")]).await;
    ada.wait_for("#items .pager").await;
    assert_sound(&ada, "a load that has just ended").await;
    for path in [
        "/connections",
        "/connections/hubspot",
        "/connections/hubspot/items?type=Contact&q=ada",
        "/connections/hubspot/items?q=nobody",
        "/connections/hubspot/items?page=5000",
        "/connections/hubspot/items?sort=color",
        "/connections/hubspot/disconnect",
        "/nowhere",
    ] {
        ada.go(address(path)).await;
        assert_sound(&ada, path).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_to_load_has_names_room_and_contrast() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("airtable", &["[name=withhold_records]"])
        .await;
    ada.open_choice().await;
    assert_sound(&ada, "what to load").await;
    assert!(
        ada.named("group")
            .await
            .contains(&"What to load".to_owned())
    );
    assert_eq!(ada.named("DisclosureTriangle").await, ["What to load"]);
    assert_eq!(
        ada.named("checkbox").await,
        ["Bases", "Tables", "Records not granted: Read records"]
    );
    assert_legible(&ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_a_form_is_told_at_its_field() {
    let world = World::start().await;
    let ada = Chromium::open().await;
    ada.go(&world.url).await;
    ada.fill("User", "ada").await;
    // The browser would not let it through.
    let _: Option<()> = ada
        .ask("document.forms[0].noValidate = true", &[json!(null)])
        .await;
    ada.click("Sign in").await;
    ada.wait_for("#org_id[aria-invalid]").await;
    let told = ada.attribute("#org_id", "aria-describedby").await;
    assert!(told.unwrap_or_default().contains("org_error"));
    assert_ne!(ada.text("#org_error").await, "");
    assert_eq!(
        ada.attribute("#user_id", "value").await.as_deref(),
        Some("ada")
    );
    assert_sound(&ada, "a form with a mistake").await;
}

impl Chromium {
    /// The accessible names of all elements of a role, as the browser computes them.
    pub async fn named(&self, role: &str) -> Vec<String> {
        let tree = self.driver.cdp();
        let tree = tree
            .send_raw("Accessibility.getFullAXTree", json!({}))
            .await;
        let tree = tree.expect("the browser's own tools");
        let nodes = tree["nodes"].as_array().expect("nodes").iter();
        nodes
            .filter(|node| node["role"]["value"] == role && node["ignored"] != true)
            .map(|node| {
                node["name"]["value"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }
}

/// Checks that everything is large and dark enough, by day and by night, wide and narrow.
pub async fn assert_legible(ada: &Chromium) {
    for (scheme, width) in [
        ("light", 390),
        ("dark", 390),
        ("light", 1280),
        ("dark", 1280),
    ] {
        let size = json!({"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false});
        emulate(ada, "Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        emulate(ada, "Emulation.setEmulatedMedia", media).await;
        for fault in [SMALL, PALE] {
            let faults: Vec<String> = ada.ask(fault, &[]).await.expect("a look at the page");
            assert_eq!(faults, Vec::<String>::new(), "{scheme}, {width}");
        }
    }
}

pub async fn assert_sound(ada: &Chromium, page: &str) {
    let faults: Vec<String> = ada.ask(FAULTS, &[]).await.expect("a look at the page");
    assert_eq!(faults, Vec::<String>::new(), "{page}");
}
