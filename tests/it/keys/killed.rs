//! A rotation that is killed or stopped in the middle, and run again.

use futures_util::{StreamExt as _, stream};
use patchbay::clock::Entropy;
use patchbay::vault::cipher::Binding;
use patchbay::vault::{KeyRing, NamedKey};
use rustix::process::Signal;

use super::{KEYS, ROTATE, by_hand, figures, last, ring, run};
use crate::support::{Home, Redis};

const PEOPLE: u64 = 4000;

fn name(n: u64) -> String {
    format!("pb:{{acme.user{n}}}:connection:hubspot")
}

fn only(id: &str) -> KeyRing {
    let key = NamedKey {
        id: id.to_owned(),
        secret: [id.as_bytes()[0]; 32],
    };
    KeyRing::new(vec![key], Entropy::system()).expect("a ring")
}

fn with_binding<T>(n: u64, work: impl FnOnce(Binding<'_>) -> T) -> T {
    work(Binding {
        purpose: "connection",
        parts: &["acme", &format!("user{n}"), "hubspot"],
    })
}

/// Connections of many people, sealed with the old key.
async fn fill(redis: &Redis) {
    redis.cli(&["CONFIG", "SET", "appendfsync", "no"]);
    let (connection, old) = (by_hand(redis).await, only("old"));
    stream::iter(0..PEOPLE)
        .for_each_concurrent(64, async |n| {
            let sealed = with_binding(n, |binding| old.seal(binding, n.to_string().as_bytes()));
            let mut set = redis::cmd("HSET");
            set.arg(name(n)).arg("v").arg(n + 1).arg("r");
            set.arg(sealed.expect("sealed"));
            let done = set.query_async::<()>(&mut connection.clone()).await;
            done.expect("written");
        })
        .await;
    redis.cli(&["CONFIG", "SET", "appendfsync", "always"]);
}

/// How many scripts Redis has run, and so about how many records were written.
fn written(redis: &Redis) -> u64 {
    let stats = redis.cli(&["INFO", "commandstats"]);
    let calls = stats
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_evalsha:calls="));
    let number = calls.and_then(|calls| calls.split(',').next()?.parse().ok());
    number.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_is_killed_half_way_is_run_again_to_its_end() {
    let (redis, mut home) = (Redis::start(), Home::new());
    home.use_redis(&redis.url());
    home.set(KEYS, &ring(&["new", "old"]));
    run(&home, &["migrate"], 0).await;
    fill(&redis).await;

    for kill in [true, true, false] {
        let before = written(&redis);
        let mut program = home.start(ROTATE);
        while written(&redis) < before + 100 {
            assert!(!program.said().contains("In all"), "it was over too soon");
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        if kill {
            program.kill().await;
        } else {
            assert_eq!(program.end(Signal::TERM).await.code(), Some(1));
            let said = program.said();
            assert!(said.contains("can be run again at any time"), "{said}");
        }
    }
    let said = run(&home, ROTATE, 0).await;
    let new: u64 = last(&said)
        .split(", ")
        .find_map(|part| part.strip_suffix(" already new")?.parse().ok())
        .expect("a figure");
    assert!((300..PEOPLE).contains(&new), "{said}");
    assert_eq!(last(&said), figures(PEOPLE, PEOPLE - new, new, 0));

    let (mut connection, ring) = (by_hand(&redis).await, only("new"));
    for n in 0..PEOPLE {
        let mut get = redis::cmd("HGET");
        get.arg(name(n)).arg("r");
        let sealed: Vec<u8> = get.query_async(&mut connection).await.expect("a record");
        let plain = with_binding(n, |binding| ring.open(binding, &sealed));
        assert_eq!(plain.expect("it opens"), n.to_string().as_bytes());
    }
}
