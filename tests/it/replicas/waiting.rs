//! A replica that starts before its Redis is there.

use rustix::process::Signal;

use crate::support::{Home, Redis};

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_starts_before_its_redis_says_what_it_waits_for_and_serves_then() {
    let mut redis = Redis::start();
    let mut home = Home::new();
    let address = redis.url();
    home.use_redis(&address.replacen("://", "://nobody:pa55word@", 1));
    redis.kill();
    let mut program = home.start(&["serve"]);
    let waits = format!(
        "waiting for Redis at {}, 30 s at most",
        address.replacen("://", "://***@", 1)
    );
    program.says(&waits).await;
    let check = home.run(&["healthcheck"]).await;
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert_eq!(check.status.code(), Some(1));
    assert!(said.contains("does not answer"), "{said}");
    home.use_redis(&address);
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    assert!(!program.said().contains("pa55word"), "{}", program.said());

    let mut program = home.start(&["serve"]);
    program.says("waiting for Redis").await;
    redis.revive();
    program.says("Patchbay is ready").await;
    assert!(program.said().contains("answers"), "{}", program.said());
    home.browser().sign_in("acme", "ada").await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}
