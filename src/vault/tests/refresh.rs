//! When a token is refreshed, how often, and what a refusal does.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn many_callers_on_two_replicas_cause_one_refresh() {
    let place = Place::new().await;
    let one = place.connected(EXPIRED).await;
    let other = place.replica();
    let callers = (0..100).map(|n| asking(if n % 2 == 0 { &one } else { &other }));
    for answer in join_all(callers).await {
        assert_eq!(answer.expect("it ran").expect("a token"), "access-1");
    }
    assert_eq!(place.calls(), 1);
    assert_eq!(pair(&other).await, is_pair(1));
}

#[tokio::test]
async fn many_who_met_a_401_cause_one_refresh() {
    let place = Place::new().await;
    let one = place.connected(FRESH).await;
    let other = place.replica();
    let rejected = SecretString::from("access-0");
    let owner = owner();
    let answers = join_all((0..100).map(|n| {
        let vault = if n % 2 == 0 { &one } else { &other };
        vault.rejected(&owner, PROVIDER, &rejected)
    }));
    for answer in answers.await {
        let token = answer.expect("a token");
        assert_eq!(token.access.expose_secret(), "access-1");
    }
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn a_token_is_refreshed_inside_the_margin_and_not_before() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    assert_eq!(token(&vault).await.expect("a token"), "access-0");
    assert_eq!(place.calls(), 0);
    place.clock.shift(FRESH - INSIDE_THE_MARGIN);
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
    let form = place.tokens.only().form();
    assert!(form.contains(&("refresh_token".to_owned(), "refresh-0".to_owned())));
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let place = Place::with(|| granted(r#""access_token": "access-1""#)).await;
    let vault = place.connected(EXPIRED).await;
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
    let expected = ("access-1".to_owned(), Some("refresh-0".to_owned()));
    assert_eq!(pair(&vault).await, expected);
}

#[tokio::test]
async fn a_refresh_goes_on_when_whoever_asked_is_gone() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    asked.abort();
    let _ = asked.await;
    place.tokens.release();
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn a_refusal_for_good_is_final_at_once() {
    for (error, state) in [
        ("invalid_grant", State::ActionNeeded),
        ("invalid_client", State::Misconfigured),
    ] {
        let body = format!(r#"{{"error": "{error}"}}"#);
        let place = Place::with(move || Reply::new(400, body.clone())).await;
        let vault = place.connected(EXPIRED).await;
        for _ in 0..3 {
            token(&vault).await.expect_err("a refusal");
        }
        assert_eq!(place.calls(), 1, "{error}");
        assert_eq!(stored(&vault).await.state, state);
    }
}

#[tokio::test]
async fn a_passing_fault_is_hidden_while_the_old_token_works() {
    let place = Place::with(|| Reply::new(503, "")).await;
    let vault = place.connected(INSIDE_THE_MARGIN).await;
    for _ in 0..5 {
        assert_eq!(token(&vault).await.expect("a token"), "access-0");
    }
    assert_eq!(
        (place.calls(), stored(&vault).await.state),
        (1, State::Connected)
    );
    place.clock.shift(INSIDE_THE_MARGIN);
    let error = token(&vault).await.expect_err("no token");
    assert!(matches!(error, TokenError::Passing));
    assert_eq!(
        (place.calls(), stored(&vault).await.state),
        (2, State::Retrying)
    );
    assert_eq!(pair(&vault).await, is_pair(0));
}
