//! Connections that hold one grant: renewed together, found again where one was left behind, ended alone.

use super::*;
use crate::testing::http::Request;

/// Another org's person with the same account.
fn other() -> Owner {
    Owner {
        org: "other".to_owned(),
        user: "user".to_owned(),
    }
}

/// A provider that rotates: each refresh token is good once, the first is `refresh-0`.
fn rotating() -> impl Fn(&Request) -> Reply {
    let spent = AtomicUsize::new(0);
    move |request| {
        let form = request.form();
        let sent = form.iter().find(|(name, _)| name == "refresh_token");
        let live = format!("refresh-{}", spent.load(Ordering::SeqCst));
        if sent.is_none_or(|(_, token)| *token != live) {
            return Reply::new(400, r#"{"error": "invalid_grant"}"#);
        }
        let n = spent.fetch_add(1, Ordering::SeqCst) + 1;
        let tokens = format!(r#""access_token": "access-{n}", "refresh_token": "refresh-{n}""#);
        granted(&tokens)
    }
}

/// Two connections of one pair, at a provider that rotates.
async fn two(left: SignedDuration) -> (Place, Vault) {
    let place = Place {
        redis: Redis::start(),
        tokens: Server::start(rotating()).await,
        clock: Clock::system(),
    };
    let vault = place.replica();
    for owner in [owner(), other()] {
        put(&place, &owner, "access-0", "refresh-0", left).await;
    }
    (place, vault)
}

async fn put(place: &Place, owner: &Owner, access: &str, refresh: &str, left: SignedDuration) {
    let connection = place.connection(access, refresh, left);
    let put = place.replica().put(owner, PROVIDER, &connection).await;
    put.expect("stored");
}

async fn of(vault: &Vault, owner: &Owner) -> Connection {
    let stored = vault.get(owner, PROVIDER).await.expect("an answer");
    stored.expect("a connection").connection
}

async fn access(vault: &Vault, owner: &Owner) -> String {
    let access = of(vault, owner).await.credential.access;
    access.expose_secret().to_owned()
}

async fn ask(vault: &Vault, owner: &Owner) -> Result<String, TokenError> {
    let token = vault.fresh_token(owner, PROVIDER).await?;
    Ok(token.access.expose_secret().to_owned())
}

/// Puts a record back to what it was, and perhaps says that access has ended.
async fn leave_behind(vault: &Vault, owner: &Owner, old: &Connection, ended: Option<Ended>) {
    let changed = vault.change(owner, PROVIDER, |_| {
        let mut next = old.clone();
        if let Some(ended) = ended {
            next.state = State::ActionNeeded;
            next.ended = Some(ended);
        }
        Some(next)
    });
    changed.await.expect("stored");
}

#[tokio::test]
async fn one_refresh_gives_both_the_fresh_pair() {
    let (place, vault) = two(EXPIRED).await;
    assert_eq!(ask(&vault, &owner()).await.expect("a token"), "access-1");
    assert_eq!(access(&vault, &other()).await, "access-1");
    assert_eq!(ask(&vault, &other()).await.expect("a token"), "access-1");
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn both_at_once_on_two_replicas_cause_one_refresh() {
    let (place, one) = two(EXPIRED).await;
    let replica = place.replica();
    let (owner, other) = (owner(), other());
    place.tokens.hold();
    let both = async { tokio::join!(ask(&one, &owner), ask(&replica, &other)) };
    let ((ours, theirs), ()) = tokio::join!(both, async {
        place.tokens.asked(1).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        place.tokens.release();
    });
    assert_eq!(ours.expect("a token"), "access-1");
    assert_eq!(theirs.expect("a token"), "access-1");
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn installs_of_their_own_access_tokens_and_one_refresh_token_are_renewed_together() {
    let place = Place::with(|| granted(r#""access_token": "access-1""#)).await;
    let vault = place.replica();
    put(&place, &owner(), "access-a", "refresh-0", EXPIRED).await;
    put(&place, &other(), "access-b", "refresh-0", EXPIRED).await;
    for owner in [owner(), other()] {
        assert_eq!(ask(&vault, &owner).await.expect("a token"), "access-1");
    }
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn who_was_left_behind_finds_the_newer_pair_when_the_old_one_is_refused() {
    let (place, vault) = two(EXPIRED).await;
    let old = of(&vault, &other()).await;
    ask(&vault, &owner()).await.expect("a token");
    leave_behind(&vault, &other(), &old, None).await;
    let found = ask(&place.replica(), &other()).await;
    assert_eq!(found.expect("a token"), "access-1");
    assert_eq!(of(&vault, &other()).await.state, State::Connected);
    assert_eq!(place.calls(), 2, "one of them refused");
}

#[tokio::test]
async fn who_was_left_behind_and_declared_dead_heals_at_the_next_use() {
    for ended in [Ended::Withdrawn, Ended::Lost] {
        let (place, vault) = two(EXPIRED).await;
        let old = of(&vault, &other()).await;
        ask(&vault, &owner()).await.expect("a token");
        leave_behind(&vault, &other(), &old, Some(ended)).await;
        let found = ask(&place.replica(), &other()).await;
        assert_eq!(found.expect("a token"), "access-1");
        assert_eq!(of(&vault, &other()).await.state, State::Connected);
        assert_eq!(place.calls(), 1);
    }
}

#[tokio::test]
async fn who_leaves_hands_the_newer_pair_on() {
    let (place, vault) = two(EXPIRED).await;
    let old = of(&vault, &other()).await;
    let first = old.credential.id().to_string();
    ask(&vault, &owner()).await.expect("a token");
    leave_behind(&vault, &other(), &old, None).await;
    // The list tells that this one was not reached, as after a crash in between.
    let list = keys::account(PROVIDER, "").to_string();
    let name = keys::connection(&other(), PROVIDER).to_string();
    place.redis.cli(&["HSET", &list, &name, &first]);
    let leaving = of(&vault, &owner()).await;
    gone(vault.remove(&owner(), PROVIDER).await);
    assert_eq!(access(&vault, &other()).await, "access-1");
    let credential = &leaving.credential;
    let ended = vault.let_go(&owner(), PROVIDER, "", credential).await;
    assert_eq!(ended, Revocation::Shared);
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn the_same_pair_again_changes_nothing_for_the_others() {
    let (place, vault) = two(FRESH).await;
    let before = of(&vault, &other()).await;
    put(&place, &owner(), "access-0", "refresh-0", FRESH).await;
    gone(vault.remove(&owner(), PROVIDER).await);
    let after = of(&vault, &other()).await;
    assert_eq!(after.history, before.history);
    assert_eq!(after.refreshed_at, before.refreshed_at);
    assert_eq!(place.calls(), 0);
}

/// Two installs whose access tokens are each their own: the older one is no gift.
#[tokio::test]
async fn who_leaves_hands_no_older_access_token_on() {
    let place = Place::new().await;
    let vault = place.replica();
    put(&place, &owner(), "access-a", "refresh-0", EXPIRED).await;
    put(&place, &other(), "access-b", "refresh-0", FRESH).await;
    gone(vault.remove(&owner(), PROVIDER).await);
    assert_eq!(access(&vault, &other()).await, "access-b");
}

/// A reconnect of the one, with another grant, does not make the other's dead tokens look alive.
#[tokio::test]
async fn tokens_that_were_withdrawn_heal_nobody() {
    let (place, vault) = two(EXPIRED).await;
    let dead = of(&vault, &owner()).await;
    for owner in [owner(), other()] {
        leave_behind(&vault, &owner, &dead, Some(Ended::Withdrawn)).await;
    }
    put(&place, &owner(), "access-new", "refresh-new", FRESH).await;
    let error = ask(&vault, &other()).await.expect_err("no token");
    assert!(matches!(error, TokenError::Ended(Ended::Withdrawn)));
    assert_eq!(of(&vault, &other()).await.state, State::ActionNeeded);
    assert_eq!(place.calls(), 0);
}

/// Nor does a pair that came later and was refused as well.
#[tokio::test]
async fn a_newer_pair_that_was_refused_heals_nobody() {
    let (place, vault) = two(EXPIRED).await;
    let old = of(&vault, &other()).await;
    ask(&vault, &owner()).await.expect("a token");
    leave_behind(&vault, &other(), &old, Some(Ended::Withdrawn)).await;
    let newer = of(&vault, &owner()).await;
    leave_behind(&vault, &owner(), &newer, Some(Ended::Withdrawn)).await;
    let error = ask(&vault, &other()).await.expect_err("no token");
    assert!(matches!(error, TokenError::Ended(Ended::Withdrawn)));
    assert_eq!(place.calls(), 1);
}
