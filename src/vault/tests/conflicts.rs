//! What a provider wants us to wait for: 'this refresh token was used a moment ago', and 'too many requests'.

use std::sync::Mutex;

use super::*;

fn conflict() -> Reply {
    Reply::new(409, r#"{"error": "conflict"}"#)
}

fn spent() -> Reply {
    Reply::new(400, r#"{"error": "invalid_grant"}"#)
}

/// A provider that answers so, one after the other, and the last for good.
async fn place(replies: Vec<Reply>) -> (Place, Vault) {
    let replies = Mutex::new(replies.into_iter());
    let last = Mutex::new(None);
    let place = Place::with(move || {
        let mut last = last.lock().expect("unlocked");
        let next = replies.lock().expect("unlocked").next();
        *last = next.or(last.take());
        last.clone().expect("an answer")
    })
    .await;
    let vault = place.replica();
    let connection = place.connection("access-0", "refresh-0", EXPIRED);
    let put = vault.put(&owner(), ROTATING, &connection).await;
    put.expect("stored");
    (place, vault)
}

async fn ask(vault: &Vault) -> Result<String, TokenError> {
    let token = vault.fresh_token(&owner(), ROTATING).await?;
    Ok(token.access.expose_secret().to_owned())
}

async fn record(vault: &Vault) -> Connection {
    let stored = vault.get(&owner(), ROTATING).await.expect("an answer");
    stored.expect("a connection").connection
}

fn secs(time: i64) -> SignedDuration {
    SignedDuration::from_secs(time)
}

#[tokio::test]
async fn after_a_conflict_the_winners_pair_is_looked_for() {
    let (place, vault) = place(vec![conflict()]).await;
    let asked = tokio::spawn(async move { ask(&vault).await });
    place.tokens.asked(1).await;
    // The answer is there before the winner has stored what it was granted.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let winner = place.replica();
    let newer = place.connection("access-new", "refresh-new", FRESH);
    let put = winner.put(&owner(), ROTATING, &newer).await;
    put.expect("stored");
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-new");
    assert_eq!(record(&winner).await.state, State::Connected);
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn after_a_conflict_one_further_try_is_made_and_no_third() {
    let (place, vault) = place(vec![conflict()]).await;
    let error = ask(&vault).await.expect_err("no token");
    assert!(matches!(error, TokenError::Passing), "{error:?}");
    let after = record(&vault).await;
    assert_eq!((after.state, after.ended), (State::Retrying, None));
    place.clock.shift(secs(25));
    ask(&vault).await.expect_err("no token");
    let insisting = vault.renew(&owner(), ROTATING, true).await;
    insisting.expect_err("no token");
    assert_eq!(place.calls(), 1, "sooner than 30 s");
    place.clock.shift(secs(6));
    for _ in 0..3 {
        let error = ask(&vault).await.expect_err("no token");
        let lost = matches!(error, TokenError::Ended(Ended::Lost));
        assert!(lost, "{error:?}");
        place.clock.shift(secs(3_600));
    }
    assert_eq!(place.calls(), 2);
    assert_eq!(record(&vault).await.state, State::ActionNeeded);
}

#[tokio::test]
async fn the_try_after_a_conflict_may_be_good_or_tell_that_the_pair_is_lost() {
    let good = granted(r#""access_token": "access-1", "refresh_token": "refresh-1""#);
    for (second, state) in [(good, State::Connected), (spent(), State::ActionNeeded)] {
        let (place, vault) = place(vec![conflict(), second]).await;
        ask(&vault).await.expect_err("no token");
        place.clock.shift(secs(31));
        let answer = ask(&vault).await;
        let after = record(&vault).await;
        assert_eq!(after.state, state);
        match state {
            State::Connected => assert_eq!(answer.expect("a token"), "access-1"),
            _ => assert_eq!(after.ended, Some(Ended::Lost)),
        }
        assert_eq!(place.calls(), 2);
    }
}

#[tokio::test]
async fn too_many_requests_are_not_followed_by_another_before_the_named_time() {
    let busy = Reply::new(429, "{}").with("retry-after", "120");
    let good = granted(r#""access_token": "access-1", "refresh_token": "refresh-1""#);
    let (place, vault) = place(vec![busy, good]).await;
    ask(&vault).await.expect_err("no token");
    let after = record(&vault).await;
    assert_eq!(after.state, State::Retrying);
    assert_eq!(after.attempt, None, "nothing was done, says a 429");
    place.clock.shift(secs(100));
    ask(&vault).await.expect_err("no token");
    assert_eq!(place.calls(), 1);
    place.clock.shift(secs(21));
    assert_eq!(ask(&vault).await.expect("a token"), "access-1");
    assert_eq!(record(&vault).await.state, State::Connected);
}

#[tokio::test]
async fn another_processes_newer_pair_is_found_at_a_refusal() {
    let (place, vault) = place(vec![spent()]).await;
    place.tokens.hold();
    let asked = tokio::spawn({
        let vault = vault.clone();
        async move { ask(&vault).await }
    });
    place.tokens.asked(1).await;
    // It renewed the same grant, and its lock had run out.
    let owner = owner();
    let newer = place.connection("access-new", "refresh-new", FRESH);
    let stored = place.replica();
    let stored = stored.change(&owner, ROTATING, |before| {
        let mut next = before.clone();
        next.credential = newer.credential.clone();
        next.attempt = None;
        Some(next)
    });
    stored.await.expect("stored");
    place.tokens.release();
    let answer = asked.await.expect("it ran");
    assert_eq!(answer.expect("a token"), "access-new");
    assert_eq!(record(&vault).await.state, State::Connected);
    assert_eq!(place.calls(), 1);
}
