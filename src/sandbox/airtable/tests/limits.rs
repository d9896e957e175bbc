//! Rate limits and peaks, as a client meets them.

use std::time::Duration;

use super::support::{Bench, fixture};

#[actix_web::test]
async fn the_sixth_call_of_a_base_is_refused_and_the_base_stays_closed() {
    let (bench, token, base, tables) = Bench::opened().await;
    bench
        .control("rate_limit=on&block_s=1&reset_counters=1")
        .await;
    // The calls before count as well: they were made within this second.
    tokio::time::sleep(Duration::from_millis(1_010)).await;
    let uri = format!("/v0/{base}/{}", tables[1]);
    for _ in 0..5 {
        assert_eq!(bench.get(&token, &uri).await.status, 200);
    }
    let refused = bench
        .get(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json(), fixture("error_429_rate_limit_errors_array"));
    assert_eq!(refused.header("retry-after"), None);
    bench.control("error_429=object").await;
    let refused = bench.get(&token, &uri).await;
    assert_eq!(refused.json(), fixture("error_429_rate_limit_object"));
    // Other bases and what belongs to none go on.
    assert_eq!(bench.get(&token, "/v0/meta/bases").await.status, 200);
    let state = bench.report().await;
    assert_eq!(
        (&state["base_peak"], &state["user_peak"]),
        (&7.into(), &8.into())
    );
    assert_eq!(state["counters"]["rate_limited"], 2);
    tokio::time::sleep(Duration::from_millis(1_010)).await;
    assert_eq!(bench.get(&token, &uri).await.status, 200);
}

#[actix_web::test]
async fn calls_under_way_are_counted() {
    let (bench, token, _, _) = Bench::opened().await;
    bench.control("latency_ms=50").await;
    let whoami = || bench.get(&token, "/v0/meta/whoami");
    let tokens = bench.tokens("").await;
    let refresh = || bench.refresh(&tokens["refresh_token"]);
    let (one, two, three, ..) = tokio::join!(whoami(), whoami(), whoami(), refresh(), refresh());
    assert!([one, two, three].iter().all(|answer| answer.status == 200));
    let state = bench.report().await;
    assert_eq!(
        (&state["concurrent_peak"], &state["token_concurrent_peak"]),
        (&3.into(), &2.into())
    );
    bench.control("reset_counters=1&latency_ms=0").await;
    let state = bench.report().await;
    assert_eq!(
        (&state["concurrent_peak"], &state["user_peak"]),
        (&0.into(), &0.into())
    );
}
