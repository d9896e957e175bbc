//! What happens to a connection, or to Redis, while the provider is being asked for a fresh token.

use super::*;

#[tokio::test]
async fn a_reconnect_during_a_refresh_is_not_overwritten_by_the_older_grant() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    let reconnected = place.connection("access-new", "refresh-new", FRESH);
    let put = place.replica().put(&owner(), PROVIDER, &reconnected).await;
    put.expect("stored");
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-new");
    let expected = ("access-new".to_owned(), Some("refresh-new".to_owned()));
    assert_eq!(pair(&vault).await, expected);
}

#[tokio::test]
async fn a_reconnect_during_a_refusal_stays_connected() {
    let place = Place::with(|| Reply::new(400, r#"{"error": "invalid_grant"}"#)).await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    let reconnected = place.connection("access-new", "refresh-new", FRESH);
    let put = vault.put(&owner(), PROVIDER, &reconnected).await;
    put.expect("stored");
    place.tokens.release();
    let _ = asked.await.expect("it ran");
    assert_eq!(stored(&vault).await.state, State::Connected);
    assert_eq!(token(&vault).await.expect("a token"), "access-new");
}

#[tokio::test]
async fn a_disconnect_during_a_refresh_stays_a_disconnect() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    gone(vault.remove(&owner(), PROVIDER).await);
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert!(matches!(answer, Err(TokenError::NotConnected)));
    assert!(
        vault
            .get(&owner(), PROVIDER)
            .await
            .expect("an answer")
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_was_granted_while_redis_died_is_held_and_stored_later() {
    let mut place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    place.redis.kill();
    place.tokens.release();
    // The answer has come and was tried to be stored, in vain: whoever asked need not wait for that.
    let error = asked.await.expect("it ran").expect_err("no token yet");
    assert!(matches!(error, TokenError::Own(_)), "{error:?}");
    assert_eq!(vault.held(), 1);
    place.redis.revive();
    assert_eq!(until_stored(&vault).await, "access-1");
    assert_eq!(vault.held(), 0);
    assert_eq!(pair(&place.replica()).await, is_pair(1));
    assert_eq!(place.calls(), 1);
}

/// The token, as soon as there is one.
async fn until_stored(vault: &Vault) -> String {
    loop {
        match token(vault).await {
            Ok(token) => return token,
            Err(TokenError::Own(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_pair_granted_beside_anothers_refusal_of_the_spent_token_heals_the_connection() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    // Another replica, whose lock ran out, was told that the token is spent.
    let mut withdrawn = stored(&vault).await;
    withdrawn.enter(State::ActionNeeded, place.clock.now(), "Withdrawn");
    vault
        .put(&owner(), PROVIDER, &withdrawn)
        .await
        .expect("stored");
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-1");
    assert_eq!(stored(&vault).await.state, State::Connected);
}

/// Disconnects, and connects anew: the record is another one, though it lies where the old one lay.
async fn connect_anew(place: &Place, vault: &Vault) {
    gone(vault.remove(&owner(), PROVIDER).await);
    let anew = place.connection("access-new", "refresh-new", FRESH);
    let put = place.replica().put(&owner(), PROVIDER, &anew).await;
    put.expect("stored");
}

async fn is_the_new_one(vault: &Vault) {
    let expected = ("access-new".to_owned(), Some("refresh-new".to_owned()));
    assert_eq!(pair(vault).await, expected);
    assert_eq!(stored(vault).await.state, State::Connected);
    assert_eq!(token(vault).await.expect("a token"), "access-new");
}

#[tokio::test]
async fn a_connection_made_anew_during_a_refresh_is_not_overwritten_by_the_older_grant() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    connect_anew(&place, &vault).await;
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-new");
    is_the_new_one(&vault).await;
}

#[tokio::test]
async fn a_connection_made_anew_during_a_refusal_is_not_the_one_that_was_refused() {
    for (status, error) in [
        (400, "invalid_grant"),
        (400, "invalid_client"),
        (503, "busy"),
    ] {
        let body = format!(r#"{{"error": "{error}"}}"#);
        let place = Place::with(move || Reply::new(status, body.clone())).await;
        let vault = place.connected(EXPIRED).await;
        place.tokens.hold();
        let asked = asking(&vault);
        place.tokens.asked(1).await;
        connect_anew(&place, &vault).await;
        place.tokens.release();
        let answer = asked.await.expect("it ran");
        if error == "invalid_grant" {
            assert_eq!(answer.expect("a token"), "access-new");
        }
        is_the_new_one(&vault).await;
    }
}

#[tokio::test]
async fn no_version_comes_again_after_a_disconnect() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let version = async || {
        let stored = vault.get(&owner(), PROVIDER).await.expect("an answer");
        stored.expect("a connection").version
    };
    let mut seen = vec![version().await];
    for _ in 0..5 {
        connect_anew(&place, &vault).await;
        seen.push(version().await);
    }
    let unique: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(unique.len(), seen.len(), "{seen:?}");
}
