//! The token endpoint: what is sent, and what each refusal means for the connection.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::*;
use crate::outbound::oauth::{Grant, GrantError};
use crate::providers::testing::CLIENT_SECRET;
use crate::providers::{GrantFailure, Tokens};
use crate::testing::http::{expected, pairs};

const SPENT: &str = "secret-code-or-refresh-token";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// client:secret-of-the-client
const BASIC: &str = "Basic Y2xpZW50OnNlY3JldC1vZi10aGUtY2xpZW50";

async fn exchange(client: &Client) -> Result<Grant, GrantError> {
    let (code, verifier) = (SecretString::from(SPENT), SecretString::from(VERIFIER));
    client.exchange(&outbound(), &code, Some(&verifier)).await
}

async fn refresh(client: &Client) -> Result<Grant, GrantError> {
    client
        .refresh(&outbound(), &SecretString::from(SPENT))
        .await
}

const EXCHANGE: [(&str, &str); 4] = [
    ("grant_type", "authorization_code"),
    ("code", SPENT),
    ("redirect_uri", "http://localhost:8000/callback"),
    ("code_verifier", VERIFIER),
];
const REFRESH: [(&str, &str); 2] = [("grant_type", "refresh_token"), ("refresh_token", SPENT)];

#[tokio::test]
async fn a_client_with_a_secret_proves_itself_in_the_header_alone() {
    let server = Server::in_turn([reply("token_success.json")]).await;
    let client = client(&server);
    exchange(&client).await.expect("a grant");
    refresh(&client).await.expect("a grant");
    let seen = server.seen();
    assert_eq!(seen[0].form(), expected(&EXCHANGE));
    assert_eq!(seen[1].form(), expected(&REFRESH));
    for seen in seen {
        assert_eq!(
            (&seen.method[..], &seen.target[..]),
            ("POST", "/oauth2/v1/token")
        );
        assert_eq!(seen.header("authorization"), Some(BASIC));
        assert_eq!(
            seen.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        assert!(!seen.body.contains("client") && !seen.body.contains(CLIENT_SECRET));
    }
}

#[tokio::test]
async fn a_client_without_a_secret_sends_its_id_and_no_header() {
    let server = Server::in_turn([reply("token_success.json")]).await;
    let mut client = client(&server);
    client.secret = None;
    exchange(&client).await.expect("a grant");
    refresh(&client).await.expect("a grant");
    let seen = server.seen();
    for (seen, fields) in seen.iter().zip([&EXCHANGE[..], &REFRESH[..]]) {
        let fields = [fields, &[("client_id", "client")]].concat();
        assert_eq!(seen.form(), expected(&fields));
        assert_eq!(seen.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_grant_has_its_life_and_what_was_granted_of_what_was_asked() {
    let server =
        Server::in_turn(["token_success.json", "token_refresh_success.json"].map(reply)).await;
    let client = client(&server);
    let first = exchange(&client).await.expect("a grant");
    let second = refresh(&client).await.expect("a grant");
    assert_ne!(first.access.expose_secret(), second.access.expose_secret());
    let refresh = |grant: &Grant| {
        grant
            .refresh
            .as_ref()
            .map(|token| token.expose_secret().to_owned())
    };
    assert!(refresh(&first).is_some() && refresh(&first) != refresh(&second));
    for grant in [first, second] {
        assert_eq!(grant.expires_in, Some(Duration::from_secs(3600)));
        let scopes = Airtable.granted_scopes(&grant).expect("scopes");
        assert!(
            scopes.contains(&"schema.bases:read".to_owned()),
            "{scopes:?}"
        );
    }
}

#[tokio::test]
async fn a_type_with_a_space_behind_it_is_a_bearer_all_the_same() {
    for kind in ["Bearer", "Bearer ", "bearer", "BEARER "] {
        let body = json!({"access_token": "a", "token_type": kind, "expires_in": 3600}).to_string();
        let server = Server::in_turn([Reply::new(200, body)]).await;
        let grant = exchange(&client(&server)).await.expect("a grant");
        assert_eq!(grant.access.expose_secret(), "a");
        assert_eq!(Airtable.granted_scopes(&grant), None);
    }
    let server = Server::in_turn([reply("token_success_documented_trailing_space.json")]).await;
    exchange(&client(&server)).await.expect("a grant");
}

#[tokio::test]
async fn long_tokens_are_kept_whole() {
    let long = "x".repeat(4096);
    let body =
        json!({"access_token": long, "token_type": "Bearer", "refresh_token": long}).to_string();
    let server = Server::in_turn([Reply::new(200, body)]).await;
    let grant = refresh(&client(&server)).await.expect("a grant");
    assert_eq!(grant.access.expose_secret(), long);
}

/// What a refusal means, at an exchange and at a refresh alike, after a look at what it says.
async fn meaning(reply: Reply) -> GrantFailure {
    let server = Server::in_turn([reply]).await;
    let client = client(&server);
    let [one, other] = [exchange(&client).await, refresh(&client).await].map(|result| {
        let error = result.err().expect("a refusal");
        let text = format!("{error} {error:?}");
        for secret in [SPENT, VERIFIER, CLIENT_SECRET] {
            assert!(!text.contains(secret), "{text}");
        }
        Airtable.classify(&error)
    });
    assert_eq!(one, other);
    assert_eq!(server.seen().len(), 2, "none is repeated");
    one
}

#[tokio::test]
async fn a_refusal_means_what_its_status_and_code_say() {
    use GrantFailure::{Conflict, Limited, Misconfigured, Passing, Withdrawn};
    let conflict = Conflict(Duration::from_secs(30));
    for (status, code, means) in [
        (400, "invalid_grant", Withdrawn),
        (400, "access_denied", Withdrawn),
        (400, "invalid_request", Misconfigured),
        (400, "unsupported_grant_type", Misconfigured),
        (400, "unauthorized_client", Misconfigured),
        (400, "invalid_scope", Misconfigured),
        (401, "invalid_client", Misconfigured),
        (409, "invalid_grant", conflict),
        (409, "anything", conflict),
        (429, "invalid_grant", Limited),
        (200, "invalid_grant", Withdrawn),
        (200, "invalid_client", Misconfigured),
        (200, "anything", Passing),
        (500, "server_error", Passing),
        (503, "invalid_grant", Passing),
    ] {
        let body = json!({"error": code, "error_description": SPENT}).to_string();
        assert_eq!(
            meaning(Reply::new(status, body)).await,
            means,
            "{status} {code}"
        );
    }
    for body in ["", "<html>", "{}"] {
        assert_eq!(meaning(Reply::new(409, body)).await, conflict);
    }
}

#[tokio::test]
async fn what_does_not_come_from_airtable_passes() {
    for reply in [
        Reply::new(400, "<html>"),
        Reply::new(401, "<html>"),
        Reply::new(403, ""),
        Reply::new(502, "<html>"),
        Reply::new(200, "<html>"),
        Reply::new(200, "{}"),
        Reply::Reset,
    ] {
        assert_eq!(meaning(reply).await, GrantFailure::Passing);
    }
}

#[tokio::test]
async fn a_grant_cannot_be_ended_at_airtable() {
    let server = Server::in_turn([Reply::new(500, "")]).await;
    let token = SecretString::from(SPENT);
    let tokens = Tokens {
        access: &token,
        refresh: Some(&token),
    };
    let done = Airtable.revoke(&client(&server), &outbound(), tokens).await;
    assert!(!done.expect("an answer") && server.seen().is_empty());
}

#[tokio::test]
async fn people_are_asked_with_pkce_and_all_scopes() {
    let server = Server::in_turn([Reply::new(500, "")]).await;
    let scopes: Vec<String> = PROFILE
        .scopes
        .iter()
        .map(|scope| scope.id.to_owned())
        .collect();
    let url = client(&server).authorize_url("state", &scopes, Some(VERIFIER), &[]);
    assert_eq!(
        (url.host_str(), url.path()),
        (Some("airtable.com"), "/oauth2/v1/authorize")
    );
    let sent = [
        ("client_id", "client"),
        ("redirect_uri", "http://localhost:8000/callback"),
        ("response_type", "code"),
        (
            "scope",
            "schema.bases:read data.records:read user.email:read",
        ),
        ("state", "state"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(pairs(url.query().expect("a query")), expected(&sent));
    assert!(PROFILE.oauth.pkce && PROFILE.oauth.secret_optional);
}
