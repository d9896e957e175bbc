//! The token endpoint and revocation: what is sent, and what each refusal means for the connection.

use secrecy::ExposeSecret;

use super::*;
use crate::outbound::oauth::{Grant, GrantError};
use crate::providers::testing::CLIENT_SECRET;
use crate::providers::{GrantFailure, Tokens};
use crate::testing::http::Request;

async fn refresh(reply: Reply) -> Result<Grant, GrantError> {
    let server = Server::in_turn([reply]).await;
    let token = SecretString::from(SPENT);
    client(&server).refresh(&outbound(), &token).await
}

/// What every request to OAuth's endpoints looks like; answers its body.
fn body(seen: &Request) -> Value {
    assert_eq!(seen.method, "POST");
    // client:secret-of-the-client
    let basic = "Basic Y2xpZW50OnNlY3JldC1vZi10aGUtY2xpZW50";
    assert_eq!(seen.header("authorization"), Some(basic));
    assert_eq!(seen.header("notion-version"), Some("2026-03-11"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(!seen.target.contains('?') && !seen.body.contains(CLIENT_SECRET));
    serde_json::from_str(&seen.body).expect("JSON")
}

#[tokio::test]
async fn an_exchange_sends_json_the_basic_header_and_the_version() {
    let server = Server::in_turn([reply("token_success_with_refresh.json")]).await;
    let code = SecretString::from(SPENT);
    let grant = client(&server)
        .exchange(&outbound(), &code, None)
        .await
        .expect("a grant");
    assert_eq!(grant.expires_in, None);
    assert_eq!(Notion.granted_scopes(&grant), None);
    let seen = server.only();
    assert_eq!(seen.target, "/v1/oauth/token");
    let expected = json!({
        "grant_type": "authorization_code",
        "code": SPENT,
        "redirect_uri": "http://localhost:8000/callback",
    });
    assert_eq!(body(&seen), expected);
}

#[tokio::test]
async fn a_refresh_sends_the_refresh_token_and_nothing_else() {
    let server = Server::in_turn([reply("refresh_success.json")]).await;
    let token = SecretString::from(SPENT);
    let grant = client(&server)
        .refresh(&outbound(), &token)
        .await
        .expect("a grant");
    let next = grant.refresh.as_ref().map(ExposeSecret::expose_secret);
    assert_eq!(
        next,
        Some("nrt_FAKE00000000000000000000000000000000000000004")
    );
    let seen = server.only();
    assert_eq!(seen.target, "/v1/oauth/token");
    assert_eq!(
        body(&seen),
        json!({"grant_type": "refresh_token", "refresh_token": SPENT})
    );
}

#[tokio::test]
async fn a_refresh_token_may_be_there_null_or_absent() {
    for (name, there) in [
        ("token_success_with_refresh.json", true),
        ("token_success_refresh_null.json", false),
        ("token_success_legacy_no_refresh_key.json", false),
    ] {
        let grant = refresh(reply(name)).await.expect("a grant");
        assert_eq!(grant.refresh.is_some(), there, "{name}");
    }
}

#[tokio::test]
async fn a_grant_is_ended_by_its_access_token() {
    let server = Server::in_turn([reply("revoke_success.json")]).await;
    let mut client = client(&server);
    let access = SecretString::from("secret-access-token");
    let refresh = SecretString::from(SPENT);
    for refresh in [Some(&refresh), None] {
        let tokens = Tokens {
            access: &access,
            refresh,
        };
        let done = Notion.revoke(&client, &outbound(), tokens).await;
        assert!(done.expect("an answer"));
    }
    for seen in server.seen() {
        assert_eq!(seen.target, "/v1/oauth/revoke");
        assert_eq!(body(&seen), json!({"token": "secret-access-token"}));
    }
    client.revoke_url = None;
    let tokens = Tokens {
        access: &access,
        refresh: None,
    };
    let done = Notion.revoke(&client, &outbound(), tokens).await;
    assert!(!done.expect("an answer"));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refused_revocation_is_told() {
    let server = Server::in_turn([reply("token_invalid_client.json")]).await;
    let access = SecretString::from("secret-access-token");
    let tokens = Tokens {
        access: &access,
        refresh: None,
    };
    let error = Notion.revoke(&client(&server), &outbound(), tokens).await;
    let error = error.expect_err("a refusal");
    assert!(
        matches!(error, GrantError::Refused { status: 401, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn refusals_are_read_in_both_shapes() {
    use GrantFailure::{Limited, Misconfigured, Passing, Withdrawn};
    for (status, code, means) in [
        (400, "invalid_grant", Withdrawn),
        (400, "invalid_request", Misconfigured),
        (400, "unauthorized_client", Misconfigured),
        (400, "unsupported_grant_type", Misconfigured),
        (400, "invalid_scope", Misconfigured),
        (401, "invalid_client", Misconfigured),
        (403, "test_env_error", Misconfigured),
        (409, "conflict_error", Passing),
        (429, "rate_limited", Limited),
        (529, "service_overload", Limited),
        (200, "invalid_grant", Withdrawn),
        (200, "internal_server_error", Passing),
        (500, "internal_server_error", Passing),
        (503, "invalid_grant", Passing),
    ] {
        let oauth = json!({"error": code, "error_description": SPENT, "request_id": "r"});
        let own = json!({"object": "error", "status": status, "code": code, "message": SPENT, "request_id": "r"});
        for body in [oauth, own] {
            let error = refresh(Reply::new(status, body.to_string())).await;
            let error = error.err().expect("a refusal");
            assert_eq!(Notion.classify(&error), means, "{body}");
            let text = format!("{error} {error:?}");
            assert!(
                !text.contains(SPENT) && !text.contains(CLIENT_SECRET),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn what_does_not_come_from_notion_passes() {
    for reply in [
        Reply::new(400, "<html>"),
        Reply::new(401, "<html>"),
        Reply::new(403, "<html>"),
        Reply::new(502, "<html>"),
        Reply::new(200, "<html>"),
        Reply::new(200, "{}"),
        Reply::Reset,
    ] {
        let error = refresh(reply).await.err().expect("a failure");
        assert_eq!(Notion.classify(&error), GrantFailure::Passing, "{error}");
    }
}

#[test]
fn people_are_asked_as_users_without_scopes_or_pkce() {
    let oauth = &PROFILE.oauth;
    assert!(!oauth.pkce && !oauth.secret_optional && !oauth.tokens.expires);
    assert_eq!(oauth.authorize_params, [("owner", "user")]);
    assert!(PROFILE.scopes.is_empty());
}
