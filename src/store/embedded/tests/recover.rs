//! A child that dies or hangs.

use super::*;

#[tokio::test]
async fn a_killed_child_is_started_again() {
    let place = Place::new();
    let redis = place.start().await;
    write(&redis, "yes").await;
    for _ in 0..2 {
        let killed = place.signal(Signal::KILL);
        another_runs(&place, killed).await;
        answers_again(&redis.url()).await;
        assert_eq!(read(&redis).await.as_deref(), Some("yes"));
    }
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_killed_adopted_one_is_started_again() {
    let place = Place::new();
    place.start().await.abandon().await;
    let redis = place.start().await;
    let killed = place.signal(Signal::KILL);
    another_runs(&place, killed).await;
    answers_again(&redis.url()).await;
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn one_that_is_dead_at_the_stop_is_no_fault() {
    let place = Place::new();
    let redis = place.start().await;
    let killed = place.signal(Signal::KILL);
    until("its death", async || {
        !owner::still_serves(killed, &place.redis())
    })
    .await;
    redis.stop().await.expect("stopped");
    assert!(!place.pid_file().exists());
}

#[tokio::test]
async fn one_that_hangs_is_ended_within_the_bound() {
    let place = Place::new();
    let redis = place.start().await;
    let hanging = place.signal(Signal::STOP);
    let started = Instant::now();
    redis.stop().await.expect("stopped");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(!owner::serves(hanging, &place.redis()));
}

#[tokio::test]
async fn one_that_is_dropped_ends_too() {
    let place = Place::new();
    let redis = place.start().await;
    let pid = place.pid();
    drop(redis);
    until("its end", async || {
        !owner::still_serves(pid, &place.redis())
    })
    .await;
    place.start().await.stop().await.expect("stopped");
}
