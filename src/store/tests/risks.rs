//! What real servers with such settings are said to put at risk.

use crate::store::Risk;
use crate::testing;
use crate::testing::redis::Redis;

async fn risks_of(redis: &Redis) -> Vec<Risk> {
    let warnings = testing::store(redis).warnings().await;
    let warnings = warnings.expect("an answer").into_iter();
    warnings.map(|warning| warning.risk).collect()
}

async fn risks(options: &[&str]) -> Vec<Risk> {
    risks_of(&Redis::with(options)).await
}

#[tokio::test]
async fn a_redis_that_loses_nothing_is_not_warned_about() {
    assert_eq!(risks(&[]).await, []);
    assert_eq!(risks(&["--maxmemory", "100mb"]).await, []);
    // Of a Cluster of one it is only said that nobody would take its place.
    assert_eq!(risks_of(&Redis::of_kind(true)).await, [Risk::NoReplica]);
}

#[tokio::test]
async fn one_that_evicts_is_warned_about_by_what_it_may_evict() {
    let policy = |policy, more: &'static [&'static str]| {
        [&["--maxmemory-policy", policy][..], more].concat()
    };
    let full = &["--maxmemory", "100mb"];
    let named = |policy: &str| policy.to_owned();
    for lru in ["allkeys-lru", "allkeys-random"] {
        assert_eq!(
            risks(&policy(lru, full)).await,
            [Risk::EvictsAll(named(lru))]
        );
        assert_eq!(
            risks(&policy(lru, &[])).await,
            [Risk::WouldEvictAll(named(lru))]
        );
    }
    let ttl = "volatile-ttl";
    assert_eq!(
        risks(&policy(ttl, full)).await,
        [Risk::EvictsExpiring(named(ttl))]
    );
    assert_eq!(
        risks(&policy(ttl, &[])).await,
        [],
        "without a limit nothing is evicted"
    );
}

#[tokio::test]
async fn one_that_does_not_write_down_at_once_is_warned_about() {
    assert_eq!(risks(&["--appendonly", "no"]).await, [Risk::NoFile]);
    for policy in ["everysec", "no"] {
        let found = risks(&["--appendfsync", policy]).await;
        assert_eq!(found, [Risk::Lags(policy.to_owned())]);
    }
}

#[tokio::test]
async fn a_managed_service_is_not_asked_for_what_only_its_keeper_can_set() {
    let managed = ["--rename-command", "CONFIG", "", "--appendonly", "no"];
    assert_eq!(risks(&managed).await, []);
    let evicts = ["--maxmemory-policy", "allkeys-lfu", "--maxmemory", "100mb"];
    let found = risks(&[&managed[..], &evicts].concat()).await;
    assert_eq!(found, [Risk::EvictsAll("allkeys-lfu".to_owned())]);
}

#[tokio::test]
async fn one_that_keeps_its_settings_from_our_user_is_judged_by_what_it_tells() {
    let user = [
        "--user", "default", "on", "nopass", "~*", "&*", "+@all", "-config",
    ];
    let lags = [&user[..], &["--appendfsync", "everysec"]].concat();
    assert_eq!(risks(&lags).await, [], "it does not say");
    let nothing = [&user[..], &["--appendonly", "no"]].concat();
    assert_eq!(risks(&nothing).await, [Risk::NoFile]);
}

#[tokio::test]
async fn of_a_cluster_every_master_is_asked() {
    let [one, other] = Redis::pair(&["--appendonly", "no"], &["--appendfsync", "everysec"]);
    let warnings = testing::store(&one).warnings().await.expect("an answer");
    let [first, second, _alone] = warnings.as_slice() else {
        panic!("{warnings:?}");
    };
    let address = |redis: &Redis| {
        let url = redis.url();
        url.trim_start_matches("redis-cluster://").to_owned()
    };
    assert_eq!(
        (&first.risk, &first.servers),
        (&Risk::NoFile, &vec![address(&one)])
    );
    let lags = Risk::Lags("everysec".to_owned());
    assert_eq!(
        (&second.risk, &second.servers),
        (&lags, &vec![address(&other)])
    );
    assert!(
        first
            .to_string()
            .starts_with(&format!("Redis ({}): ", address(&one)))
    );
}

#[tokio::test]
async fn one_that_is_away_is_no_risk_but_an_error() {
    let mut redis = Redis::start();
    redis.kill();
    assert!(testing::store(&redis).warnings().await.is_err());
}
