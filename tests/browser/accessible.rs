//! What every page owes to who cannot see it: names, headings, a language.

use serde_json::json;

use crate::chromium::Chromium;
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

async fn assert_sound(ada: &Chromium, page: &str) {
    let faults: Vec<String> = ada.ask(FAULTS, &[]).await.expect("a look at the page");
    assert_eq!(faults, Vec::<String>::new(), "{page}");
}
