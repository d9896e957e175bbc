//! The mark of a refresh: written before the provider is asked, and what it tells after a crash.

use std::sync::{Mutex, OnceLock};

use super::*;

/// A provider that looks into the store while it is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_provider_is_asked_only_after_the_attempt_was_written_down() {
    let vault: Arc<OnceLock<Vault>> = Arc::default();
    let found: Arc<Mutex<Vec<Connection>>> = Arc::default();
    let (looks, finds) = (Arc::clone(&vault), Arc::clone(&found));
    let place = Place::with(move || {
        let look = stored(looks.get().expect("a vault"));
        let runtime = tokio::runtime::Handle::current();
        let seen = tokio::task::block_in_place(|| runtime.block_on(look));
        finds.lock().expect("unlocked").push(seen);
        granted(r#""access_token": "access-1", "refresh_token": "refresh-1""#)
    })
    .await;
    let replica = place.connected(EXPIRED).await;
    assert!(vault.set(place.replica()).is_ok());
    assert_eq!(token(&replica).await.expect("a token"), "access-1");
    let found = found.lock().expect("unlocked").clone();
    let [seen] = found.as_slice() else {
        panic!("asked {} times", found.len());
    };
    let attempt = seen.attempt.as_ref().expect("a mark");
    assert!(attempt.open && !attempt.in_doubt);
    assert_eq!(stored(&replica).await.attempt, None);
}

/// What a Redis that takes no writes leaves as it was.
async fn asks_nobody(place: &Place, vault: &Vault) {
    let before = stored(vault).await;
    for _ in 0..2 {
        let error = token(vault).await.expect_err("no token");
        assert!(matches!(error, TokenError::Own(_)), "{error:?}");
    }
    assert_eq!(place.calls(), 0, "the provider was asked");
    let after = stored(vault).await;
    assert_eq!((after.state, after.attempt), (before.state, before.attempt));
    assert_eq!(after.history, before.history);
    assert!(after.retry.is_none() && after.last_error.is_none());
}

#[tokio::test]
async fn a_redis_without_room_changes_nothing_and_asks_nobody() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    place.redis.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    asks_nobody(&place, &vault).await;
    place.redis.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
    assert_eq!(stored(&vault).await.state, State::Connected);
}

/// The lock can be taken, the record cannot be written.
#[tokio::test]
async fn a_record_that_takes_no_mark_asks_nobody() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let narrow = ["ACL", "SETUSER", "default", "resetkeys", "%R~*"];
    let locks = ["~pb:refresh:*"];
    assert_eq!(place.redis.cli(&[&narrow[..], &locks].concat()), "OK");
    asks_nobody(&place, &vault).await;
    place.redis.cli(&["ACL", "SETUSER", "default", "allkeys"]);
    assert_eq!(token(&vault).await.expect("a token"), "access-1");
}

/// A token of the past, of which a process that died had just asked for a fresh one.
async fn left_open(place: &Place) -> Vault {
    let vault = place.replica();
    let mut connection = place.connection("access-0", "refresh-0", EXPIRED);
    connection.attempt = Some(Attempt {
        id: "of-the-dead".to_owned(),
        at: place.clock.now(),
        in_doubt: false,
        open: true,
    });
    let put = vault.put(&owner(), PROVIDER, &connection).await;
    put.expect("stored");
    vault
}

const OVER: SignedDuration = SignedDuration::from_secs(31);

#[tokio::test]
async fn an_attempt_that_a_crash_left_open_is_waited_for_and_then_made_again() {
    let place = Place::new().await;
    let vault = left_open(&place).await;
    let asked = [asking(&vault), asking(&place.replica())];
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(asked.iter().all(|asked| !asked.is_finished()));
    assert_eq!(place.calls(), 0, "it may still be under way");
    place.clock.shift(OVER);
    for asked in asked {
        let answer = asked.await.expect("it ran");
        assert_eq!(answer.expect("a token"), "access-1");
    }
    assert_eq!(place.calls(), 1);
    let after = stored(&vault).await;
    assert_eq!((after.state, after.attempt), (State::Connected, None));
    let told = after.history.iter().any(|it| it.text.contains("broke off"));
    assert!(told, "{:?}", after.history);
}

/// As when a machine's clock is set: Redis has dropped the lock then, and the mark looks an hour old.
#[tokio::test]
async fn an_attempt_is_waited_for_whatever_the_clock_is_set_to() {
    for set in [1, -1] {
        let place = Place::new().await;
        let vault = left_open(&place).await;
        place.clock.jump(SignedDuration::from_hours(set));
        let renewed = async { vault.renew(&owner(), PROVIDER, true).await };
        // By a clock that is behind the token works, and is what one gets.
        let early = tokio::time::timeout(Duration::from_millis(600), renewed).await;
        assert_eq!(place.calls(), 0, "it may still be under way: {early:?}");
        place.clock.shift(OVER);
        let renewed = vault.renew(&owner(), PROVIDER, true).await;
        assert_eq!(renewed.expect("a token").access.expose_secret(), "access-1");
        assert_eq!(place.calls(), 1);
    }
}

#[tokio::test]
async fn a_refusal_after_an_attempt_that_broke_off_says_that_the_tokens_were_lost() {
    let place = Place::with(|| Reply::new(400, r#"{"error": "invalid_grant"}"#)).await;
    let vault = left_open(&place).await;
    place.clock.shift(OVER);
    for _ in 0..2 {
        let error = token(&vault).await.expect_err("a refusal");
        assert!(matches!(error, TokenError::Ended(Ended::Lost)), "{error:?}");
    }
    assert_eq!(place.calls(), 1);
    let after = stored(&vault).await;
    let expected = (State::ActionNeeded, Some(Ended::Lost));
    assert_eq!((after.state, after.ended), expected);
}

/// A clock that runs far ahead elsewhere must not keep a connection waiting for ever.
#[tokio::test]
async fn an_attempt_of_the_far_future_blocks_nobody() {
    let place = Place::new().await;
    let vault = left_open(&place).await;
    place.clock.shift(-SignedDuration::from_mins(5));
    let connection = stored(&vault).await;
    let alive = connection.credential.is_alive(place.clock.now());
    assert!(alive, "by this clock it is no more due");
    let newer = vault.renew(&owner(), PROVIDER, true).await;
    assert_eq!(newer.expect("a token").access.expose_secret(), "access-1");
}
