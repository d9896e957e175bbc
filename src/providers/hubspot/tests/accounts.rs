//! Who an account is: account-info, and the introspection of the access token.

use super::*;
use crate::outbound::CallError;
use crate::providers::Introduction;
use crate::testing::http::expected;

/// Answers account-info with the one and introspection with the other.
async fn server(details: Reply, introspection: Reply) -> Server {
    Server::start(move |request| match request.path() {
        "/account-info/2026-09/details" => details.clone(),
        "/oauth/2026-09/token/introspect" => introspection.clone(),
        other => panic!("asked for {other}"),
    })
    .await
}

async fn introduced(server: &Server) -> Result<Account, CallError> {
    let grant = testing::grant(serde_json::Map::new());
    let introduction = Introduction {
        call: &call(server),
        client: &client(server),
        outbound: &outbound(),
        grant: &grant,
    };
    HubSpot.account(introduction).await
}

#[tokio::test]
async fn an_account_has_its_hub_its_domain_and_its_pages() {
    let active = reply("introspect_access_active.json");
    let server = server(reply("account_info_details.json"), active).await;
    let account = introduced(&server).await.expect("an account");
    assert_eq!(
        (account.id.as_str(), account.name.as_str()),
        ("147000286", "example.com")
    );
    assert_eq!(account.extra[UI_HOST], "app-eu1.hubspot.com");
    let facts: Vec<&str> = account
        .facts
        .iter()
        .map(|(_, fact)| fact.as_str())
        .collect();
    assert_eq!(facts, ["147000286", "example.com", "app-eu1.hubspot.com"]);

    let seen = server.seen();
    assert_eq!(
        seen[0].header("authorization"),
        Some("Bearer secret-access-token")
    );
    let fields = [
        ("client_id", "client"),
        ("client_secret", CLIENT_SECRET),
        ("token", "secret-access-token"),
        ("token_type_hint", "access_token"),
    ];
    assert_eq!(seen[1].form(), expected(&fields));
}

#[tokio::test]
async fn without_a_domain_it_is_called_by_its_hub() {
    let answers = [
        reply("introspect_inactive.json"),
        Reply::new(500, "broken"),
        Reply::new(200, "<html>"),
        Reply::new(200, r#"{"hub_domain": "  "}"#),
        Reply::new(200, r#"{"hub_domain": 7}"#),
        Reply::new(200, "[]"),
        Reply::Reset,
    ];
    for introspection in answers {
        let server = server(reply("account_info_details.json"), introspection).await;
        let account = introduced(&server).await.expect("an account");
        assert_eq!(account.name, "Hub 147000286");
        assert_eq!(account.facts.len(), 2);
    }
}

#[tokio::test]
async fn pages_that_are_not_hubspots_are_not_believed() {
    let hosts = [
        r#""evil.example""#,
        r#""app.hubspot.com.evil.example""#,
        r#""evil.example/x.hubspot.com""#,
        r#""x@y.hubspot.com""#,
        "null",
        r#""""#,
    ];
    for host in hosts {
        let details = format!(r#"{{"portalId": 7, "uiDomain": {host}}}"#);
        let server = server(Reply::new(200, details), Reply::new(200, "{}")).await;
        let account = introduced(&server).await.expect("an account");
        assert_eq!(account.extra[UI_HOST], "app.hubspot.com", "{host}");
    }
}

#[tokio::test]
async fn without_a_hub_there_is_no_account() {
    let server = server(Reply::new(200, "{}"), Reply::new(200, "{}")).await;
    let error = introduced(&server).await.expect_err("a failure");
    assert!(matches!(error, CallError::Broken(_)), "{error}");
}
