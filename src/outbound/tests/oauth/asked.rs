//! What is sent, and how a grant is read.

use super::*;
use crate::testing::http::{expected, pairs};

#[test]
fn the_authorize_address_keeps_its_parameters_and_gets_ours() {
    let client = client(&"http://127.0.0.1".parse().expect("a URL"));
    let scopes = ["oauth".to_owned(), "contacts.read".to_owned()];
    let url = client.authorize_url("the+state&", &scopes, None, &[]);
    assert_eq!(url.host_str(), Some("provider.example"));
    assert_eq!(url.path(), "/authorize");
    let ours = [
        ("optional_scope", "a b"),
        ("kept", "1"),
        ("client_id", "the client"),
        ("redirect_uri", "https://patchbay.example/callback"),
        ("response_type", "code"),
        ("scope", "oauth contacts.read"),
        ("state", "the+state&"),
    ];
    assert_eq!(pairs(url.query().expect("a query")), expected(&ours));
    assert!(!url.as_str().contains(SECRET));
}

#[test]
fn pkce_sends_the_challenge_of_rfc_7636_and_never_the_verifier() {
    let client = client(&"http://127.0.0.1".parse().expect("a URL"));
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let plain = client.authorize_url("state", &[], None, &[("owner", "user")]);
    let url = client.authorize_url("state", &[], Some(verifier), &[("owner", "user")]);
    let mut more = pairs(url.query().expect("a query"));
    let before = pairs(plain.query().expect("a query"));
    assert!(before.contains(&("owner".to_owned(), "user".to_owned())));
    more.retain(|pair| !before.contains(pair));
    let challenge = [
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(more, expected(&challenge));
    assert!(!url.as_str().contains(verifier));
}

#[tokio::test]
async fn a_code_goes_as_a_form_with_the_client_in_the_body() {
    let server = Server::in_turn([Reply::new(200, TOKENS)]).await;
    let grant = exchange(&client(&server.url), None).await.expect("a grant");
    let request = server.only();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/oauth/token?kept=1");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.header("authorization"), None);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", "hush-hush-code"),
        ("redirect_uri", "https://patchbay.example/callback"),
        ("client_id", "the client"),
        ("client_secret", "hush-hush-client"),
    ];
    assert_eq!(request.form(), expected(&fields));

    assert_eq!(grant.access.expose_secret(), "fresh");
    assert_eq!(
        grant.refresh.as_ref().map(ExposeSecret::expose_secret),
        Some("next")
    );
    assert_eq!(grant.expires_in, Some(Duration::from_secs(1800)));
    let scopes = ["read".to_owned(), "write".to_owned()];
    assert_eq!(grant.scopes.as_deref(), Some(&scopes[..]));
    assert_eq!(grant.extra["workspace"]["id"], 7);
    assert!(!grant.extra.contains_key("access_token"));
}

#[tokio::test]
async fn with_pkce_the_verifier_goes_along() {
    let server = Server::in_turn([Reply::new(200, TOKENS)]).await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    exchange(&client(&server.url), Some(verifier))
        .await
        .expect("a grant");
    let sent = ("code_verifier".to_owned(), verifier.to_owned());
    assert!(server.only().form().contains(&sent));
}

#[tokio::test]
async fn a_refresh_sends_no_redirect_uri() {
    let body = r#"{"access_token": "fresh", "token_type": "bearer"}"#;
    let server = Server::in_turn([Reply::new(200, body)]).await;
    let grant = refresh(&client(&server.url)).await.expect("a grant");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "hush-hush-refresh"),
        ("client_id", "the client"),
        ("client_secret", "hush-hush-client"),
    ];
    assert_eq!(server.only().form(), expected(&fields));
    assert_eq!(server.only().header("authorization"), None);
    assert!(grant.refresh.is_none() && grant.expires_in.is_none() && grant.scopes.is_none());
}

#[tokio::test]
async fn basic_authentication_keeps_the_secret_out_of_the_body() {
    let server = Server::in_turn([Reply::new(200, TOKENS)]).await;
    let mut client = client(&server.url);
    (client.id, client.auth) = ("me".to_owned(), ClientAuth::Basic);
    refresh(&client).await.expect("a grant");
    let request = server.only();
    // base64 of `me:hush-hush-client`
    let header = "Basic bWU6aHVzaC1odXNoLWNsaWVudA==";
    assert_eq!(request.header("authorization"), Some(header));
    assert!(!request.body.contains("hush-hush-client"));
}

#[tokio::test]
async fn a_form_beside_the_token_endpoint_brings_json_or_nothing() {
    let replies = [r#"{"active": true}"#, "", "<html>"].map(|body| Reply::new(200, body));
    let server = Server::in_turn(replies).await;
    let (client, url) = (
        client(&server.url),
        server.url.join("/revoke").expect("a URL"),
    );
    let outbound = outbound();
    let post = || client.post(&outbound, url.clone(), &[("token", "a&b")]);
    assert_eq!(post().await.expect("JSON")["active"], true);
    assert!(post().await.expect("nothing").is_null());
    assert!(matches!(post().await, Err(GrantError::Broken)));
    let fields = [
        ("client_id", "the client"),
        ("client_secret", "hush-hush-client"),
        ("token", "a&b"),
    ];
    assert_eq!(server.seen()[0].form(), expected(&fields));
    assert_eq!(server.seen()[0].path(), "/revoke");
}
