//! The authorize address and the consent page, as an app and a browser meet them.

use actix_web::http::Method;

use super::support::{Bench, SCOPES, query};

#[actix_web::test]
async fn the_browser_is_moved_once_to_the_consent_page() {
    let bench = Bench::new();
    let query = format!("{}&state=a%20b", query(SCOPES));
    let moved = bench
        .call(Method::GET, &format!("/oauth/authorize?{query}"), &[], "")
        .await;
    assert_eq!(moved.status, 302);
    let target = format!("http://localhost:2/oauth/147000286/authorize?{query}");
    assert_eq!(moved.header("location"), Some(target.as_str()));
    let page = bench
        .regional(
            Method::GET,
            target.trim_start_matches("http://localhost:2"),
            &[],
            "",
        )
        .await;
    assert_eq!(page.status, 200);
    for part in [
        "id=\"allow\"",
        "id=\"deny\"",
        "Second Portal",
        "not HubSpot",
        "value=\"a b\"",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
}

#[actix_web::test]
async fn a_wrong_request_ends_on_a_page_and_never_redirects() {
    let bench = Bench::new();
    let good = query(SCOPES);
    for wrong in [
        good.replace("client_id=app", "client_id=other"),
        good.replace("oauth2callback", "elsewhere"),
        good.replace("oauth2callback", "oauth2callback%2F"),
        query(""),
        query("oauth"),
        query("oauth crm.objects.contacts.read nonsense"),
        query("crm.objects.contacts.read"),
        format!("{good}&optional_scope=nonsense"),
        format!("{good}&code_challenge=x&code_challenge_method=plain"),
        // Registered, but HubSpot takes no bare IP address.
        format!("client_id=app&redirect_uri=http://127.0.0.1:8000/callback&scope={SCOPES}")
            .replace(' ', "%20"),
    ] {
        for (host, uri) in [
            (1, "/oauth/authorize"),
            (1, "/oauth/147000286/authorize"),
            (2, "/oauth/147000286/authorize"),
        ] {
            let uri = format!("{uri}?{wrong}");
            let answer = match host {
                1 => bench.call(Method::GET, &uri, &[], "").await,
                _ => bench.regional(Method::GET, &uri, &[], "").await,
            };
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (200, None),
                "{wrong}"
            );
            assert!(answer.text().contains("authorize-error"), "{wrong}");
        }
    }
}

#[actix_web::test]
async fn the_page_escapes_what_the_app_sends() {
    let bench = Bench::new();
    let uri = format!(
        "/oauth/147000286/authorize?{}&state=%22%3E%3Cscript%3E",
        query(SCOPES)
    );
    let page = bench.regional(Method::GET, &uri, &[], "").await;
    assert!(!page.text().contains("<script>"));
    assert!(page.header("content-security-policy").is_some());
}

#[actix_web::test]
async fn a_denial_goes_back_with_the_state() {
    let back = Bench::new().decide("state=s%26t%201&decision=deny").await;
    assert_eq!(
        (back.text("error"), back.text("state")),
        ("access_denied", "s&t 1")
    );
    assert!(!back.text("error_description").is_empty() && !back.has("code"));
}

#[actix_web::test]
async fn a_foreign_page_cannot_consent() {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "http://evil.example"),
    ];
    let body = format!("{}&decision=allow", query(SCOPES));
    let answer = Bench::new()
        .regional(Method::POST, "/oauth/147000286/authorize", &headers, &body)
        .await;
    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn the_account_and_the_scopes_follow_the_consent() {
    let bench = Bench::new();
    let back = bench
        .decide("decision=allow&account=147000999&withhold_deals=1")
        .await;
    let tokens = bench.exchange(back.text("code")).await.json();
    assert_eq!(tokens["hub_id"], 147_000_999);
    assert!(
        tokens["refresh_token"]
            .as_str()
            .unwrap()
            .starts_with("na1-")
    );
    let scopes = tokens["scopes"].to_string();
    assert!(scopes.contains("companies.read") && !scopes.contains("deals"));
    let access = tokens["access_token"].as_str().unwrap();
    assert!(access.len() > 512);
    let account = bench
        .get(access, "/account-info/2026-09/details")
        .await
        .json();
    assert_eq!(
        (&account["portalId"], &account["uiDomain"]),
        (&147_000_999.into(), &"app.hubspot.com".into())
    );
    assert_eq!(
        bench.get(access, "/crm/objects/2026-09/deals").await.status,
        403
    );
}
