//! The token endpoint, as an app meets it.

use actix_web::http::Method;
use serde_json::Value;

use super::support::{Bench, CREDENTIALS, REDIRECT};
use crate::sandbox::store::Store;

#[actix_web::test]
async fn only_forms_with_the_right_secret_get_tokens() {
    let bench = Bench::new();
    let code = bench.code().await;
    let json = bench
        .call(
            Method::POST,
            "/oauth/2026-09/token",
            &[("content-type", "application/json")],
            "{}",
        )
        .await;
    assert_eq!(json.status, 415);
    let tail = format!("redirect_uri={REDIRECT}&code={code}");
    for (uri, body, status) in [
        (
            "/oauth/v3/token?client_secret=secret",
            String::new(),
            "BAD_REQUEST",
        ),
        (
            "/oauth/v3/token",
            format!("{CREDENTIALS}&{tail}"),
            "BAD_GRANT_TYPE",
        ),
        (
            "/oauth/v3/token",
            format!("grant_type=password&{CREDENTIALS}"),
            "BAD_GRANT_TYPE",
        ),
        (
            "/oauth/v3/token",
            format!("grant_type=authorization_code&client_id=x&{tail}"),
            "BAD_CLIENT_ID",
        ),
        (
            "/oauth/v3/token",
            format!("grant_type=authorization_code&client_id=app&{tail}"),
            "BAD_CLIENT_SECRET",
        ),
        (
            "/oauth/v3/token",
            format!("grant_type=authorization_code&{CREDENTIALS}&code={code}"),
            "BAD_REDIRECT_URI",
        ),
    ] {
        let answer = bench.form(uri, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["status"]),
            (400, &status.into()),
            "{body}"
        );
    }
    // None of that used the code up.
    assert_eq!(bench.exchange(&code).await.status, 200);
    assert_eq!(
        bench.exchange(&code).await.json()["status"],
        "BAD_AUTH_CODE"
    );
}

#[actix_web::test]
async fn every_version_of_the_token_path_works() {
    let bench = Bench::new();
    let refresh = bench.exchange(&bench.code().await).await.json()["refresh_token"].clone();
    for version in ["2026-09", "2026-03", "v3", "v1"] {
        let token = refresh.as_str().unwrap();
        let body = format!("grant_type=refresh_token&{CREDENTIALS}&refresh_token={token}");
        let answer = bench.form(&format!("/oauth/{version}/token"), &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["refresh_token"]),
            (200, &refresh),
            "{version}"
        );
    }
    assert_eq!(bench.form("/oauth/v2/token", "").await.status, 404);
}

#[actix_web::test]
async fn the_controls_reach_the_token_endpoint() {
    let bench = Bench::new();
    let first = bench.exchange(&bench.code().await).await.json();
    bench.control("rotate=on&expires_in=7").await;
    let second = bench.refresh(&first["refresh_token"]).await.json();
    assert_eq!(second["expires_in"], 7);
    assert_eq!(
        bench.refresh(&first["refresh_token"]).await.json()["status"],
        "BAD_REFRESH_TOKEN"
    );
    let refused = |answer: Value| (answer["status"].clone(), answer["error"].clone());
    for (control, status, error) in [
        (
            "client_secret_valid=off",
            "BAD_CLIENT_SECRET",
            "invalid_client",
        ),
        (
            "client_secret_valid=on&portal_deleted=on",
            "BAD_HUB",
            "access_denied",
        ),
        (
            "portal_deleted=off&withdraw=1",
            "BAD_REFRESH_TOKEN",
            "invalid_grant",
        ),
    ] {
        bench.control(control).await;
        let answer = bench.refresh(&second["refresh_token"]).await.json();
        assert_eq!(refused(answer), (status.into(), error.into()));
    }
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(
        bench.get(access, "/account-info/v3/details").await.status,
        401
    );
}

#[actix_web::test]
async fn introspection_and_revocation() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    let (access, refresh) = (
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    );
    let ask = |what: &'static str, token: String| {
        let body = format!("{CREDENTIALS}&token={token}&token_type_hint=refresh_token");
        let bench = &bench;
        async move {
            bench
                .form(&format!("/oauth/2026-09/token/{what}"), &body)
                .await
        }
    };
    assert_eq!(
        ask("introspect", refresh.to_owned()).await.json()["token_use"],
        "refresh_token"
    );
    assert_eq!(ask("revoke", refresh.to_owned()).await.status, 200);
    assert_eq!(
        ask("introspect", refresh.to_owned()).await.json(),
        serde_json::json!({ "active": false })
    );
    assert_eq!(
        ask("introspect", access.to_owned()).await.json()["active"],
        true
    );
    assert_eq!(
        bench.get(access, "/account-info/v3/details").await.status,
        200
    );
    assert_eq!(bench.refresh(&tokens["refresh_token"]).await.status, 400);
}

#[actix_web::test]
async fn grants_and_controls_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Store::open(Some(folder.path().join("state.json"))).unwrap();
    let before = Bench::with_store(open());
    let tokens = before.exchange(&before.code().await).await.json();
    before.control("contacts=3").await;
    let after = Bench::with_store(open());
    let page = after
        .get(
            tokens["access_token"].as_str().unwrap(),
            "/crm/v3/objects/contacts",
        )
        .await
        .json();
    assert_eq!(page["results"].as_array().map(Vec::len), Some(3));
    assert_eq!(after.refresh(&tokens["refresh_token"]).await.status, 200);
}
