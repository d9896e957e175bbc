//! Signing in and out: what may be typed, where one goes on to, and when a sign-in is over.

use jiff::SignedDuration;
use reqwest::header::COOKIE;

use crate::support::{Browser, Page, World, plain_client};

/// Opens the form and sends it.
async fn attempt(browser: &mut Browser, user: &str, org: &str) -> Page {
    browser.get("/sign-in").await;
    browser
        .post_once("/sign-in", &[("user_id", user), ("org_id", org)])
        .await
}

/// The session cookie that an answer sets, as a browser sends it back.
fn cookie(page: &Page) -> String {
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("patchbay="), "no session: {cookie:?}");
    cookie
        .split(';')
        .next()
        .expect("a name and a value")
        .to_owned()
}

/// Where somebody with this cookie, and no other, is led who opens the connections; empty for the page.
async fn led_with(world: &World, cookie: &str) -> String {
    let request = plain_client()
        .get(format!("{}/connections", world.url))
        .header(COOKIE, cookie);
    let page = world.browser().send(request).await;
    page.header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_will_not_do_is_named_and_what_was_typed_is_kept() {
    let world = World::start().await;
    let mut ada = world.browser();
    let long = "x".repeat(129);
    for (user, org, wrong, says) in [
        ("", "acme", "user", "The user_id is empty"),
        ("ada", "", "org", "The org_id is empty"),
        ("   ", "acme", "user", "The user_id is empty"),
        (&long, "acme", "user", "The user_id is longer than 128"),
        ("ada", &long, "org", "The org_id is longer than 128"),
        ("a\u{7f}b", "acme", "user", "holds a control character"),
        ("ada", "ac\u{85}me", "org", "holds a control character"),
        ("ada", "ac\u{2028}me", "org", "holds a control character"),
    ] {
        let page = attempt(&mut ada, user, org).await;
        assert_eq!(page.status, 422, "{user:?} {org:?}");
        let error = page.text_of(&format!("#{wrong}_error"));
        assert!(error.contains(says), "{user:?} {org:?}: {error:?}");
        assert_eq!(page.count(".error"), 1, "{user:?} {org:?}");
        let marked = page.attributes("input[aria-invalid=true]", "name");
        assert_eq!(marked, [format!("{wrong}_id")]);
        assert_eq!(page.value("input[name=user_id]").as_deref(), Some(user));
        assert_eq!(page.value("input[name=org_id]").as_deref(), Some(org));
    }
    // Line breaks and zeros do not survive a page, so only the refusal can be seen.
    for user in ["ad\0a", "ada\nlovelace", "ada\r", "\tada", "\u{1b}[31m"] {
        assert_eq!(
            attempt(&mut ada, user, "acme").await.status,
            422,
            "{user:?}"
        );
    }
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_not_sent_at_all_are_named() {
    let world = World::start().await;
    let mut ada = world.browser();
    ada.get("/sign-in").await;
    let page = ada.post_once("/sign-in", &[("org_id", "acme")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text_of("#user_error").contains("user_id"));
    assert_eq!(page.value("input[name=org_id]").as_deref(), Some("acme"));
    let page = ada.post_once("/sign-in", &[("user", "ada")]).await;
    assert_eq!((page.status.as_u16(), page.count(".error")), (422, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_any_128_characters_and_show_as_typed() {
    let world = World::start().await;
    let (long, longest) = ("é".repeat(128), "🧑".repeat(128));
    for id in [
        "Zoë",
        "组织",
        "👩‍🔬",
        "a:b",
        "{x}",
        "../..",
        "%00",
        "مرحبا",
        "O'Neil & \"Sons\"",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title><svg onload=alert(1)>",
        "{{7*7}}",
        "&lt;b&gt;",
        &long,
        &longest,
    ] {
        let mut browser = world.person(id, id).await;
        let page = browser.get("/connections").await;
        assert_eq!(page.text_of(".who .user"), id);
        assert_eq!(page.text_of(".who .org"), id);
        let foreign = "script:not([src]), img, .who svg, svg[onload]";
        assert_eq!(page.count(foreign), 0, "{id:?} became markup");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_that_is_typed_stays_text_when_the_form_comes_back() {
    let world = World::start().await;
    let mut ada = world.browser();
    let user = "\"><script>alert(1)</script>";
    let page = attempt(&mut ada, user, "").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.value("input[name=user_id]").as_deref(), Some(user));
    assert_eq!(page.count("script:not([src])"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_on_to_what_was_asked_for() {
    let world = World::start().await;
    let mut ada = world.browser();
    let page = ada.get("/connections/hubspot?q=caf%C3%A9&dir=desc").await;
    assert_eq!(page.url.path(), "/sign-in");
    let (action, mut fields) = page.form_with_button("Sign in");
    fields.retain(|(name, _)| !matches!(name.as_str(), "user_id" | "org_id"));
    fields.extend([("user_id", "ada"), ("org_id", "acme")].map(|(n, v)| (n.into(), v.into())));
    let fields: Vec<_> = fields
        .iter()
        .filter(|(name, _)| name != "_csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let page = ada.post(action.as_str(), &fields).await;
    assert_eq!(page.url.path(), "/connections/hubspot");
    assert_eq!(page.value("input[name=q]"), None, "nothing is loaded yet");
    assert_eq!(page.url.query(), Some("q=caf%C3%A9&dir=desc"));
    // Whoever is signed in already goes straight there.
    let page = ada.get("/sign-in?next=/connections/hubspot").await;
    assert_eq!(page.url.path(), "/connections/hubspot");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_never_leads_to_another_site() {
    let world = World::start().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aLocation:https://evil.example".trim_start_matches('/'),
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "/connections?q=é",
        "@evil.example",
    ] {
        let mut ada = world.browser();
        ada.get("/sign-in").await;
        let fields = [("user_id", "ada"), ("org_id", "acme"), ("next", next)];
        let page = ada.post_once("/sign-in", &fields).await;
        assert_eq!(page.status, 303, "{next:?}");
        assert_eq!(page.header("location"), "/connections", "{next:?}");
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = ada.get_once(&format!("/sign-in?next={query}")).await;
        assert_eq!(page.header("location"), "/connections", "{next:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_for_a_copied_cookie_too() {
    let world = World::start().await;
    let mut ada = world.browser();
    let copied = cookie(&attempt(&mut ada, "ada", "acme").await);
    assert_eq!(led_with(&world, &copied).await, "", "the copy works");
    ada.get("/connections").await;
    let page = ada.post("/sign-out", &[]).await;
    assert_eq!(page.url.path(), "/sign-in");
    assert_eq!(ada.get("/connections").await.url.path(), "/sign-in");
    assert_eq!(
        led_with(&world, &copied).await,
        "/sign-in?next=%2Fconnections"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_in_has_a_new_session_id_and_ends_the_one_before() {
    let world = World::start().await;
    let mut browser = world.browser();
    let visitor = cookie(&browser.get("/sign-in").await);
    let ada = cookie(&attempt(&mut browser, "ada", "acme").await);
    assert_ne!(ada, visitor);
    assert_ne!(
        led_with(&world, &visitor).await,
        "",
        "the old id is signed in"
    );
    browser.get("/connections").await;
    browser.post("/sign-out", &[]).await;
    let bob = cookie(&attempt(&mut browser, "bob", "acme").await);
    assert_ne!(bob, ada);
    assert_eq!(led_with(&world, &bob).await, "");
    assert_ne!(led_with(&world, &ada).await, "");
    // Without signing out in between, too: the form can be sent from a page that is still open.
    browser.get("/connections").await;
    let fields = [("user_id", "eve"), ("org_id", "acme")];
    let eve = cookie(&browser.post_once("/sign-in", &fields).await);
    assert_ne!(led_with(&world, &bob).await, "");
    assert_eq!(led_with(&world, &eve).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_changed_or_made_up_is_nobody() {
    let world = World::start().await;
    let mut ada = world.browser();
    let good = cookie(&attempt(&mut ada, "ada", "acme").await);
    let changed = format!("{}A", &good[..good.len() - 1]);
    let cut = good.rsplit_once('=').map(|(name, _)| format!("{name}=ada"));
    for bad in [changed, cut.expect("a value"), "patchbay=%FF%00".to_owned()] {
        if bad != good {
            assert_ne!(led_with(&world, &bad).await, "", "{bad}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_lasts_seven_days_however_much_it_is_used() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for _ in 0..6 {
        world.pass(SignedDuration::from_hours(24));
        assert_eq!(ada.get("/connections").await.url.path(), "/connections");
    }
    world.pass(SignedDuration::from_hours(24));
    let page = ada.get("/connections").await;
    assert_eq!(page.url.path(), "/sign-in");
    assert_eq!(page.count(".who"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_nobody_uses_is_gone_from_the_store_after_its_idle_time() {
    let world = World::with(&[("PATCHBAY_SESSION_IDLE", "2h")]).await;
    let mut ada = world.person("acme", "ada").await;
    let key = world.redis.cli(&["KEYS", "pb:session:*"]);
    assert_eq!(key.lines().count(), 1);
    world.redis.cli(&["EXPIRE", &key, "60"]);
    ada.get("/connections").await;
    let left: i64 = world.redis.cli(&["TTL", &key]).parse().expect("seconds");
    assert!((7_000..=7_200).contains(&left), "{left} s; use prolongs it");
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_is_led_to_the_sign_in_when_the_session_is_over() {
    let world = World::start().await;
    let mut late = world.person("acme", "ada").await;
    let mut idle = world.person("acme", "bob").await;
    let (mut out, mut twin) = (world.person("acme", "eve").await, None);
    twin.replace(out.clone());
    out.get("/connections").await;
    out.post("/sign-out", &[]).await;
    for key in world.redis.cli(&["KEYS", "pb:session:*"]).lines() {
        if world.redis.cli(&["GET", key]).contains("bob") {
            world.redis.cli(&["DEL", key]);
        }
    }
    world.pass(SignedDuration::from_hours(8 * 24));
    for browser in [
        &mut late,
        &mut idle,
        twin.as_mut().expect("eve's other tab"),
    ] {
        for page in [
            browser.post_part("/connections/hubspot/load", &[]).await,
            browser.get_part("/connections/hubspot/load").await,
        ] {
            assert_eq!(page.status, 200, "{}", page.text);
            assert_eq!(page.header("hx-redirect"), "/sign-in");
            assert_eq!(page.text, "");
        }
    }
}
