//! An operator with a Redis that may lose what it has acknowledged: the start and `patchbay config` say so.

use rustix::process::Signal;

use crate::support::{Home, Redis};

const EVICTS: [&str; 4] = ["--maxmemory-policy", "allkeys-lru", "--maxmemory", "100mb"];
const FORGETS: [&str; 2] = ["--appendonly", "no"];

async fn configured(home: &Home) -> String {
    let output = home.run(&["config"]).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    said
}

/// What it says where something is wrong.
async fn misconfigured(home: &Home) -> String {
    let output = home.run(&["config"]).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

/// What stands under the warnings of `patchbay config`.
fn warnings(said: &str) -> Vec<&str> {
    let lines = said.lines().skip_while(|line| *line != "Warnings:");
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    lines.collect()
}

fn at(redis: &Redis) -> Home {
    let mut home = Home::new();
    home.use_redis(&redis.url());
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_redis_may_lose_is_said_at_the_start_and_in_the_configuration() {
    let redis = Redis::with(&[&EVICTS[..], &FORGETS].concat());
    let home = at(&redis);
    let said = configured(&home).await;
    let found = warnings(&said);
    assert_eq!(found.len(), 2, "{said}");
    assert!(
        found[0].contains("allkeys-lru") && found[0].contains("LOST"),
        "{said}"
    );
    assert!(found[1].contains("no append-only file"), "{said}");

    let mut program = home.serve().await;
    for warning in &found {
        let warning = warning.trim_start_matches("- ");
        assert!(
            program.said().contains(warning),
            "no '{warning}' in {}",
            program.said()
        );
    }
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_loses_nothing_is_not_talked_about() {
    let redis = Redis::with(&["--maxmemory", "100mb"]);
    let home = at(&redis);
    let said = configured(&home).await;
    assert!(!said.contains("Warnings:"), "{said}");
    let mut program = home.serve().await;
    assert!(!program.said().contains("WARN"), "{}", program.said());
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_redis_that_cannot_be_asked_it_is_said_that_it_does_not_answer() {
    let mut redis = Redis::start();
    let home = at(&redis);
    redis.freeze();
    let said = misconfigured(&home).await;
    assert!(said.contains("Redis: does not answer"), "{said}");
    redis.thaw();
    redis.kill();
    let said = misconfigured(&home).await;
    assert!(said.contains("Redis: does not answer"), "{said}");
    assert_eq!(warnings(&said), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn for_the_configuration_the_embedded_redis_is_neither_started_nor_asked() {
    let home = Home::new();
    let said = configured(&home).await;
    assert!(!said.contains("Warnings:"), "{said}");
    assert_eq!(home.embedded_redis(), None);
}
