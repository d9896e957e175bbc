//! What a browser is told to allow and to keep: headers on every answer, pages without code of their own,
//! cookies that no script reads.

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HOST};
use scraper::{Html, Selector};

use crate::support::{Page, World, plain_client};

/// Every kind of page, errors too, each with whether it has a Connect button.
async fn every_page(world: &World) -> Vec<(String, Page, bool)> {
    let mut pages = Vec::new();
    let mut ada = world.browser();
    pages.push(("sign in".into(), ada.get("/sign-in").await, false));
    let wrong = ada.post_once("/sign-in", &[("user_id", "ada")]).await;
    pages.push(("422".into(), wrong, false));
    ada.sign_in("acme", "<script>alert(1)</script>").await;
    for (place, leads_away) in [
        ("/connections", true),
        ("/connections/hubspot", true),
        ("/connections/hubspot/items", true),
        ("/nowhere", false),
        ("/settings/sessions", false),
        ("/sign-out", false),
        ("/connections/hubspot?page=x", false),
        ("/integrations/hubspot/oauth2callback", false),
    ] {
        pages.push((place.into(), ada.get(place).await, leads_away));
    }
    let huge = "x".repeat(70_000);
    let large = ada.post_once("/sign-in", &[("user_id", &huge)]).await;
    pages.push(("413".into(), large, false));
    let request = ada.request(Method::POST, "/sign-out");
    pages.push(("403".into(), ada.send(request).await, false));
    let connected = ada.connect_hubspot().await;
    pages.push(("connected".into(), connected, true));
    let loaded = ada.load_hubspot().await;
    assert!(!loaded.ids().is_empty());
    pages.push(("loaded".into(), loaded, true));
    for place in ["/connections", "/connections/hubspot/items?q=o"] {
        pages.push((place.into(), ada.get(place).await, true));
    }
    let place = "/connections/hubspot/disconnect";
    pages.push((place.into(), ada.get(place).await, false));
    let part = ada.get_part("/connections/hubspot/items").await;
    pages.push(("a part".into(), part, false));
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_its_headers() {
    let world = World::start().await;
    for (name, page, leads_away) in every_page(&world).await {
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{name}: {policy}"
        );
        for never in ["unsafe", "*;", "data: ;", "script-src 'self' "] {
            assert!(!policy.contains(never), "{name}: {policy}");
        }
        for always in [
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "style-src 'self';",
        ] {
            assert!(policy.contains(always), "{name}: {policy}");
        }
        let forms = policy
            .split("; ")
            .find(|part| part.starts_with("form-action"));
        let forms = forms.expect("form-action");
        if leads_away {
            let origin = &world.hubspot().origin;
            assert!(forms.contains(" 'self' https:"), "{name}: {forms}");
            assert!(forms.contains(origin), "{name}: {forms}");
        } else {
            assert_eq!(forms, "form-action 'self'", "{name}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(page.header("cache-control"), "no-store", "{name}");
        assert_eq!(
            page.header("content-type"),
            "text/html; charset=utf-8",
            "{name}"
        );
        assert_eq!(
            page.header("strict-transport-security"),
            "",
            "{name}: not on http"
        );
        let referrer = if name.ends_with("callback") {
            "no-referrer"
        } else {
            "same-origin"
        };
        assert_eq!(page.header("referrer-policy"), referrer, "{name}");
        // A window that a front end opened must not seem closed to it.
        let opener = if name.starts_with("/integrations/") {
            ""
        } else {
            "same-origin"
        };
        let sent = page.header("cross-origin-opener-policy");
        assert_eq!(sent, opener, "{name}");
        let resource = page.header("cross-origin-resource-policy");
        assert_eq!(resource, "same-origin", "{name}");
        let permissions = page.header("permissions-policy");
        assert!(permissions.contains("camera=()"), "{name}: {permissions}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_code_or_style_of_its_own() {
    let world = World::start().await;
    let all = Selector::parse("*").expect("a selector");
    for (name, page, _) in every_page(&world).await {
        assert_eq!(
            page.count("style, [style], script:not([src]), base, iframe"),
            0,
            "{name}"
        );
        for element in Html::parse_document(&page.text).select(&all) {
            for (attribute, value) in element.value().attrs() {
                let tag = element.value().name();
                let code = attribute.starts_with("on") || attribute.starts_with("hx-on");
                assert!(!code, "{name}: <{tag} {attribute}>");
                let address = matches!(attribute, "src" | "href" | "action" | "formaction");
                let script = value.trim().to_lowercase().starts_with("javascript:");
                assert!(
                    !(address && script),
                    "{name}: <{tag} {attribute}={value:?}>"
                );
            }
        }
        for source in page.attributes("script, link[rel=stylesheet], img", "src") {
            assert!(source.starts_with("/static/"), "{name}: {source}");
        }
        for form in page.attributes("form[method=post]", "action") {
            assert!(
                form.starts_with('/') && !form.starts_with("//"),
                "{name}: {form}"
            );
        }
        let posts = page.count("form[method=post]");
        assert_eq!(
            page.count("form[method=post] input[name=_csrf]"),
            posts,
            "{name}"
        );
        assert_eq!(
            page.count("form[method=get] input[name=_csrf]"),
            0,
            "{name}"
        );
        assert_eq!(
            page.count("a[target=_blank]"),
            page.count("a[target=_blank][rel~=noopener]"),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn static_files_have_the_hash_of_their_content_in_the_name_and_may_be_kept() {
    let world = World::start().await;
    let mut ada = world.browser();
    let page = ada.get("/sign-in").await;
    let mut files = page.attributes("script", "src");
    files.extend(page.attributes("link[rel=stylesheet]", "href"));
    // htmx, the keys of the tables, what holds back a second click, and the style sheet.
    assert_eq!(files.len(), 4);
    for file in files {
        let hash = file.rsplit('.').nth(1).expect("a hash");
        assert!(hash.len() >= 12, "{file}");
        let answer = ada.get(&file).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("set-cookie"),
            "",
            "a cookie on a file that caches keep"
        );
        let other = file.replace(hash, &"0".repeat(hash.len()));
        for place in [other, file.replace(&format!("{hash}."), "")] {
            let page = ada.get(&place).await;
            assert_eq!(
                (page.status.as_u16(), page.header("cache-control")),
                (404, "no-store")
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_cookie_is_not_for_scripts_and_on_https_for_nobody_else() {
    let world = World::start().await;
    let page = world.browser().get("/sign-in").await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("patchbay="), "{cookie}");
    for always in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(always), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );

    let world = World::with(&[("PATCHBAY_PUBLIC_URL", "https://patchbay.example")]).await;
    let request = plain_client().get(format!("{}/sign-in", world.url));
    let page = world
        .browser()
        .send(request.header(HOST, "patchbay.example"))
        .await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-patchbay="), "{cookie}");
    for always in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Secure"] {
        assert!(cookie.contains(always), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(
        page.header("strict-transport-security")
            .starts_with("max-age=31536000")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_files_are_sent_compressed_to_those_who_understand() {
    let world = World::start().await;
    let mut ada = world.browser();
    let css = ada
        .get("/sign-in")
        .await
        .attributes("link[rel=stylesheet]", "href");
    for place in ["/sign-in", css[0].as_str()] {
        for (asked, sent, magic) in [
            ("gzip", "gzip", &[0x1f, 0x8b][..]),
            ("zstd", "zstd", &[0x28, 0xb5, 0x2f, 0xfd]),
            ("gzip, deflate, br, zstd", "zstd", &[0x28, 0xb5, 0x2f, 0xfd]),
            ("identity", "", b""),
        ] {
            let request = ada
                .request(Method::GET, place)
                .header(ACCEPT_ENCODING, asked);
            let answer = request.send().await.expect("an answer");
            let encoding = answer.headers().get(CONTENT_ENCODING).cloned();
            let encoding = encoding.map(|value| value.to_str().expect("text").to_owned());
            assert_eq!(encoding.unwrap_or_default(), sent, "{place} {asked}");
            let vary = format!("{:?}", answer.headers().get_all("vary"));
            let varies = vary.to_lowercase().contains("accept-encoding");
            assert!(varies || sent.is_empty(), "{place}: {vary}");
            let bytes = answer.bytes().await.expect("a body");
            assert!(bytes.starts_with(magic), "{place} {asked}");
        }
    }
}
