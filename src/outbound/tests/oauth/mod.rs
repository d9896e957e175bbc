//! The authorize address and the token endpoint: what is sent, and how every sort of answer is read.

mod asked;
mod odd;
mod outcomes;
mod refusals;
mod tokens;

use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::outbound::oauth::{BodyEncoding, Client, ClientAuth, Grant, GrantError};

const TOKENS: &str = r#"{"access_token": "fresh", "token_type": "bearer", "refresh_token": "next",
    "expires_in": 1800, "scope": "read write", "workspace": {"id": 7}}"#;

fn client(server: &url::Url) -> Client {
    Client {
        service: "example",
        id: "the client".to_owned(),
        secret: Some(SecretString::from(format!("{SECRET}-client"))),
        auth_url: "https://provider.example/authorize?optional_scope=a%20b&kept=1"
            .parse()
            .expect("a URL"),
        token_url: server.join("/oauth/token?kept=1").expect("a URL"),
        revoke_url: None,
        redirect_uri: "https://patchbay.example/callback".parse().expect("a URL"),
        auth: ClientAuth::Body,
        body: BodyEncoding::Form,
        headers: &[],
    }
}

async fn exchange(client: &Client, verifier: Option<&str>) -> Result<Grant, GrantError> {
    let code = SecretString::from(format!("{SECRET}-code"));
    let verifier = verifier.map(SecretString::from);
    client.exchange(&outbound(), &code, verifier.as_ref()).await
}

async fn refresh(client: &Client) -> Result<Grant, GrantError> {
    let token = SecretString::from(format!("{SECRET}-refresh"));
    client.refresh(&outbound(), &token).await
}

/// Exchanges and refreshes against an answer, both of which must fail alike and say nothing secret.
async fn failure(reply: Reply) -> GrantError {
    let server = Server::in_turn([reply]).await;
    let client = client(&server.url);
    let mut errors = Vec::new();
    for result in [exchange(&client, None).await, refresh(&client).await] {
        let error = result.err().expect("a failure");
        says_nothing_secret(&error);
        errors.push(error);
    }
    assert_eq!(server.seen().len(), 2, "a code or token is not sent twice");
    assert_eq!(format!("{:?}", errors[0]), format!("{:?}", errors[1]));
    errors.remove(0)
}
