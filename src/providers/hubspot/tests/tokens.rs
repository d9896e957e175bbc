//! The token endpoint: grants, and what each refusal means for the connection.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;
use crate::outbound::oauth::{Grant, GrantError};
use crate::providers::GrantFailure;
use crate::testing::http::expected;

async fn exchange(reply: Reply) -> Result<Grant, GrantError> {
    let server = Server::in_turn([reply]).await;
    let client = client(&server);
    client
        .exchange(&outbound(), &SecretString::from(SPENT), None)
        .await
}

async fn refresh(reply: Reply) -> Result<Grant, GrantError> {
    let server = Server::in_turn([reply]).await;
    let client = client(&server);
    client
        .refresh(&outbound(), &SecretString::from(SPENT))
        .await
}

/// What a refusal means, at a refresh and at an exchange alike, after a look at what it says.
async fn meaning(reply: Reply) -> GrantFailure {
    let mut meanings = Vec::new();
    for result in [exchange(reply.clone()).await, refresh(reply).await] {
        let error = result.err().expect("a refusal");
        let text = format!("{error} {error:?} {error:#?}");
        for secret in [SPENT, CLIENT_SECRET, "correlationId"] {
            assert!(!text.contains(secret), "{text}");
        }
        meanings.push(HubSpot.classify(&error));
    }
    assert_eq!(meanings[0], meanings[1]);
    meanings[0]
}

fn check(grant: &Grant, access: &str) {
    assert_eq!(grant.access.expose_secret(), access);
    let refresh = grant.refresh.as_ref().map(ExposeSecret::expose_secret);
    assert_eq!(refresh, Some("eu1-0000-fake-refresh-token-open-0001"));
    assert_eq!(grant.expires_in, Some(Duration::from_secs(1800)));
    assert_eq!(grant.extra["hub_id"], 147_000_286);
    let scopes = [
        "oauth",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.companies.read",
        "crm.objects.deals.read",
    ];
    let granted = HubSpot.granted_scopes(grant).expect("scopes");
    assert_eq!(granted, scopes);
}

#[tokio::test]
async fn a_code_brings_tokens_scopes_and_their_life() {
    let grant = exchange(reply("token_success.json"))
        .await
        .expect("a grant");
    check(&grant, "FAKE-hubspot-access-token-open-0001");
}

#[tokio::test]
async fn a_refresh_brings_another_access_token() {
    let grant = refresh(reply("token_refresh_success.json"))
        .await
        .expect("a grant");
    check(&grant, "FAKE-hubspot-access-token-open-0002");
}

#[tokio::test]
async fn an_answer_that_does_not_tell_its_scopes_leaves_them_unknown() {
    let body = r#"{"access_token": "a", "token_type": "bearer"}"#;
    let grant = refresh(Reply::new(200, body)).await.expect("a grant");
    assert_eq!(HubSpot.granted_scopes(&grant), None);
}

#[tokio::test]
async fn recorded_refusals_mean_what_they_say() {
    let refusals = [
        (
            "token_error_bad_refresh_token.json",
            GrantFailure::Withdrawn,
        ),
        ("token_error_bad_auth_code.json", GrantFailure::Withdrawn),
        ("token_error_bad_hub.json", GrantFailure::Withdrawn),
        (
            "token_error_bad_client_id.json",
            GrantFailure::Misconfigured,
        ),
    ];
    for (name, expected) in refusals {
        assert_eq!(meaning(reply(name)).await, expected, "{name}");
    }
}

/// The table of the fact sheet, in both forms: with OAuth's `error`, and as answers were before 2026.
#[tokio::test]
async fn each_code_means_what_the_sheet_says() {
    use GrantFailure::{Misconfigured, Withdrawn};
    for (code, error, means) in [
        ("BAD_REFRESH_TOKEN", "invalid_grant", Withdrawn),
        ("BAD_HUB", "access_denied", Withdrawn),
        ("BAD_AUTH_CODE", "invalid_grant", Withdrawn),
        ("EXPIRED_AUTH_CODE", "invalid_grant", Withdrawn),
        ("BAD_CLIENT_ID", "invalid_client", Misconfigured),
        ("BAD_CLIENT_SECRET", "invalid_client", Misconfigured),
        // Which `error` comes with these is not documented; these would be misread.
        ("BAD_CLIENT_SECRET", "access_denied", Misconfigured),
        ("BAD_REDIRECT_URI", "invalid_grant", Misconfigured),
        ("BAD_GRANT_TYPE", "unsupported_grant_type", Misconfigured),
        ("BAD_SCOPES", "invalid_scope", Misconfigured),
        ("BAD_CODE_VERIFIER", "invalid_grant", Misconfigured),
        ("SOMETHING_NEW", "something_new", Misconfigured),
    ] {
        for body in [
            format!(r#"{{"error": "{error}", "status": "{code}", "message": "{SPENT}"}}"#),
            format!(r#"{{"status": "{code}", "message": "{SPENT}"}}"#),
        ] {
            assert_eq!(meaning(Reply::new(400, &body[..])).await, means, "{body}");
        }
    }
}

#[tokio::test]
async fn what_passes_is_never_taken_for_a_withdrawal() {
    use GrantFailure::{Limited, Passing};
    let body = fixture("token_error_bad_refresh_token.json");
    for (status, means) in [
        (423, Passing),
        (429, Limited),
        (477, Passing),
        (500, Passing),
        (502, Passing),
        (503, Passing),
    ] {
        let reply = Reply::new(status, body.clone());
        assert_eq!(meaning(reply).await, means, "{status}");
    }
    for reply in [
        Reply::Reset,
        Reply::new(200, "<html>"),
        Reply::new(401, "<html>"),
    ] {
        assert_eq!(meaning(reply).await, Passing);
    }
}

#[tokio::test]
async fn a_pause_that_hubspot_asks_for_is_kept() {
    for status in [429, 477] {
        let reply = Reply::new(status, "{}").with("retry-after", "86400");
        let error = refresh(reply).await.err().expect("a refusal");
        let day = Duration::from_secs(24 * 60 * 60);
        assert_eq!(error.retry_after(), Some(day), "{status}");
        assert!(!error.outcome_unknown());
    }
}

#[tokio::test]
async fn a_refresh_token_is_ended_by_a_form() {
    let server = Server::in_turn([Reply::new(204, "")]).await;
    let mut client = client(&server);
    let token = SecretString::from(SPENT);
    let done = HubSpot.revoke(&client, &outbound(), tokens(&token)).await;
    assert!(done.expect("an answer"));
    let fields = [
        ("client_id", "client"),
        ("client_secret", CLIENT_SECRET),
        ("token", SPENT),
        ("token_type_hint", "refresh_token"),
    ];
    assert_eq!(server.only().form(), expected(&fields));
    assert_eq!(server.only().path(), "/oauth/2026-09/token/revoke");
    client.revoke_url = None;
    let done = HubSpot.revoke(&client, &outbound(), tokens(&token)).await;
    assert!(!done.expect("an answer"));
    assert_eq!(server.seen().len(), 1);
}

fn tokens(refresh: &SecretString) -> Tokens<'_> {
    Tokens {
        access: refresh,
        refresh: Some(refresh),
    }
}
