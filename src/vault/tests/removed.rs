//! What cannot be read: thrown away where its owner disconnects, and left alone where nobody asks for that.

use super::*;

/// A record that nobody has used for longer than is allowed.
async fn forgotten(place: &Place) -> Vault {
    let vault = place.connected(FRESH).await;
    place.clock.shift(SignedDuration::from_hours(24 * 31));
    vault
}

/// What damages a record so that it is none any more, with `K` for its key.
const DAMAGES: [&[&str]; 3] = [
    &["HDEL", "K", "r"],
    &["HSET", "K", "v", "no number"],
    &["SET", "K", "x"],
];

fn key() -> String {
    keys::connection(&owner(), PROVIDER).to_string()
}

fn damage(place: &Place, how: &[&str]) {
    let key = key();
    let with_key = |word: &&str| {
        if *word == "K" {
            key.clone()
        } else {
            (*word).to_owned()
        }
    };
    let words: Vec<String> = how.iter().map(with_key).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    place.redis.cli(&words);
}

fn lies_there(place: &Place) -> bool {
    place.redis.cli(&["EXISTS", &key()]) == "1"
}

#[tokio::test]
async fn what_nobody_used_is_forgotten_only_by_who_can_read_it() {
    let place = Place::new().await;
    let vault = forgotten(&place).await;
    let without_its_key = place.replica_with_key("another");
    let removed = without_its_key.remove_unused(&owner(), PROVIDER).await;
    assert!(matches!(removed, Ok(Removed::Nothing)), "{removed:?}");
    assert_eq!(pair(&vault).await, is_pair(0));
    gone(vault.remove_unused(&owner(), PROVIDER).await);
    assert!(!lies_there(&place));
}

#[tokio::test]
async fn what_is_damaged_is_not_forgotten_for_want_of_use() {
    for how in DAMAGES {
        let place = Place::new().await;
        let vault = forgotten(&place).await;
        damage(&place, how);
        let removed = vault.remove_unused(&owner(), PROVIDER).await;
        assert!(matches!(removed, Ok(Removed::Nothing)), "{removed:?}");
        assert!(lies_there(&place), "{how:?}");
    }
}

#[tokio::test]
async fn a_disconnect_takes_what_is_damaged_away_and_says_that_there_was_something() {
    for how in DAMAGES {
        let place = Place::new().await;
        let vault = place.connected(FRESH).await;
        damage(&place, how);
        let removed = vault.remove(&owner(), PROVIDER).await;
        assert!(matches!(removed, Ok(Removed::Unreadable)), "{removed:?}");
        assert!(!lies_there(&place), "{how:?}");
        let again = vault.remove(&owner(), PROVIDER).await;
        assert!(matches!(again, Ok(Removed::Nothing)), "{again:?}");
    }
}

#[tokio::test]
async fn a_disconnect_takes_a_record_away_whose_key_is_gone() {
    let place = Place::new().await;
    place.connected(FRESH).await;
    let without_its_key = place.replica_with_key("another");
    let removed = without_its_key.remove(&owner(), PROVIDER).await;
    assert!(matches!(removed, Ok(Removed::Unreadable)), "{removed:?}");
    assert!(!lies_there(&place));
}

#[tokio::test]
async fn a_reconnect_takes_the_place_of_what_is_damaged() {
    for how in DAMAGES {
        let place = Place::new().await;
        let vault = place.connected(FRESH).await;
        damage(&place, how);
        let anew = place.connection("access-1", "refresh-1", FRESH);
        vault.put(&owner(), PROVIDER, &anew).await.expect("stored");
        assert_eq!(pair(&vault).await, is_pair(1), "{how:?}");
    }
}

#[tokio::test]
async fn the_key_that_a_record_lacks_is_named_and_what_is_damaged_names_none() {
    let place = Place::new().await;
    let vault = place.connected(FRESH).await;
    let without_its_key = place.replica_with_key("another");
    let named = without_its_key.missing_key(&owner(), PROVIDER).await;
    assert_eq!(named.expect("an answer").as_deref(), Some("one"));
    for how in DAMAGES {
        damage(&place, how);
        let named = vault.missing_key(&owner(), PROVIDER).await;
        assert_eq!(named.expect("an answer"), None, "{how:?}");
    }
}
