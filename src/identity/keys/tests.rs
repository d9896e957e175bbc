//! Keys in a Redis of their own, with a clock that is moved.

use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::identity::{Coming, NewPerson, People, Role, SetupKey};
use crate::testing::{self, redis::Redis};

struct World {
    keys: ApiKeys,
    clock: Clock,
    redis: Redis,
}

impl World {
    fn new() -> Self {
        let (redis, clock) = (Redis::start(), Clock::system());
        let store = testing::store(&redis);
        Self {
            keys: ApiKeys::new(store, clock.clone(), Entropy::system()),
            clock,
            redis,
        }
    }

    async fn make(&self, user: &str, life: Option<Duration>) -> (ApiKey, SecretKey) {
        let owner = owner(user);
        let made = self.keys.create(&owner, new("sync", life), &by()).await;
        made.expect("a key")
    }
}

fn by() -> By {
    By::operator()
}

fn owner(user: &str) -> Owner {
    Owner {
        org: "acme".to_owned(),
        user: user.to_owned(),
    }
}

fn new(name: &str, life: Option<Duration>) -> New {
    New {
        name: name.to_owned(),
        scopes: vec![Scope::TokensRead, Scope::ItemsRead, Scope::TokensRead],
        life,
        id: None,
    }
}

#[tokio::test]
async fn a_key_opens_its_owners_things_and_only_its_hash_is_kept() {
    let world = World::new();
    let (made, secret) = world.make("ada", None).await;
    let found = world.keys.check(secret.expose()).await.expect("let in");
    assert_eq!(found.owner, owner("ada"));
    assert_eq!(found.scopes, [Scope::ItemsRead, Scope::TokensRead]);
    assert!(found.may(Scope::TokensRead) && !found.may(Scope::ContactsWrite));
    assert_eq!((found.id, found.name), (made.id, "sync".to_owned()));
    for name in world.redis.cli(&["KEYS", "pb:*"]).lines() {
        let all = world.redis.cli(&["HGETALL", name]);
        assert!(!format!("{name}{all}").contains(secret.expose()));
    }
    let unknown = SecretKey::new(&Entropy::system());
    let refused = world.keys.check(unknown.expose()).await;
    assert!(matches!(refused, Err(NoKey::Unknown)));
    let refused = world.keys.check("pb_nothing").await;
    assert!(matches!(refused, Err(NoKey::Malformed)));
}

#[tokio::test]
async fn a_key_ends_when_it_expires_or_is_revoked_and_says_which() {
    let world = World::new();
    let hour = Duration::from_secs(3_600);
    let (short, secret) = world.make("ada", Some(hour)).await;
    let (_, other) = world.make("ada", None).await;
    world.clock.shift(SignedDuration::from_mins(59));
    assert!(world.keys.check(secret.expose()).await.is_ok());
    world.clock.shift(SignedDuration::from_mins(1));
    let refused = world.keys.check(secret.expose()).await;
    assert!(matches!(refused, Err(NoKey::Expired(_))));
    assert_eq!(world.keys.of(&owner("ada")).await.expect("keys").len(), 2);

    assert!(
        !world
            .keys
            .revoke(&owner("bob"), &short.id, &by())
            .await
            .expect("an answer")
    );
    assert!(
        world
            .keys
            .revoke(&owner("ada"), &short.id, &by())
            .await
            .expect("an answer")
    );
    assert!(
        !world
            .keys
            .revoke(&owner("ada"), &short.id, &by())
            .await
            .expect("an answer")
    );
    let refused = world.keys.check(secret.expose()).await;
    assert!(matches!(refused, Err(NoKey::Revoked(_))));
    assert_eq!(world.keys.of(&owner("ada")).await.expect("keys").len(), 1);
    assert!(world.keys.check(other.expose()).await.is_ok());
}

#[tokio::test]
async fn everybody_has_their_own_keys_the_newest_first() {
    let world = World::new();
    let (first, _) = world.make("ada", None).await;
    world.clock.shift(SignedDuration::from_secs(1));
    let (second, _) = world.make("ada", None).await;
    let (of_bob, _) = world.make("bob", None).await;
    let ids = |keys: Vec<ApiKey>| keys.into_iter().map(|key| key.id).collect::<Vec<_>>();
    let of_ada = world.keys.of(&owner("ada")).await.expect("keys");
    assert_eq!(ids(of_ada), [second.id.clone(), first.id.clone()]);
    let found = world.keys.get(&owner("ada"), &of_bob.id).await;
    assert_eq!(found.expect("an answer"), None);
    let mut all = ids(world.keys.all().await.expect("keys"));
    all.sort();
    let mut expected = [first.id, second.id, of_bob.id];
    expected.sort();
    assert_eq!(all, expected);
}

#[tokio::test]
async fn a_use_is_noted_once_a_minute() {
    let world = World::new();
    let (_, secret) = world.make("ada", None).await;
    let used = async || {
        let keys = world.keys.of(&owner("ada")).await.expect("keys");
        keys.first().and_then(|key| key.used_at)
    };
    assert_eq!(used().await, None);
    world.keys.check(secret.expose()).await.expect("let in");
    let first = used().await.expect("a use");
    world.clock.shift(SignedDuration::from_secs(50));
    world.keys.check(secret.expose()).await.expect("let in");
    assert_eq!(used().await, Some(first));
    world.clock.shift(SignedDuration::from_secs(11));
    world.keys.check(secret.expose()).await.expect("let in");
    assert!(used().await > Some(first));
}

#[tokio::test]
async fn what_cannot_be_a_key_is_not_made() {
    let world = World::new();
    let make = async |new: New| {
        let made = world.keys.create(&owner("ada"), new, &by()).await;
        made.err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    for name in ["", "  ", "a\nb", &"x".repeat(TITLE_CHARS + 1)] {
        assert!(
            make(new(name, None)).await.starts_with("the name"),
            "{name:?}"
        );
    }
    for seconds in [0, 59, 24 * 60 * 60 * 3_661] {
        let life = Some(Duration::from_secs(seconds));
        assert!(make(new("sync", life)).await.starts_with("the expiry"));
    }
    let nothing = New {
        scopes: Vec::new(),
        ..new("sync", None)
    };
    assert!(make(nothing).await.contains("at least one scope"));
    assert_eq!(world.keys.of(&owner("ada")).await.expect("keys"), []);

    let by_form = New {
        id: Some(world.keys.id()),
        ..new("sync", None)
    };
    assert_eq!(make(by_form.clone()).await, "");
    assert!(make(by_form).await.contains("already"), "sent twice");
    for _ in 1..MOST_KEYS {
        assert_eq!(make(new("sync", None)).await, "");
    }
    assert!(make(new("sync", None)).await.contains("revoke one"));
}

#[tokio::test]
async fn a_key_stays_its_owners_whoever_looks_while_it_is_made() {
    let world = World::new();
    let (ada, by) = (owner("ada"), by());
    for round in 1..=30 {
        let look = async {
            for _ in 0..10 {
                world.keys.of(&ada).await.expect("keys");
            }
        };
        let make = world.keys.create(&ada, new("sync", None), &by);
        let (made, ()) = futures_util::future::join(make, look).await;
        let (key, _) = made.expect("a key");
        let found = world.keys.get(&ada, &key.id).await.expect("an answer");
        assert_eq!(found, Some(key), "lost in round {round}");
    }
}

#[tokio::test]
async fn a_form_that_is_sent_several_times_at_once_makes_one_key() {
    let world = World::new();
    let (ada, by) = (owner("ada"), by());
    for round in 1..=10 {
        let new = New {
            id: Some(world.keys.id()),
            ..new("sync", None)
        };
        let sendings = (0..4).map(|_| world.keys.create(&ada, new.clone(), &by));
        let made = futures_util::future::join_all(sendings).await;
        let made: Vec<_> = made.into_iter().filter_map(Result::ok).collect();
        assert_eq!(made.len(), 1, "in round {round}");
        assert!(world.keys.check(made[0].1.expose()).await.is_ok());
        let all = world.keys.all().await.expect("keys");
        assert_eq!(all.len(), round, "one is left that its owner cannot see");
    }
}

#[tokio::test]
async fn a_key_of_a_newer_version_lets_nobody_in_and_can_be_revoked() {
    let world = World::new();
    let (key, secret) = world.make("ada", None).await;
    let record = keys::api_key(&key.hash);
    let newer = String::from_utf8(record::encode(&key)).expect("text");
    let newer = newer.replacen("\"format\":1", "\"format\":2", 1);
    world.redis.cli(&["HSET", record.as_str(), "r", &newer]);
    let refused = world.keys.check(secret.expose()).await;
    assert!(matches!(refused, Err(NoKey::Unknown)));
    assert_eq!(world.keys.of(&owner("ada")).await.expect("keys"), []);
    // Though it is not shown here, its owner's id of it still ends it.
    let revoked = world.keys.revoke(&owner("ada"), &key.id, &by()).await;
    assert!(revoked.expect("an answer"));
    assert_eq!(world.redis.cli(&["EXISTS", record.as_str()]).trim(), "0");
}

#[tokio::test]
async fn a_key_that_no_index_names_can_be_revoked_all_the_same() {
    let world = World::new();
    let (key, secret) = world.make("ada", None).await;
    let index = keys::api_keys(&owner("ada"));
    world.redis.cli(&["DEL", index.as_str()]);
    assert!(world.keys.check(secret.expose()).await.is_ok());
    let all = world.keys.all().await.expect("keys");
    assert_eq!(all.first().map(|key| &key.id), Some(&key.id));
    assert!(
        world
            .keys
            .revoke_key(&all[0], &by())
            .await
            .expect("an answer")
    );
    let refused = world.keys.check(secret.expose()).await;
    assert!(matches!(refused, Err(NoKey::Revoked(_))));
}

#[tokio::test]
async fn who_left_an_org_gets_no_key_there() {
    let world = World::new();
    let store = testing::store(&world.redis);
    let (clock, entropy) = (world.clock.clone(), Entropy::system());
    let people = People::new(store, clock, entropy, SetupKey::derive(&[7; 64]));
    for user in ["ada", "bob"] {
        let new = NewPerson {
            owner: owner(user),
            role: Role::Admin,
            password: None,
        };
        people.add(new, &by(), Coming::Added).await.expect("added");
    }
    people.remove(&owner("bob"), &by()).await.expect("removed");
    let create = async |user: &str| {
        let (owner, by) = (owner(user), by());
        world.keys.create(&owner, new("sync", None), &by).await
    };
    assert!(create("ada").await.is_ok());
    assert!(create("nightly-sync").await.is_ok());
    assert!(matches!(create("bob").await, Err(CreateError::Left)));
}
