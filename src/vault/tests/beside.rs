//! What lies beside a connection: crowds at one account, strangers under our keys, clocks far ahead, lost lists.

use super::*;

fn person(n: usize) -> Owner {
    Owner {
        org: "org".to_owned(),
        user: format!("user{n}"),
    }
}

/// How many others use the grant of our connection.
async fn users_of(vault: &Vault, ours: &Connection) -> usize {
    let (owner, parts) = (owner(), &vault.parts);
    let users = parts.users_of(&owner, PROVIDER, "", &ours.credential);
    users.await.expect("an answer")
}

#[tokio::test]
async fn a_crowd_shares_a_grant() {
    let place =
        Place::with(|| granted(r#""access_token": "access-1", "refresh_token": "refresh-1""#))
            .await;
    let vault = place.replica();
    const ALL: usize = 260;
    for n in 0..ALL {
        let c = place.connection("access-0", "refresh-0", EXPIRED);
        vault.put(&person(n), PROVIDER, &c).await.expect("stored");
    }
    vault
        .fresh_token(&person(0), PROVIDER)
        .await
        .expect("a token");
    let mut old = 0;
    for n in 0..ALL {
        let c = vault
            .get(&person(n), PROVIDER)
            .await
            .expect("an answer")
            .expect("a connection")
            .connection;
        old += usize::from(c.credential.access.expose_secret() == "access-0");
    }
    assert_eq!(old, 0, "left behind");
}

#[tokio::test]
async fn one_who_shares_a_grant_is_found_in_a_crowd() {
    let place = Place::new().await;
    let vault = place.replica();
    // 250 colleagues with grants of their own at the same account; one of them shares ours.
    for n in 0..250 {
        let refresh = if n == 249 {
            "refresh-0".to_owned()
        } else {
            format!("own-{n}")
        };
        let c = place.connection("access-0", &refresh, FRESH);
        vault.put(&person(n), PROVIDER, &c).await.expect("stored");
    }
    let c = place.connection("access-0", "refresh-0", FRESH);
    assert_eq!(users_of(&vault, &c).await, 1, "in use by another");
}

#[tokio::test]
async fn a_stranger_under_a_relatives_key_does_not_hold_a_refresh_up() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let c = place.connection("access-0", "refresh-0", EXPIRED);
    vault.put(&person(1), PROVIDER, &c).await.expect("stored");
    let key = keys::connection(&person(1), PROVIDER);
    place.redis.cli(&["DEL", key.as_str()]);
    place.redis.cli(&["SET", key.as_str(), "x"]);
    let t = tokio::time::timeout(Duration::from_secs(8), token(&vault)).await;
    assert!(t.is_ok(), "it waits for ever");
}

#[tokio::test]
async fn a_stranger_does_not_keep_the_index_from_being_built() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let key = keys::connection(&person(1), PROVIDER);
    place.redis.cli(&["SET", key.as_str(), "x"]);
    assert!(vault.restore_index(key.as_str()).await.is_ok());
}

#[tokio::test]
async fn a_next_try_of_the_far_future_blocks_nobody() {
    let place = Place::new().await;
    let vault = place.replica();
    let mut c = place.connection("access-0", "refresh-0", EXPIRED);
    c.retry = Some(Retry {
        at: place.clock.now() + SignedDuration::from_hours(24 * 365),
        failures: 1,
        conflicts: 0,
        named: false,
    });
    vault.put(&owner(), PROVIDER, &c).await.expect("stored");
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
}

#[tokio::test]
async fn a_connection_that_was_made_anew_is_not_forgotten() {
    let place = Place::new().await;
    let vault = place.replica();
    let mut c = place.connection("access-0", "refresh-0", FRESH);
    c.connected_at = place.clock.now() - SignedDuration::from_hours(24 * 31);
    vault.put(&owner(), PROVIDER, &c).await.expect("stored");
    assert_eq!(
        vault
            .look_after(&owner(), PROVIDER)
            .await
            .expect("an answer"),
        Some(Task::Forget)
    );
    // Before the upkeep acts, the person uses it.
    vault
        .fresh_token(&owner(), PROVIDER)
        .await
        .expect("a token");
    let removed = vault.remove_unused(&owner(), PROVIDER).await;
    assert!(matches!(removed, Ok(Removed::Nothing)), "{removed:?}");
    assert!(
        vault
            .get(&owner(), PROVIDER)
            .await
            .expect("an answer")
            .is_some(),
        "used a moment ago"
    );
}

#[tokio::test]
async fn an_unconfigured_provider_keeps_a_token_that_lives() {
    let place = Place::new().await;
    let vault = place.connected(INSIDE_THE_MARGIN).await;
    let mut parts = std::sync::Arc::try_unwrap(vault.parts).ok().expect("one");
    parts.clients.clear();
    let vault = Vault {
        parts: Arc::new(parts),
    };
    assert_eq!(
        token(&vault).await.expect("a token that lives a minute"),
        "access-0"
    );
}

#[tokio::test]
async fn a_relative_that_is_being_made_is_not_taken_off_the_list() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let b = place.connection("access-0", "refresh-0", FRESH);
    // put() of another person: listed, not written yet.
    vault
        .parts
        .list(&person(1), PROVIDER, &b)
        .await
        .expect("an answer");
    // Somebody looks at the relatives just now.
    users_of(&vault, &b).await;
    vault
        .parts
        .write(&person(1), PROVIDER, 0, &b)
        .await
        .expect("an answer");
    assert_eq!(users_of(&vault, &b).await, 1, "in use by another");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_without_bytes_is_replaced_by_a_reconnect() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let key = keys::connection(&owner(), PROVIDER);
    place.redis.cli(&["HDEL", key.as_str(), "r"]);
    let c = place.connection("access-9", "refresh-9", FRESH);
    let put = tokio::time::timeout(Duration::from_secs(5), vault.put(&owner(), PROVIDER, &c)).await;
    assert!(put.is_ok(), "it turns for ever");
}

#[tokio::test]
async fn a_lost_list_of_an_account_is_put_right_by_a_use() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let b = place.connection("access-0", "refresh-0", FRESH);
    vault
        .put(&person(1), PROVIDER, &b)
        .await
        .expect("an answer");
    place
        .redis
        .cli(&["DEL", keys::account(PROVIDER, "").as_str()]);
    vault
        .look_after(&person(1), PROVIDER)
        .await
        .expect("an answer");
    vault
        .fresh_token(&person(1), PROVIDER)
        .await
        .expect("an answer");
    assert_eq!(users_of(&vault, &b).await, 1, "in use by another");
}

#[tokio::test]
async fn a_connection_that_is_stored_is_not_called_failed_for_what_comes_after() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let mut other = place.connection("access-9", "refresh-9", FRESH);
    other.account.id = "another".to_owned();
    // What leads from the account of before cannot be taken away.
    place.redis.cli(&["ACL", "SETUSER", "default", "-hdel"]);
    let stored = vault.put(&owner(), PROVIDER, &other).await;
    stored.expect("stored");
    assert_eq!(pair(&vault).await, is_pair(9));
}
