//! What an earlier Patchbay left behind.

use super::*;

#[tokio::test]
async fn one_left_behind_is_adopted_and_ends_with_its_adopter() {
    let place = Place::new();
    let redis = place.start().await;
    write(&redis, "yes").await;
    let pid = redis.abandon().await;

    let redis = place.start().await;
    assert!(redis.adopted());
    assert_eq!(place.pid().as_raw_nonzero().get().unsigned_abs(), pid);
    assert_eq!(read(&redis).await.as_deref(), Some("yes"));
    let pid = place.pid();
    redis.stop().await.expect("stopped");
    assert!(!owner::serves(pid, &place.redis()));
}

#[tokio::test]
async fn one_left_behind_is_adopted_without_its_pid_file_too() {
    let place = Place::new();
    let pid = place.start().await.abandon().await;
    fs::remove_file(place.pid_file()).expect("removed");
    let redis = place.start().await;
    assert!(redis.adopted());
    assert_eq!(place.pid().as_raw_nonzero().get().unsigned_abs(), pid);
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn one_left_behind_that_hangs_is_replaced() {
    let place = Place::new();
    let redis = place.start().await;
    write(&redis, "yes").await;
    redis.abandon().await;
    let hanging = place.signal(Signal::STOP);

    let redis = place.start().await;
    assert!(!redis.adopted());
    assert_ne!(place.pid(), hanging);
    assert_eq!(read(&redis).await.as_deref(), Some("yes"));
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_deep_data_folder_works_and_is_adopted_too() {
    let place = Place::below(&"deep/".repeat(30));
    let redis = place.start().await;
    let url = redis.url();
    assert!(url.contains("/patchbay-"), "{url}");
    redis.abandon().await;
    let redis = place.start().await;
    assert!(redis.adopted());
    assert_eq!(redis.url(), url);
    redis.stop().await.expect("stopped");
    let socket = PathBuf::from(url.trim_start_matches("unix://"));
    assert!(!socket.parent().expect("a folder").exists());
}

#[tokio::test]
async fn a_pid_file_that_names_another_program_harms_nobody() {
    let place = Place::new();
    place.start().await.stop().await.expect("stopped");
    let mut other = tokio::process::Command::new("sleep")
        .arg("60")
        .kill_on_drop(true)
        .spawn()
        .expect("sleeping");
    fs::write(
        place.pid_file(),
        format!("{}\n", other.id().expect("a pid")),
    )
    .expect("written");
    drop(
        std::os::unix::net::UnixListener::bind(place.redis().join("redis.sock"))
            .expect("a stale socket"),
    );

    let redis = place.start().await;
    assert!(!redis.adopted());
    assert!(
        other.try_wait().expect("asked").is_none(),
        "the other program was ended"
    );
    redis.stop().await.expect("stopped");
    other.kill().await.expect("ended");
}

#[tokio::test]
async fn a_pid_file_of_a_dead_redis_is_replaced() {
    let place = Place::new();
    let redis = place.start().await;
    write(&redis, "yes").await;
    redis.abandon().await;
    let dead = place.signal(Signal::KILL);
    until("its death", async || {
        !owner::still_serves(dead, &place.redis())
    })
    .await;

    let redis = place.start().await;
    assert!(!redis.adopted());
    assert_ne!(place.pid(), dead);
    assert_eq!(read(&redis).await.as_deref(), Some("yes"));
    redis.stop().await.expect("stopped");
}
