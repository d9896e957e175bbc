//! Redis, its password, the keys, and the data folder of an embedded one.

use super::{check, config};
use crate::support::{Home, Redis};

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_is_away_or_lets_nobody_in_is_told_apart() {
    let mut redis = Redis::of_kind(false);
    redis.cli(&["CONFIG", "SET", "requirepass", "right"]);
    let mut home = Home::new();
    home.use_redis(&redis.url().replace("redis://", "redis://:wrong@"));
    let said = config(&home, &[], 1).await;
    let (verdict, text) = check(&said, "Redis");
    assert_eq!(verdict, "wrong");
    assert!(
        text.contains("refuses us") && text.contains("password"),
        "{text}"
    );
    home.set(
        "REDIS_URL",
        &redis.url().replace("redis://", "redis://:right@"),
    );
    let said = config(&home, &[], 0).await;
    assert_eq!(check(&said, "Redis").0, "ok");
    redis.kill();
    let said = config(&home, &[], 1).await;
    let (verdict, text) = check(&said, "Redis");
    assert_eq!(verdict, "wrong");
    assert!(text.contains("does not answer"), "{text}");
    assert_eq!(check(&said, "Clock").0, "unknown");
    let said = config(&home, &["--offline"], 0).await;
    assert_eq!(check(&said, "Redis").0, "unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_takes_no_writes_or_holds_a_newer_store_is_named() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    redis.cli(&["HSET", "pb:schema", "readable_since", "99", "number", "99"]);
    let said = config(&home, &[], 1).await;
    assert!(
        check(&said, "Redis")
            .1
            .contains("a newer Patchbay (schema 99"),
        "{said}"
    );
    redis.cli(&["DEL", "pb:schema"]);
    redis.cli(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    let said = config(&home, &[], 1).await;
    assert!(
        check(&said, "Redis").1.contains("takes no writes"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_stored_credentials_want_is_named() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let sandbox = crate::support::start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    let said = config(&home, &[], 0).await;
    let (_, text) = check(&said, "Encryption keys");
    assert!(
        text.contains("'test' encrypts; the one stored credential"),
        "{text}"
    );
    drop(program);
    let keys = format!("other:{}", "A".repeat(43) + "=");
    home.set("PATCHBAY_ENCRYPTION_KEYS", &keys);
    let said = config(&home, &[], 1).await;
    let (verdict, text) = check(&said, "Encryption keys");
    assert_eq!(verdict, "wrong");
    assert!(
        text.contains("1 of 1") && text.contains("the key(s) test in"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_redis_is_looked_for_and_not_started() {
    let home = Home::new();
    let said = config(&home, &[], 0).await;
    assert!(
        check(&said, "Data folder").1.contains("will be made"),
        "{said}"
    );
    assert!(
        check(&said, "Redis").1.contains("a private one is started"),
        "{said}"
    );
    assert!(
        check(&said, "Encryption keys")
            .1
            .contains("made at the first start"),
        "{said}"
    );
    assert!(!home.folder().join("data").exists(), "something was made");
    assert_eq!(home.embedded_redis(), None);

    let program = home.serve().await;
    let said = config(&home, &[], 0).await;
    assert!(
        check(&said, "Data folder").1.contains("is ours alone"),
        "{said}"
    );
    assert!(
        check(&said, "Redis").1.contains("answers and takes writes"),
        "{said}"
    );
    assert_eq!(check(&said, "Encryption keys").0, "ok");
    drop(program);

    let mut bare = Home::new();
    bare.set("PATH", "/nowhere");
    let said = config(&bare, &[], 1).await;
    let (verdict, text) = check(&said, "Redis");
    assert!(
        verdict == "wrong" && text.contains("apt-get install redis-server"),
        "{text}"
    );
}
