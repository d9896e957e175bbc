//! The lock of a refresh: kept while the provider is slow, given back by its owner alone, waited for.

use super::*;

/// The name of the lock of the stored grant.
async fn lock(vault: &Vault) -> String {
    let grant = stored(vault).await.credential.id().to_string();
    keys::refresh_lock(PROVIDER, &grant).to_string()
}

/// What the lock has left to live, in milliseconds; negative where there is none.
fn left(place: &Place, lock: &str) -> i64 {
    let left = place.redis.cli(&["PTTL", lock]);
    left.parse().expect("a number")
}

#[tokio::test]
async fn the_lock_is_renewed_while_the_provider_is_slow() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let lock = lock(&vault).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    // As if its holder had been at it for a while; the next renewal gives it its whole life again.
    let shorter = 20_000;
    place.redis.cli(&["PEXPIRE", &lock, &shorter.to_string()]);
    while left(&place, &lock) <= shorter {
        assert!(left(&place, &lock) > 0, "the lock ran out");
        assert!(!asked.is_finished(), "it was not renewed in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-1");
    assert!(left(&place, &lock) < 0, "the lock is given back");
}

#[tokio::test]
async fn a_lock_that_was_lost_is_not_taken_from_its_next_owner() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let lock = lock(&vault).await;
    place.tokens.hold();
    let asked = asking(&vault);
    place.tokens.asked(1).await;
    place.redis.cli(&["SET", &lock, "another", "PX", "60000"]);
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-1");
    assert_eq!(place.redis.cli(&["GET", &lock]), "another");
}

#[tokio::test]
async fn anothers_lock_is_waited_for_until_it_is_given_back_or_runs_out() {
    for life in ["60000", "700"] {
        let place = Place::new().await;
        let vault = place.connected(EXPIRED).await;
        let lock = lock(&vault).await;
        place.redis.cli(&["SET", &lock, "another", "PX", life]);
        let asked = asking(&vault);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!((place.calls(), asked.is_finished()), (0, false));
        if life == "60000" {
            place.redis.cli(&["DEL", &lock]);
        }
        let answer = asked.await.expect("it ran");
        assert_eq!(answer.expect("a token"), "access-1");
        assert_eq!(place.calls(), 1);
    }
}

#[tokio::test]
async fn who_waited_for_anothers_lock_takes_the_token_that_was_stored_meanwhile() {
    let place = Place::new().await;
    let vault = place.connected(EXPIRED).await;
    let lock = lock(&vault).await;
    place.redis.cli(&["SET", &lock, "another", "PX", "60000"]);
    let asked = asking(&vault);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let newer = place.connection("access-new", "refresh-new", FRESH);
    let put = place.replica().put(&owner(), PROVIDER, &newer).await;
    put.expect("stored");
    // The lock is still held: the token does, without it.
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-new");
    assert_eq!(place.calls(), 0);
}
