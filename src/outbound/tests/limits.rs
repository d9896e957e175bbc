//! Limits that calls keep together, by a store that they share.

use super::*;
use crate::outbound::{RateHeaders, Why};
use crate::testing::outbound_over;
use crate::testing::redis::Redis;

const NAMES: RateHeaders = RateHeaders {
    max: "x-max",
    remaining: "x-left",
    interval_ms: "x-per",
};

fn rate(requests: u32, ms: u64) -> Rate {
    Rate {
        requests,
        per: Duration::from_millis(ms),
    }
}

/// A replica's call.
fn replica(redis: &Redis, target: Target) -> Call {
    Call::new(outbound_over(redis), target, Arc::<Tokens>::default())
}

/// How many of the requests so far lie between the first and a second after it.
fn in_the_first_second(server: &Server) -> usize {
    let seen = server.seen();
    let first = seen.iter().map(|one| one.at).min().expect("a request");
    let near = |at: std::time::Instant| at - first < Duration::from_secs(1);
    seen.iter().filter(|one| near(one.at)).count()
}

#[tokio::test]
async fn two_replicas_keep_one_limit() {
    let (redis, server) = (Redis::start(), Server::in_turn([ok()]).await);
    let target = Target {
        rate: Some(rate(4, 1_500)),
        ..target(server.url.clone())
    };
    let (one, other) = (replica(&redis, target.clone()), replica(&redis, target));
    let calls = (0..8).map(|n| get(if n % 2 == 0 { &one } else { &other }));
    for answer in futures_util::future::join_all(calls).await {
        answer.expect("an answer");
    }
    assert_eq!(server.seen().len(), 8);
    assert!(in_the_first_second(&server) <= 4);
}

#[tokio::test]
async fn a_wait_for_the_limit_can_be_seen() {
    let (redis, server) = (Redis::start(), Server::in_turn([ok()]).await);
    let target = Target {
        rate: Some(rate(1, 1_000)),
        ..target(server.url.clone())
    };
    let call = replica(&redis, target);
    get(&call).await.expect("an answer");
    assert_eq!(call.counts().waiting(), None);
    let look = async {
        loop {
            if let Some(waiting) = call.counts().waiting() {
                return waiting;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (answer, waiting) = tokio::join!(get(&call), look);
    answer.expect("an answer");
    assert_eq!(waiting.why, Why::Limit);
    assert!(waiting.until <= tokio::time::Instant::now());
}

#[tokio::test]
async fn an_announced_limit_holds_for_a_replica_that_never_heard_of_it() {
    let redis = Redis::start();
    let told = |left: &str| {
        let reply = ok().with("x-max", "3").with("x-left", left);
        reply.with("x-per", "60000")
    };
    let server = Server::in_turn([told("2"), told("1"), told("0")]).await;
    let target = Target {
        rate: Some(rate(40, 60_000)),
        announced_by: Some(NAMES),
        ..target(server.url.clone())
    };
    let (one, other) = (
        replica(&redis, target.clone()),
        replica(&redis, target.clone()),
    );
    get(&one).await.expect("an answer");
    get(&one).await.expect("an answer");
    get(&other).await.expect("an answer");
    let error = other.check(Request::get("/me")).await;
    assert!(matches!(error, Err(CallError::Busy(_))), "{error:?}");
    // The operator's own rate is obeyed whatever is announced.
    let own = Target {
        announced_by: None,
        ..target
    };
    get(&replica(&redis, own)).await.expect("an answer");
}

#[tokio::test]
async fn a_request_counts_in_a_unit_beside_the_account_or_in_place_of_it() {
    let (redis, server) = (Redis::start(), Server::in_turn([ok()]).await);
    let minute = |requests| Some(rate(requests, 60_000));
    let call = replica(
        &redis,
        Target {
            rate: minute(2),
            others: vec![("base", minute(1)), ("search", minute(1))],
            ..target(server.url.clone())
        },
    );
    let things = || Request::get("/things");
    let passes = async |request: Request| match call.check(request).await {
        Ok(()) => true,
        Err(CallError::Busy(_)) => false,
        Err(error) => panic!("{error:?}"),
    };
    assert!(passes(things().apart("search")).await);
    assert!(!passes(things().apart("search")).await);
    // A search has used up nothing of the account; a base has.
    assert!(passes(things().within("base", "one")).await);
    assert!(!passes(things().within("base", "one")).await);
    assert!(passes(things().within("base", "two")).await);
    assert!(!passes(things()).await);
    assert!(!passes(things().within("base", "three")).await);
}

#[tokio::test]
async fn without_its_store_a_check_ends_at_once_and_blames_nobody_else() {
    let server = Server::in_turn([ok()]).await;
    let target = Target {
        rate: Some(rate(40, 10_000)),
        ..target(server.url.clone())
    };
    let call = Call::new(outbound(), target, Arc::<Tokens>::default());
    let error = call
        .check(Request::get("/me"))
        .await
        .expect_err("a failure");
    assert_eq!(name(&error), "store");
    assert!(
        error
            .to_string()
            .contains("Patchbay cannot reach its store")
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_outlasts_a_redis_that_is_away() {
    let (mut redis, server) = (Redis::start(), Server::in_turn([ok()]).await);
    let target = Target {
        rate: Some(rate(40, 10_000)),
        ..target(server.url.clone())
    };
    let call = replica(&redis, target);
    get(&call).await.expect("an answer");
    redis.kill();
    let back = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(
            server.seen().len(),
            1,
            "nothing is sent that is not counted"
        );
        redis.revive();
    };
    let (answer, ()) = tokio::join!(get(&call), back);
    answer.expect("an answer");
}
