//! Redis, its password, the keys, and the data folder of an embedded one.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;

use super::server::Answering;
use super::{check, config};
use crate::support::redis::{Cluster, Sentinels};
use crate::support::{Home, Redis, not_tried};

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

/// What is said of the Redis at an address that does not work, and what a start says of it.
async fn of_a_wrong(url: &str) -> [String; 2] {
    let mut home = Home::new();
    home.use_redis(url);
    let said = config(&home, &[], 1).await;
    let (verdict, text) = check(&said, "Redis");
    assert_eq!(verdict, "wrong", "{text}");
    let start = home.run(&["serve"]).await;
    assert_eq!(start.status.code(), Some(1));
    let started = String::from_utf8_lossy(&start.stderr).into_owned();
    [text.to_owned(), started]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_redis_by_itself_is_called_what_it_is() {
    let cluster = Cluster::start();
    for said in of_a_wrong(&cluster.nodes[0].url().replace("-cluster", "")).await {
        assert!(said.contains("redis-cluster://"), "{said}");
        assert!(!said.contains("password"), "{said}");
    }
    let sentinels = Sentinels::start();
    let url = sentinels.url();
    let first = url.split([',', '/']).nth(2).expect("an address");
    for said in of_a_wrong(&format!("redis://{first}")).await {
        assert!(said.contains("redis-sentinel://"), "{said}");
        assert!(!said.contains("password"), "{said}");
    }
    let other = Answering::with(|_| (200, String::new()), 0);
    let single = Redis::of_kind(false);
    for url in [
        other.url("").replace("http://", "redis://"),
        format!("{}/99", single.url()),
    ] {
        for said in of_a_wrong(&url).await {
            assert!(!said.contains("password"), "{url}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_store_that_this_version_can_read_is_called_that() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    redis.cli(&["HSET", "pb:schema", "readable_since", "1", "number", "99"]);
    let said = config(&home, &[], 0).await;
    let (verdict, text) = check(&said, "Redis");
    assert_eq!(verdict, "ok");
    assert!(
        text.contains("schema 99, of a newer Patchbay, which this one can read"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_a_start_could_not_use_is_named() {
    for (entry, is_folder) in [
        ("patchbay.lock", true),
        ("redis", false),
        ("keys.toml", true),
    ] {
        let home = Home::new();
        let data = home.folder().join("data");
        DirBuilder::new().mode(0o700).create(&data).expect("made");
        let path = data.join(entry);
        match is_folder {
            true => fs::create_dir(&path).expect("made"),
            false => fs::write(&path, "").expect("written"),
        }
        let said = config_of_broken(&home).await;
        let (verdict, text) = check(&said, "Data folder");
        assert_eq!(verdict, "wrong", "{entry}: {text}");
        assert!(text.contains(&path.display().to_string()), "{text}");
    }
}

/// What `patchbay config` printed, which need not come as far as the checks.
async fn config_of_broken(home: &Home) -> String {
    let output = home.run(&["config"]).await;
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_is_named() {
    let home = Home::new();
    let apart = ["--mount", "--map-root-user", "sh", "-c"];
    let tried = [&apart[..], &["true"]].concat();
    if !home.run_program("unshare", &tried).await.status.success() {
        not_tried("a disk without room, since nobody may mount anything here");
        return;
    }
    let small =
        "mkdir -p data && mount -t tmpfs -o size=512k,mode=0700 none data && exec \"$0\" config";
    let all = [&apart[..], &[small, env!("CARGO_BIN_EXE_patchbay")]].concat();
    let output = home.run_program("unshare", &all).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (verdict, text) = check(&said, "Data folder");
    assert!(
        verdict == "wrong" && text.contains("disk is full"),
        "{said}"
    );
}
