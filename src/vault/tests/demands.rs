//! Tokens that were refused, tokens that are wanted newer, and what is said where there is none.

use super::*;

async fn refused(vault: &Vault, token: &str) -> Result<bool, TokenError> {
    let token = SecretString::from(token);
    vault.refused(&owner(), PROVIDER, &token).await
}

async fn renew(vault: &Vault, insist: bool) -> Result<String, TokenError> {
    let token = vault.renew(&owner(), PROVIDER, insist).await?;
    Ok(token.access.expose_secret().to_owned())
}

/// A connection whose token was given a moment ago.
async fn just_given(place: &Place) -> Vault {
    place.connected(SignedDuration::from_mins(30)).await
}

#[tokio::test]
async fn a_refusal_of_a_token_that_is_another_by_now_says_nothing() {
    let place = Place::new().await;
    let vault = just_given(&place).await;
    assert!(refused(&vault, "of-before").await.expect("an answer"));
    assert_eq!(stored(&vault).await.state, State::Connected);
    assert_eq!(place.calls(), 0);
}

#[tokio::test]
async fn a_refusal_of_a_fresh_token_is_the_end_and_asks_for_no_other() {
    let place = Place::new().await;
    let vault = just_given(&place).await;
    for _ in 0..2 {
        assert!(!refused(&vault, "access-0").await.expect("an answer"));
    }
    let after = stored(&vault).await;
    let expected = (State::ActionNeeded, Some(Ended::Refused));
    assert_eq!((after.state, after.ended), expected);
    assert!(after.last_error.is_some());
    let error = token(&vault).await.expect_err("no token");
    assert!(matches!(error, TokenError::Ended(Ended::Refused)));
    assert_eq!(place.calls(), 0);
}

#[tokio::test]
async fn a_refusal_of_a_token_of_a_while_ago_asks_for_another_once() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    assert!(refused(&vault, "access-0").await.expect("an answer"));
    assert_eq!(pair(&vault).await, is_pair(1));
    assert_eq!(place.calls(), 1);
    // That one is fresh now.
    assert!(!refused(&vault, "access-1").await.expect("an answer"));
    assert_eq!(stored(&vault).await.ended, Some(Ended::Refused));
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn a_refusal_of_a_token_that_has_ended_asks_for_another_however_young_it_is() {
    let place = Place::new().await;
    let vault = place.replica();
    let mut connection = place.connection("access-0", "refresh-0", EXPIRED);
    connection.credential.issued_at = place.clock.now() - SignedDuration::from_secs(6);
    let put = vault.put(&owner(), PROVIDER, &connection).await;
    put.expect("stored");
    assert!(refused(&vault, "access-0").await.expect("an answer"));
    assert_eq!(pair(&vault).await, is_pair(1));
    assert_eq!(stored(&vault).await.state, State::Connected);
}

#[tokio::test]
async fn a_refusal_that_is_known_while_a_refresh_runs_outlives_its_failure() {
    let place = Place::with(|| Reply::new(503, "")).await;
    let vault = just_given(&place).await;
    place.tokens.hold();
    let another = tokio::spawn({
        let (vault, old) = (vault.clone(), SecretString::from("access-0"));
        async move { vault.rejected(&owner(), PROVIDER, &old).await }
    });
    place.tokens.asked(1).await;
    let replica = place.replica();
    assert!(!refused(&replica, "access-0").await.expect("an answer"));
    place.tokens.release();
    let error = another.await.expect("it ran").expect_err("no token");
    assert!(matches!(error, TokenError::Ended(Ended::Refused)));
    let after = stored(&vault).await;
    let expected = (State::ActionNeeded, Some(Ended::Refused));
    assert_eq!((after.state, after.ended), expected);
}

#[tokio::test]
async fn a_refusal_without_a_connection_is_told_as_such() {
    let place = Place::new().await;
    let error = refused(&place.replica(), "access-0").await;
    assert!(matches!(error, Err(TokenError::NotConnected)));
}

#[tokio::test]
async fn a_newer_token_is_had_before_the_stored_one_is_due() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    assert_eq!(renew(&vault, false).await.expect("a token"), "access-1");
    assert_eq!(renew(&vault, true).await.expect("a token"), "access-2");
    assert_eq!(pair(&vault).await, is_pair(2));
}

#[tokio::test]
async fn who_insists_is_let_through_before_the_next_try_but_not_at_once() {
    let place = Place::with(|| Reply::new(503, "")).await;
    let vault = place.connected(FRESH).await;
    // Each failure doubles the pause: after the fifth it is 40 seconds at least.
    for failures in 1..=5 {
        let kept = renew(&vault, false).await.expect("the old one works");
        assert_eq!((kept.as_str(), place.calls()), ("access-0", failures));
        if failures < 5 {
            place.clock.shift(SignedDuration::from_mins(2));
        }
    }
    renew(&vault, true).await.expect("the old one works");
    assert_eq!(place.calls(), 5, "right after the last try");
    place.clock.shift(SignedDuration::from_secs(6));
    renew(&vault, false).await.expect("the old one works");
    assert_eq!(place.calls(), 5, "the pause is not over");
    renew(&vault, true).await.expect("the old one works");
    assert_eq!(place.calls(), 6);
    let after = stored(&vault).await;
    assert_eq!(after.state, State::Connected, "a token in use works");
}

#[tokio::test]
async fn no_failure_tells_a_secret() {
    let echo = r#"{"error": "invalid_grant", "error_description": "refresh-0 of secret"}"#;
    let bodies = [
        (400, echo),
        (503, "refresh-0"),
        (200, "access-0"),
        (401, echo),
    ];
    for (status, body) in bodies {
        let place = Place::with(move || Reply::new(status, body)).await;
        let vault = place.connected(EXPIRED).await;
        let error = token(&vault).await.expect_err("no token");
        let after = stored(&vault).await;
        let told = format!("{error} {error:?} {:?} {after:?}", after.history);
        is_silent(&told);
    }
    let mut place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.redis.kill();
    let error = token(&vault).await.expect_err("no token");
    assert!(matches!(error, TokenError::Own(_)));
    is_silent(&format!("{error} {error:?}"));
}

fn is_silent(told: &str) {
    for secret in ["access-0", "refresh-0", "secret"] {
        let told = told.replace("SecretBox", "").to_lowercase();
        assert!(!told.contains(secret), "{told}");
    }
}
