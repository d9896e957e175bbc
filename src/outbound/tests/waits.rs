//! How long a call waits when the provider has had too many requests.

use super::*;
use crate::testing::outbound_over;
use crate::testing::redis::Redis;

/// A call of a unit whose pauses are kept in `redis`.
fn call_over(redis: &Redis, server: &Server) -> Call {
    let target = target(server.url.clone());
    Call::new(outbound_over(redis), target, Arc::<Tokens>::default())
}

/// More than any test sends.
const WIDE: Rate = Rate {
    requests: 40,
    per: Duration::from_secs(10),
};

fn too_many() -> Reply {
    Reply::new(429, format!(r#"{{"message": "{SECRET}"}}"#))
}

#[tokio::test]
async fn it_waits_as_long_as_the_provider_says() {
    let server = Server::in_turn([too_many().with("retry-after", "1"), ok()]).await;
    let redis = Redis::start();
    let call = call_over(&redis, &server);
    get(&call).await.expect("an answer");
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
    assert_eq!((call.counts().limited(), call.counts().retries()), (1, 1));
}

#[tokio::test]
async fn without_retry_after_the_body_may_tell() {
    let server = Server::in_turn([too_many(), ok()]).await;
    let mut target = target(server.url.clone());
    target.reading = |_, body| {
        assert!(String::from_utf8_lossy(body).contains(SECRET));
        Meaning::TooMany(Some(Duration::from_millis(300)))
    };
    let redis = Redis::start();
    let call = Call::new(outbound_over(&redis), target, Arc::<Tokens>::default());
    get(&call).await.expect("an answer");
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(300));
}

#[tokio::test]
async fn retry_after_wins_over_the_body() {
    let server = Server::in_turn([too_many().with("retry-after", "0"), ok()]).await;
    let mut target = target(server.url.clone());
    target.reading = |_, _| Meaning::TooMany(Some(Duration::from_secs(24 * 60 * 60)));
    let call = Call::new(outbound(), target, Arc::<Tokens>::default());
    get(&call).await.expect("an answer");
}

#[tokio::test]
async fn what_the_provider_calls_final_is_not_tried_again() {
    let server = Server::in_turn([too_many(), ok()]).await;
    let mut target = target(server.url.clone());
    target.reading = |_, _| Meaning::Final("says that its quota is used up");
    let call = Call::new(outbound(), target, Arc::<Tokens>::default());
    let error = failure(&call).await;
    assert_eq!(error.to_string(), "says that its quota is used up");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_pause_longer_than_a_load_waits_ends_the_call_at_once() {
    for status in [429, 503] {
        let reply = Reply::new(status, SECRET).with("retry-after", "61");
        let server = Server::in_turn([reply, ok()]).await;
        let (call, _) = call(&server);
        assert_eq!(name(&failure(&call).await), "limited 61");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_retry_after_that_makes_no_sense_is_none() {
    for text in ["soon", "-1", "inf", "NaN", "1e300", ""] {
        let server = Server::in_turn([too_many().with("retry-after", text), ok()]).await;
        let redis = Redis::start();
        let call = call_over(&redis, &server);
        get(&call).await.expect("an answer");
    }
}

#[tokio::test]
async fn a_provider_that_never_has_enough_is_given_up() {
    let server = Server::in_turn([too_many()]).await;
    let redis = Redis::start();
    let call = call_over(&redis, &server);
    assert_eq!(name(&failure(&call).await), "too many");
    assert_eq!(call.counts().limited(), call.counts().requests());
}

#[tokio::test]
async fn a_pause_holds_for_everyone_of_the_unit_and_nobody_else() {
    let server = Server::in_turn([too_many().with("retry-after", "1"), ok()]).await;
    let redis = Redis::start();
    let to = |unit: &str| {
        let target = Target {
            unit: unit.to_owned(),
            rate: Some(WIDE),
            ..target(server.url.clone())
        };
        // A replica each: they share the store alone.
        Call::new(outbound_over(&redis), target, Arc::<Tokens>::default())
    };
    let (first, second, other) = (to("unit"), to("unit"), to("another"));
    let paused = async {
        while redis.cli(&["KEYS", "pb:limit:*:state"]).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let paused = futures_util::FutureExt::shared(paused);
    let late = async {
        paused.clone().await;
        get(&second).await
    };
    let free = async {
        paused.clone().await;
        get(&other).await
    };
    let (limited, late, free) = tokio::join!(get(&first), late, free);
    assert!(limited.is_ok() && late.is_ok() && free.is_ok());
    let seen = server.seen();
    let waited: Vec<bool> = seen[1..]
        .iter()
        .map(|request| request.at - seen[0].at >= Duration::from_secs(1))
        .collect();
    assert_eq!(waited, [false, true, true]);
}

#[tokio::test]
async fn the_last_try_pauses_its_unit_too() {
    let server = Server::in_turn([too_many().with("retry-after", "30")]).await;
    let redis = Redis::start();
    let check = |rate: Option<Rate>| {
        let target = Target {
            rate,
            ..target(server.url.clone())
        };
        let call = Call::new(outbound_over(&redis), target, Arc::<Tokens>::default());
        async move {
            call.check(Request::get("/me"))
                .await
                .expect_err("a failure")
        }
    };
    assert_eq!(name(&check(None).await), "too many");
    // Another replica, which was not told, does not even ask.
    let busy = check(Some(WIDE)).await;
    assert!(matches!(busy, CallError::Busy(wait) if wait > Duration::from_secs(5)));
    assert!(busy.to_string().contains("for the next "), "{busy}");
    assert_eq!(server.seen().len(), 1);
}
