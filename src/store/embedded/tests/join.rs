//! Joining the Redis of a Patchbay that runs, and leaving it running.

use super::*;

#[tokio::test]
async fn a_neighbours_redis_is_used_and_left_running() {
    let place = Place::new();
    let redis = place.start().await;
    write(&redis, "theirs").await;
    let pid = place.pid();
    let joined = Embedded::join(&place.data).await.expect("joined");
    assert!(matches!(joined, Joined::Neighbours(_)));
    assert_eq!(joined.url(), redis.url());
    let found = ask::<String>(&joined.url(), &["GET", "kept"]).await;
    assert_eq!(found.expect("an answer"), "theirs");
    joined.stop().await.expect("left alone");
    assert_eq!(
        (place.pid(), read(&redis).await.as_deref()),
        (pid, Some("theirs"))
    );
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn where_nobody_is_one_is_started_and_ended() {
    let place = Place::new();
    let joined = Embedded::join(&place.data).await.expect("started");
    let url = joined.url();
    assert!(matches!(joined, Joined::Own(_)));
    assert!(place.refused().await.contains("already in use"));
    joined.stop().await.expect("stopped");
    assert!(ask::<String>(&url, &["PING"]).await.is_err());
    place.start().await.stop().await.expect("free again");
}

#[tokio::test]
async fn one_that_a_killed_patchbay_left_is_taken_over() {
    let place = Place::new();
    let pid = place.start().await.abandon().await;
    let joined = Embedded::join(&place.data).await.expect("joined");
    let Joined::Own(embedded) = joined else {
        panic!("nobody else has it");
    };
    assert!(embedded.adopted());
    assert_eq!(place.pid().as_raw_nonzero().get().unsigned_abs(), pid);
    embedded.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_neighbour_that_is_just_ending_is_waited_for() {
    let place = Place::new();
    let redis = place.start().await;
    place.signal(Signal::STOP);
    let ending = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        redis.stop().await.expect("stopped");
    };
    let (joined, ()) = tokio::join!(Embedded::join(&place.data), ending);
    let joined = joined.expect("joined");
    assert!(matches!(joined, Joined::Own(_)));
    joined.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_deep_folder_is_joined_at_its_short_socket() {
    let place = Place::below(&"d".repeat(120));
    let redis = place.start().await;
    let joined = Embedded::join(&place.data).await.expect("joined");
    assert_eq!(joined.url(), redis.url());
    redis.stop().await.expect("stopped");
}
