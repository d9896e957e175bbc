//! The token endpoints, as an app meets them.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Answer, Bench, NEWEST, REDIRECT, basic, fields, fixture, is_error};
use crate::sandbox::store::Store;

/// The answer equals a documented one but for the values that differ by nature.
fn has_keys(answer: &Answer, name: &str, more: &[&str]) {
    let mut expected = fields(&fixture(name));
    expected.extend(more.iter().map(|path| (*path).to_owned()));
    expected.sort();
    assert_eq!(fields(&answer.json()), expected, "{name}");
}

fn without_id(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("request_id").unwrap();
    body
}

#[actix_web::test]
async fn tokens_are_as_documented() {
    let bench = Bench::new();
    let first = bench.exchange(&bench.code().await).await;
    has_keys(&first, "token_success_with_refresh", &[]);
    assert_eq!(
        first.json()["request_id"].as_str(),
        first.header("x-notion-request-id")
    );
    let second = bench.refresh(&first.json()["refresh_token"]).await;
    has_keys(&second, "refresh_success", &[]);
    for (name, prefix) in [("access_token", "ntn_"), ("refresh_token", "nrt_")] {
        let of = |answer: &Answer| answer.json()[name].as_str().unwrap().to_owned();
        assert!(of(&first).starts_with(prefix) && of(&first) != of(&second));
    }
    assert_eq!(first.json()["bot_id"], second.json()["bot_id"]);
    bench.control("refresh_tokens=null").await;
    let null = bench.exchange(&bench.code().await).await;
    let verified = "/owner/user/person/email_verified";
    has_keys(&null, "token_success_refresh_null", &[verified]);
    assert!(null.json()["refresh_token"].is_null());
    bench.control("refresh_tokens=absent").await;
    let absent = bench.exchange(&bench.code().await).await;
    has_keys(&absent, "token_success_legacy_no_refresh_key", &[verified]);
    let empty = bench
        .exchange(&bench.code_of("account=empty").await)
        .await
        .json();
    assert!(empty["workspace_name"].is_null() && empty["workspace_icon"].is_null());
}

#[actix_web::test]
async fn only_the_basic_header_authenticates() {
    let bench = Bench::new();
    let code = bench.code().await;
    let in_body = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
        "client_id": "app", "client_secret": "secret" });
    let (wrong, id) = (basic("app", "wrong"), basic("other", "secret"));
    for what in ["token", "introspect", "revoke"] {
        for auth in ["", "Bearer ntn_x", &wrong, &id] {
            let headers = [
                ("authorization", auth),
                ("content-type", "application/json"),
            ];
            let uri = format!("/v1/oauth/{what}");
            let answer = bench
                .call(Method::POST, &uri, &headers, &in_body.to_string())
                .await;
            assert_eq!(answer.status, 401);
            assert_eq!(
                without_id(answer.json()),
                without_id(fixture("token_invalid_client"))
            );
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Basic realm=\"OAuth\"")
            );
            assert_eq!(
                answer.header("content-type"),
                Some("application/json; charset=utf-8")
            );
        }
    }
    bench.control("client_secret_valid=off").await;
    assert_eq!(bench.exchange(&code).await.status, 401);
    bench.control("client_secret_valid=on").await;
    assert_eq!(bench.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn bodies_are_json_and_whole() {
    let bench = Bench::new();
    let code = bench.code().await;
    let auth = basic("app", "secret");
    let form = "application/x-www-form-urlencoded";
    let grant = format!("grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}");
    let headers = [("authorization", auth.as_str()), ("content-type", form)];
    let refused = bench
        .call(Method::POST, "/v1/oauth/token", &headers, &grant)
        .await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (400, &"invalid_request".into())
    );
    for (body, error) in [
        (json!({}), "invalid_request"),
        (
            json!({ "grant_type": "password" }),
            "unsupported_grant_type",
        ),
        (
            json!({ "grant_type": "authorization_code", "code": code }),
            "invalid_request",
        ),
        (
            json!({ "grant_type": "authorization_code", "redirect_uri": REDIRECT }),
            "invalid_request",
        ),
        (
            json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": "http://x" }),
            "invalid_grant",
        ),
        (json!({ "grant_type": "refresh_token" }), "invalid_request"),
        (json!([]), "invalid_request"),
    ] {
        let answer = bench.oauth("token", body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &error.into()),
            "{body}"
        );
    }
    let unknown = bench
        .oauth("token", json!({ "grant_type": "password" }))
        .await;
    assert_eq!(
        without_id(unknown.json()),
        without_id(fixture("token_unsupported_grant_type"))
    );
    let headers = [
        headers[0],
        ("content-type", "application/json"),
        ("notion-version", "2024-01-01"),
    ];
    let unknown = bench
        .call(Method::POST, "/v1/oauth/token", &headers, "{}")
        .await;
    is_error(&unknown, "error_unknown_version");
    // None of that used the code up.
    assert_eq!(bench.exchange(&code).await.status, 200);
    assert_eq!(bench.exchange(&code).await.json()["error"], "invalid_grant");
}

#[actix_web::test]
async fn errors_come_in_two_shapes() {
    let bench = Bench::new();
    let refused = bench.refresh(&"nrt_x".into()).await;
    assert_eq!(
        without_id(refused.json()),
        without_id(fixture("token_invalid_grant"))
    );
    bench.control("oauth_errors=envelope").await;
    let refused = bench.exchange("made up").await;
    is_error(&refused, "token_invalid_grant_code_revoked");
}

#[actix_web::test]
async fn older_connections_answer_with_the_same_pair() {
    let bench = Bench::new();
    let first = bench.exchange(&bench.code().await).await.json();
    let fresh = bench.exchange(&bench.code().await).await.json();
    assert_ne!(first["access_token"], fresh["access_token"]);
    bench.control("same_token=on").await;
    let again = bench
        .exchange(&bench.code_of("share=none").await)
        .await
        .json();
    assert_eq!(
        (&again["access_token"], &again["refresh_token"]),
        (&first["access_token"], &first["refresh_token"])
    );
    let other = bench
        .exchange(&bench.code_of("account=second").await)
        .await
        .json();
    assert_ne!(other["access_token"], first["access_token"]);
    assert_eq!(bench.report().await["grants"], 3);
}

#[actix_web::test]
async fn introspection_and_revocation() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    let ask = |what: &'static str| {
        let (bench, token) = (&bench, tokens["access_token"].clone());
        async move { bench.oauth(what, json!({ "token": token })).await }
    };
    has_keys(&ask("introspect").await, "introspect_active", &[]);
    has_keys(&ask("revoke").await, "revoke_success", &[]);
    has_keys(&ask("introspect").await, "introspect_inactive", &[]);
    assert_eq!(ask("revoke").await.status, 200);
    assert_eq!(
        bench.refresh(&tokens["refresh_token"]).await.json()["error"],
        "invalid_grant"
    );
    let dead = bench
        .get(tokens["access_token"].as_str().unwrap(), "/v1/users/me")
        .await;
    is_error(&dead, "error_unauthorized");
    assert_eq!(bench.oauth("revoke", json!({})).await.status, 400);
}

#[actix_web::test]
async fn access_can_end_while_refreshing_lives_and_both_can_end() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    bench.control("expire_tokens=1").await;
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(bench.get(access, "/v1/users/me").await.status, 401);
    let next = bench.refresh(&tokens["refresh_token"]).await.json();
    let access = next["access_token"].as_str().unwrap();
    assert_eq!(bench.get(access, "/v1/users/me").await.status, 200);
    bench.control("withdraw=1").await;
    assert_eq!(bench.get(access, "/v1/users/me").await.status, 401);
    assert_eq!(
        bench.refresh(&next["refresh_token"]).await.json()["error"],
        "invalid_grant"
    );
}

#[actix_web::test]
async fn grants_and_controls_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Store::open(Some(folder.path().join("state.json"))).unwrap();
    let before = Bench::with_store(open());
    let tokens = before.exchange(&before.code().await).await.json();
    before.control("pages=3&cursor_style=uuid").await;
    let after = Bench::with_store(open());
    let access = tokens["access_token"].as_str().unwrap();
    let page = after
        .api(
            access,
            NEWEST,
            Method::POST,
            "/v1/search",
            r#"{"filter":{"property":"object","value":"page"}}"#,
        )
        .await;
    assert_eq!(page.json()["results"].as_array().map(Vec::len), Some(3));
    assert_eq!(after.refresh(&tokens["refresh_token"]).await.status, 200);
}
