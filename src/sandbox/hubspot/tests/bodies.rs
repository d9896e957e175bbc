//! Error and success bodies have exactly the fields of recorded and documented ones.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::support::{Answer, Bench, CREDENTIALS, fields};

fn has_fields(answer: &Answer, expected: &Value) {
    assert_eq!(
        fields(&answer.json()),
        fields(expected),
        "{}",
        answer.text()
    );
}

/// An error body of the API, with the correlation id that header and body share.
fn is_error(answer: &Answer, status: u16, expected: &Value) {
    assert_eq!(answer.status.as_u16(), status);
    has_fields(answer, expected);
    assert_eq!(
        answer.json()["correlationId"].as_str(),
        answer.header("x-hubspot-correlation-id")
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/json;charset=utf-8")
    );
    for name in ["category", "policyName", "errorType"] {
        assert_eq!(answer.json()[name], expected[name]);
    }
}

#[actix_web::test]
async fn token_answers() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await;
    has_fields(
        &tokens,
        &json!({ "token_type": "bearer", "refresh_token": "", "access_token": "", "hub_id": 1,
        "scopes": ["oauth"], "user_id": 1, "expires_in": 1800, "token_use": "access_token" }),
    );
    assert_eq!(
        (&tokens.json()["token_type"], &tokens.json()["expires_in"]),
        (&"bearer".into(), &1_800.into())
    );
    let bad_refresh = bench.refresh(&"nothing".into()).await;
    assert_eq!(
        bad_refresh.json(),
        json!({
            "error": "invalid_grant",
            "error_description": "refresh token is invalid, expired or revoked",
            "status": "BAD_REFRESH_TOKEN",
            "message": "refresh token is invalid, expired or revoked",
        })
    );
    let bad_code = bench.exchange("nothing").await;
    is_error(
        &bad_code,
        400,
        &json!({ "error": "", "error_description": "", "status": "", "message": "",
        "correlationId": "" }),
    );
    let bad_client = bench
        .form("/oauth/v3/token", "grant_type=refresh_token&client_id=x")
        .await;
    assert_eq!(
        bad_client.json(),
        json!({
            "error": "invalid_client",
            "error_description": "missing or invalid client id",
            "status": "BAD_CLIENT_ID",
            "message": "missing or invalid client id",
        })
    );
    bench.control("portal_deleted=on").await;
    let bad_hub = bench.refresh(&"nothing".into()).await;
    assert_eq!(
        bad_hub.json(),
        json!({
            "status": "BAD_HUB", "message": "missing or unknown hub id", "error": "access_denied",
        })
    );
}

#[actix_web::test]
async fn introspection_answers() {
    let bench = Bench::new();
    let token = bench.token().await;
    let answer = bench
        .form(
            "/oauth/2026-09/token/introspect",
            &format!("{CREDENTIALS}&token={token}"),
        )
        .await;
    has_fields(
        &answer,
        &json!({ "active": true, "token": "", "hub_id": 1, "user_id": 1, "client_id": "",
        "app_id": 1, "user": "", "hub_domain": "", "scopes": [], "signed_access_token": {
            "expiresAt": 1, "scopes": "", "hubId": 1, "userId": 1, "appId": 1, "signature": "",
            "scopeToScopeGroupPks": "", "newSignature": "", "hublet": "", "trialScopes": "",
            "trialScopeToScopeGroupPks": "", "isUserLevel": false, "installingUserId": 1,
            "isServiceAccount": false, "isPrivateDistribution": false, "appInstallId": "", "audience": "" },
        "expires_in": 1, "is_private_distribution": false, "token_use": "", "token_type": "Bearer" }),
    );
}

#[actix_web::test]
async fn account_answer() {
    let bench = Bench::new();
    let token = bench.token().await;
    let expected = json!({ "portalId": 147_000_286, "accountType": "STANDARD", "timeZone": "US/Eastern",
        "companyCurrency": "USD", "additionalCurrencies": [], "utcOffset": "-04:00",
        "utcOffsetMilliseconds": -14_400_000, "uiDomain": "app-eu1.hubspot.com", "dataHostingLocation": "eu1" });
    assert_eq!(
        bench.get(&token, "/account-info/v3/details").await.json(),
        expected
    );
}

#[actix_web::test]
async fn unauthorized_and_forbidden() {
    let bench = Bench::new();
    let token = bench.token().await;
    let list = "/crm/objects/2026-09/deals";
    let plain = json!({ "status": "", "message": "", "correlationId": "", "category": "INVALID_AUTHENTICATION" });
    for answer in [
        bench.get("garbage", list).await,
        bench.call(Method::GET, list, &[], "").await,
    ] {
        is_error(&answer, 401, &plain);
        assert_eq!(
            answer.header("x-hubspot-auth-failure"),
            Some("401 Unauthorized")
        );
    }
    bench.control("expire_tokens=1").await;
    let expired = bench.get(&token, list).await;
    is_error(
        &expired,
        401,
        &json!({ "status": "", "message": "", "correlationId": "",
        "category": "EXPIRED_AUTHENTICATION", "context": { "expire time": [""] } }),
    );
    let back = bench.decide("decision=allow&withhold_deals=1").await;
    let tokens = bench.exchange(back.text("code")).await.json();
    let forbidden = bench
        .get(tokens["access_token"].as_str().unwrap(), list)
        .await;
    is_error(
        &forbidden,
        403,
        &json!({ "status": "", "message": "", "correlationId": "",
        "errors": [{ "message": "", "context": { "requiredGranularScopes": [] } }],
        "links": { "scopes": "" }, "category": "MISSING_SCOPES" }),
    );
    assert_eq!(
        forbidden.json()["errors"][0]["context"]["requiredGranularScopes"],
        json!([
            "crm.schemas.deals.read",
            "crm.objects.deals.sensitive.read.v2",
            "crm.objects.deals.read",
            "crm.objects.deals.highly_sensitive.read.v2"
        ])
    );
}

#[actix_web::test]
async fn missing_things() {
    let bench = Bench::new();
    let token = bench.token().await;
    let bare = json!({ "status": "", "message": "", "correlationId": "" });
    let numeric = bench
        .get(&token, "/crm/v3/objects/contacts/999999999999")
        .await;
    is_error(&numeric, 404, &bare);
    assert_eq!(numeric.json()["message"], "resource not found");
    let other = bench.get(&token, "/crm/v3/objects/contacts/abc").await;
    is_error(
        &other,
        404,
        &json!({ "status": "", "message": "", "correlationId": "", "context": { "id": ["abc"] },
        "category": "OBJECT_NOT_FOUND" }),
    );
    assert_eq!(
        other.json()["message"],
        "Object not found.  objectId are usually numeric."
    );
    let unknown = bench
        .api(
            &token,
            Method::POST,
            "/crm/v3/objects/butterflies/search",
            "{}",
        )
        .await;
    is_error(&unknown, 400, &bare);
    assert_eq!(
        unknown.json()["message"],
        "Unable to infer object type from: butterflies"
    );
    let route = bench.get(&token, "/crm/v4/nothing").await;
    assert_eq!(
        (route.status.as_u16(), route.header("content-type")),
        (404, Some("text/html;charset=utf-8"))
    );
    assert!(route.header("x-hubspot-correlation-id").is_some());
}

#[actix_web::test]
async fn limits() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("burst=1&search_burst=0").await;
    let list = "/crm/v3/objects/contacts";
    assert_eq!(bench.get(&token, list).await.status, 200);
    let burst = bench.get(&token, list).await;
    is_error(
        &burst,
        429,
        &json!({ "status": "", "message": "", "errorType": "RATE_LIMIT", "correlationId": "",
        "policyName": "TEN_SECONDLY_ROLLING", "groupName": "" }),
    );
    assert_eq!(burst.header("retry-after"), None);
    let search = bench
        .api(
            &token,
            Method::POST,
            "/crm/v3/objects/contacts/search",
            "{}",
        )
        .await;
    let expected = json!({ "status": "", "message": "", "errorType": "RATE_LIMIT", "correlationId": "",
        "policyName": "SECONDLY", "requestId": "" });
    is_error(&search, 429, &expected);
    let counters = bench.state.with(|inner| inner.counters.clone());
    assert_eq!(counters.get("rate_limited"), Some(&2));
}
