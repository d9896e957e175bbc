//! Which tokens are taken. What cannot be sent again in a header must never be stored.

use proptest::prelude::*;
use serde_json::json;

use super::odd::read;
use super::*;
use crate::outbound::oauth::TOKEN_BYTES;

fn answer(access: &str, refresh: &str) -> String {
    serde_json::json!({"access_token": access, "refresh_token": refresh, "token_type": "bearer"})
        .to_string()
}

#[tokio::test]
async fn an_access_token_that_cannot_stand_in_a_header_is_refused_with_its_pair() {
    let long = "x".repeat(TOKEN_BYTES + 1);
    for odd in [
        "a\nb",
        "a\r\nx-more: 1",
        "\u{0}",
        "\t",
        "\u{7f}",
        "clé",
        "\u{200b}",
        &long,
    ] {
        let error = failure(Reply::new(200, answer(odd, "good"))).await;
        assert!(matches!(error, GrantError::Broken), "{error:?}");
    }
}

#[tokio::test]
async fn a_refresh_token_of_odd_characters_goes_back_as_it_came() {
    let odd = "a\r\nb=1&c=2\u{0}clé\u{200b}";
    let server = Server::in_turn([Reply::new(200, answer("good", odd))]).await;
    let client = client(&server.url);
    let grant = refresh(&client).await.expect("a grant");
    let next = grant.refresh.expect("a refresh token");
    client.refresh(&outbound(), &next).await.expect("a grant");
    let sent = ("refresh_token".to_owned(), odd.to_owned());
    assert!(server.seen()[1].form().contains(&sent));
}

#[test]
fn a_refresh_token_that_is_none_costs_no_access_token() {
    let long = "x".repeat(TOKEN_BYTES + 1);
    for odd in [json!(null), json!(7), json!({}), json!(""), json!(long)] {
        let grant = read(&json!({"access_token": "fresh", "refresh_token": odd}));
        assert!(grant.refresh.is_none());
    }
}

#[tokio::test]
async fn tokens_as_long_as_any_are_kept_whole() {
    let long = "~".repeat(TOKEN_BYTES);
    let server = Server::in_turn([Reply::new(200, answer(&long, &long))]).await;
    let client = client(&server.url);
    for grant in [exchange(&client, None).await, refresh(&client).await] {
        let grant = grant.expect("a grant");
        assert_eq!(grant.access.expose_secret(), long);
        let next = grant.refresh.as_ref().map(ExposeSecret::expose_secret);
        assert_eq!(next, Some(&long[..]));
    }
}

/// A text that is often a token, and often nearly one.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,40}", "[ -~]{0,9}[^ -~][ -~]{0,9}", any::<String>()]
}

fn visible(text: &str) -> bool {
    text.chars().all(|c| (' '..='~').contains(&c))
}

proptest! {
    #[test]
    fn a_grant_holds_no_access_token_that_cannot_be_sent(access in text(), refresh in text()) {
        let grant = Grant::parse(answer(&access, &refresh).as_bytes());
        prop_assert_eq!(grant.is_ok(), !access.is_empty() && visible(&access));
        if let Ok(grant) = grant {
            prop_assert_eq!(grant.access.expose_secret(), &access);
            let header = http::HeaderValue::try_from(format!("Bearer {access}"));
            prop_assert!(header.is_ok());
            let kept = grant.refresh.as_ref().map(ExposeSecret::expose_secret);
            prop_assert_eq!(kept.unwrap_or_default(), &refresh);
        }
    }
}
