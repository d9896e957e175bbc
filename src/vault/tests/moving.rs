//! Connections that are put back, and taken out as they were read.

use super::*;
use crate::vault::moving::Restored;

/// A connection as another Patchbay had it, which nobody has used since it was made.
fn elsewhere(place: &Place, access: &str, refresh: &str) -> Stored {
    Stored {
        connection: place.connection(access, refresh, FRESH),
        version: 9,
        used_at: None,
        seen_at: Some(place.clock.now()),
    }
}

async fn restore(vault: &Vault, stored: &Stored, replace: bool) -> Restored {
    let keeps = |_: Option<&Connection>| !replace;
    let restored = vault.restore(&owner(), PROVIDER, stored, keeps).await;
    restored.expect("an answer")
}

#[tokio::test]
async fn what_is_put_back_is_found_looked_after_and_not_forgotten() {
    let place = Place::new().await;
    let vault = place.replica();
    let mut stored = elsewhere(&place, "access-0", "refresh-0");
    stored.connection.connected_at -= SignedDuration::from_hours(24 * 300);
    assert!(matches!(
        restore(&vault, &stored, false).await,
        Restored::New
    ));
    assert_eq!(pair(&vault).await, is_pair(0));
    let due = vault.due_at(&owner(), PROVIDER).await.expect("an answer");
    assert!(due.expect("it is due some time") > place.clock.now());
    assert_eq!(vault.holders("org").await.expect("users"), ["user"]);
    let removed = vault.remove_unused(&owner(), PROVIDER).await;
    assert!(matches!(removed, Ok(Removed::Nothing)), "{removed:?}");
    let found = vault.connections_of("org").await.expect("connections");
    assert_eq!(found, [(owner(), PROVIDER.to_owned())]);
    assert!(vault.connections_of("or").await.expect("none").is_empty());
    assert!(vault.connections_of("*").await.expect("none").is_empty());

    // The same grant for somebody else: the two know each other as if they had been connected here.
    let bob = Owner {
        user: "bob".to_owned(),
        ..owner()
    };
    let keeps = |_: Option<&Connection>| true;
    let put = vault.restore(&bob, PROVIDER, &stored, keeps).await;
    assert!(matches!(put, Ok(Restored::New)), "{put:?}");
    let connection = &stored.connection;
    let sharers = vault.sharers(&owner(), PROVIDER, connection).await;
    assert_eq!(sharers.expect("an answer"), [bob]);
}

#[tokio::test]
async fn what_is_there_stays_or_makes_room() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let other = elsewhere(&place, "access-9", "refresh-9");
    let kept = restore(&vault, &other, false).await;
    assert!(matches!(kept, Restored::Kept(Some(_))), "{kept:?}");
    assert_eq!(pair(&vault).await, is_pair(0));
    let replaced = restore(&vault, &other, true).await;
    assert!(
        matches!(replaced, Restored::InPlaceOf(Some(_))),
        "{replaced:?}"
    );
    assert_eq!(pair(&vault).await, is_pair(9));
    // Also what cannot be read, or is no record.
    let with_another_key = place.replica_with_key("another");
    let kept = restore(&with_another_key, &other, false).await;
    assert!(matches!(kept, Restored::Kept(None)), "{kept:?}");
    let replaced = restore(&with_another_key, &other, true).await;
    assert!(
        matches!(replaced, Restored::InPlaceOf(None)),
        "{replaced:?}"
    );
    let key = keys::connection(&owner(), PROVIDER).to_string();
    place.redis.cli(&["DEL", &key]);
    place.redis.cli(&["SET", &key, "x"]);
    let replaced = restore(&vault, &other, true).await;
    assert!(
        matches!(replaced, Restored::InPlaceOf(None)),
        "{replaced:?}"
    );
    assert_eq!(pair(&vault).await, is_pair(9));
}

#[tokio::test]
async fn only_what_is_as_it_was_read_is_taken_out() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let read = vault.get(&owner(), PROVIDER).await.expect("an answer");
    let version = read.expect("a connection").version;
    // A look and a use change nothing of it.
    vault.note_look(&owner(), PROVIDER).await.expect("noted");
    place.clock.shift(SignedDuration::from_hours(1));
    token(&vault).await.expect("a token");
    let taken = vault.remove_as_read(&owner(), PROVIDER, version).await;
    assert!(!taken.expect("an answer"), "it was refreshed since");
    assert_eq!(pair(&vault).await, is_pair(1));
    let read = vault.get(&owner(), PROVIDER).await.expect("an answer");
    let version = read.expect("a connection").version;
    vault.note_look(&owner(), PROVIDER).await.expect("noted");
    let taken = vault.remove_as_read(&owner(), PROVIDER, version).await;
    assert!(taken.expect("an answer"));
    assert!(
        vault
            .get(&owner(), PROVIDER)
            .await
            .expect("an answer")
            .is_none()
    );
    assert_eq!(
        vault.due_at(&owner(), PROVIDER).await.expect("an answer"),
        None
    );
    assert_eq!(place.calls(), 1, "nothing is revoked");
}
