//! The runner of migrations, with two made-up ones over several thousand keys.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use crate::store::migrate::{Each, MIGRATIONS, MigrateError, Migration, Schema};
use crate::store::{Store, keys};
use crate::testing;
use crate::testing::redis::Redis;

const KEYS: usize = 3000;
const GLOB: &str = "pb:session:*";

/// Each adds a letter, so that a key tells which ones it went through and how often.
const TWO: &[Migration] = &[
    adds(1, "return redis.call('APPEND', KEYS[1], 'a')"),
    adds(2, "return redis.call('APPEND', KEYS[1], 'b')"),
];

const fn adds(number: u32, script: &'static str) -> Migration {
    Migration {
        number,
        readable_since: number,
        each: Some(Each { keys: GLOB, script }),
    }
}

/// Without a wait for the disk at each write: nothing here is about power cuts.
fn quick(redis: Redis) -> Redis {
    redis.cli(&["CONFIG", "SET", "appendfsync", "no"]);
    redis
}

async fn fill(store: &Store, count: usize) {
    stream::iter(0..count)
        .for_each_concurrent(32, async |n| {
            let key = keys::session(&n.to_string());
            store.set(&key, b".", None).await.expect("written");
        })
        .await;
    // Beside the glob.
    let key = keys::pending("other");
    store.set(&key, b".", None).await.expect("written");
}

/// What stands under each of the keys, by number.
async fn values(store: &Store, count: usize) -> Vec<String> {
    stream::iter(0..count)
        .map(async |n| {
            let bytes = store.get(&keys::session(&n.to_string())).await;
            String::from_utf8(bytes.expect("read").expect("there")).expect("text")
        })
        .buffered(32)
        .collect()
        .await
}

async fn all_are(store: &Store, count: usize, value: &str) -> bool {
    values(store, count).await.iter().all(|held| held == value)
}

fn set_schema(redis: &Redis, number: &str, readable_since: &str) {
    let name = keys::schema().to_string();
    let fields = ["number", number, "readable_since", readable_since];
    redis.cli(&[&["HSET", &name][..], &fields[..]].concat());
}

async fn runs_over_all_keys_and_only_once(redis: Redis) {
    let store = testing::store(&redis);
    fill(&store, KEYS).await;
    assert_eq!(store.migrate(TWO).await.expect("migrated"), 2);
    assert!(all_are(&store, KEYS, ".ab").await);
    let other = store.get(&keys::pending("other")).await.expect("read");
    assert_eq!(other.as_deref(), Some(&b"."[..]));
    assert_eq!(store.migrate(TWO).await.expect("nothing due"), 0);
    assert!(all_are(&store, KEYS, ".ab").await);
    let schema = store.schema().await.expect("a schema");
    let expected = Schema {
        number: 2,
        readable_since: 2,
    };
    assert_eq!(schema, expected);
    for left in [keys::migration_cursor(), keys::migration_lock()] {
        assert_eq!(redis.cli(&["EXISTS", left.as_str()]), "0", "{left}");
    }
}

async fn goes_on_where_an_earlier_run_was_cut_off(redis: Redis) {
    let store = testing::store(&redis);
    fill(&store, KEYS).await;
    // Half of the walk, as if it had been done by a run that was killed then.
    let (mut cursor, mut done) = ("0".to_owned(), HashSet::new());
    while done.len() < KEYS / 2 {
        let answer = redis.cli(&["SCAN", &cursor, "MATCH", GLOB, "COUNT", "500"]);
        let mut lines = answer.lines().map(str::to_owned);
        cursor = lines.next().expect("a cursor");
        done.extend(lines);
    }
    let field = match redis.cli(&["CLUSTER", "MYID"]) {
        id if id.len() == 40 => format!("1@{id} 0-16383"),
        _ => "1@only".to_owned(),
    };
    let hash = keys::migration_cursor().to_string();
    let info = redis.cli(&["INFO", "server"]).replace('\r', "");
    let run = info.lines().find_map(|line| line.strip_prefix("run_id:"));
    let place = format!("{cursor} {}", run.expect("the name of a run"));
    redis.cli(&["HSET", &hash, &field, &place]);

    assert_eq!(store.migrate(&TWO[..1]).await.expect("migrated"), 1);
    let (mut spared, mut seen) = (0, 0);
    for (n, value) in values(&store, KEYS).await.iter().enumerate() {
        let before = done.contains(keys::session(&n.to_string()).as_str());
        seen += usize::from(before);
        spared += usize::from(before && value == ".");
        assert!(before || value == ".a", "key {n} was left out: {value}");
    }
    // A table that still grows may have a few of them come again.
    assert!(spared > seen / 2, "{spared} of {seen} were not done again");
}

async fn begins_anew_where_an_earlier_run_was_cut_off_by_a_restart(mut redis: Redis) {
    let store = testing::store(&redis);
    fill(&store, KEYS).await;
    let hash = keys::migration_cursor().to_string();
    let (result, ()) = tokio::join!(store.migrate(&TWO[..1]), async {
        while redis.cli(&["HLEN", &hash]) != "1" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        redis.kill();
    });
    assert!(result.is_err(), "it had come to its end already");
    redis.revive();
    redis.cli(&["DEL", keys::migration_lock().as_str()]);
    while store.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(store.migrate(&TWO[..1]).await.expect("migrated"), 1);
    let values = values(&store, KEYS).await;
    assert_eq!(values.iter().filter(|value| *value == ".").count(), 0);
}

async fn is_refused_by_a_store_that_is_too_new(redis: Redis) {
    let store = testing::store(&redis);
    fill(&store, 10).await;
    set_schema(&redis, "9", "3");
    let error = store.migrate(TWO).await.expect_err("a refusal");
    assert!(
        matches!(
            error,
            MigrateError::TooNew {
                found: 9,
                needed: 3,
                known: 2
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("run a newer Patchbay"));
    assert!(all_are(&store, 10, ".").await);
    assert_eq!(store.schema().await.expect("a schema").number, 9);
}

async fn is_done_once_by_many_who_start_together(redis: Redis) {
    fill(&testing::store(&redis), KEYS).await;
    let runs = (0..4).map(|_| async {
        let store = testing::store(&redis);
        store.migrate(TWO).await.expect("migrated")
    });
    let done = futures_util::future::join_all(runs).await;
    assert_eq!(done.iter().sum::<usize>(), 2, "{done:?}");
    assert!(all_are(&testing::store(&redis), KEYS, ".ab").await);
}

macro_rules! on_both_kinds {
    ($($name:ident),*) => {
        mod single {
            use super::*;
            $(#[tokio::test] async fn $name() { super::$name(quick(Redis::of_kind(false))).await; })*
        }
        mod cluster {
            use super::*;
            $(#[tokio::test] async fn $name() { super::$name(quick(Redis::of_kind(true))).await; })*
        }
    };
}

on_both_kinds!(
    runs_over_all_keys_and_only_once,
    goes_on_where_an_earlier_run_was_cut_off,
    begins_anew_where_an_earlier_run_was_cut_off_by_a_restart,
    is_refused_by_a_store_that_is_too_new,
    is_done_once_by_many_who_start_together
);

#[tokio::test]
async fn a_newer_neighbour_that_we_can_read_is_left_alone() {
    let redis = quick(Redis::start());
    let store = testing::store(&redis);
    fill(&store, 10).await;
    set_schema(&redis, "3", "2");
    assert_eq!(store.migrate(TWO).await.expect("nothing due"), 0);
    assert!(all_are(&store, 10, ".").await);
    assert_eq!(store.schema().await.expect("a schema").number, 3);
}

#[tokio::test]
async fn only_what_is_due_runs() {
    let redis = quick(Redis::start());
    let store = testing::store(&redis);
    fill(&store, 10).await;
    set_schema(&redis, "1", "1");
    assert_eq!(store.migrate(TWO).await.expect("migrated"), 1);
    assert!(all_are(&store, 10, ".b").await);
}

#[tokio::test]
async fn one_that_fails_leaves_the_schema_and_frees_the_lock_for_the_next_try() {
    const PICKY: &[Migration] = &[adds(
        1,
        "if redis.call('GET', KEYS[1]) == 'bad' then return redis.error_reply('bad') end
         return redis.call('SET', KEYS[1], 'good')",
    )];
    let redis = quick(Redis::start());
    let store = testing::store(&redis);
    fill(&store, 10).await;
    let name = keys::session("7");
    redis.cli(&["SET", name.as_str(), "bad"]);
    assert!(store.migrate(PICKY).await.is_err());
    assert_eq!(store.schema().await.expect("a schema").number, 0);
    redis.cli(&["SET", name.as_str(), "."]);
    assert_eq!(store.migrate(PICKY).await.expect("migrated"), 1);
    assert!(all_are(&store, 10, "good").await);
}

#[tokio::test]
async fn a_runner_that_lost_its_lock_stops() {
    // As if another replica had found the lock run out, and had taken it.
    const ROBBED: &[Migration] = &[adds(1, "return redis.call('SET', KEYS[1], 'walked')")];
    let redis = quick(Redis::start());
    let store = testing::store(&redis);
    fill(&store, KEYS).await;
    let lock = keys::migration_lock().to_string();
    let (result, ()) = tokio::join!(store.migrate(ROBBED), async {
        while redis.cli(&["EXISTS", &lock]) == "0" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        redis.cli(&["SET", &lock, "another"]);
    });
    assert!(matches!(result, Err(MigrateError::Busy)), "{result:?}");
    assert_eq!(store.schema().await.expect("a schema").number, 0);
    assert_eq!(redis.cli(&["GET", &lock]), "another");
}

#[test]
fn the_real_ones_are_in_order() {
    let numbers: Vec<u32> = MIGRATIONS.iter().map(|one| one.number).collect();
    let counted: Vec<u32> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, counted);
    assert!(
        MIGRATIONS
            .iter()
            .all(|one| one.readable_since <= one.number)
    );
}
