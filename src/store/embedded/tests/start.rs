//! Starting, stopping, and what the child is like.

use super::*;

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_start() {
    let place = Place::new();
    let redis = place.start().await;
    assert!(!redis.adopted());
    write(&redis, "yes").await;
    let pid = place.pid();
    redis.stop().await.expect("stopped");
    assert!(!owner::serves(pid, &place.redis()));
    assert!(!place.pid_file().exists() && !place.redis().join("redis.sock").exists());

    let redis = place.start().await;
    assert!(!redis.adopted());
    assert_eq!(read(&redis).await.as_deref(), Some("yes"));
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn it_is_private_and_durable() {
    let place = Place::new();
    let redis = place.start().await;
    let expected = [
        ("port", "0"),
        ("protected-mode", "yes"),
        ("save", ""),
        ("appendonly", "yes"),
        ("appendfsync", "always"),
        ("maxmemory-policy", "noeviction"),
    ];
    for (name, value) in expected {
        assert_eq!(setting(&redis, name).await, value, "{name}");
    }
    for path in [
        place.data.clone(),
        place.redis(),
        place.redis().join("redis.sock"),
    ] {
        assert_eq!(mode(&path), 0o700, "{}", path.display());
    }
    assert_eq!(getpgid(Some(place.pid())).expect("a group"), place.pid());
    redis.stop().await.expect("stopped");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_sees_nothing_of_our_environment_but_the_path() {
    let place = Place::new();
    let redis = place.start().await;
    let environment = fs::read(format!("/proc/{}/environ", place.pid())).expect("readable");
    let text = String::from_utf8_lossy(&environment);
    let names: Vec<_> = text
        .split('\0')
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .collect();
    assert!(names.iter().all(|name| *name == "PATH"), "{names:?}");
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn a_folder_may_have_any_name() {
    let place = Place::below("a b%20 #?&'\"\\ü:\n");
    let redis = place.start().await;
    answers_again(&redis.url()).await;
    redis.abandon().await;
    let redis = place.start().await;
    assert!(redis.adopted());
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn the_second_program_serves_where_the_first_is_missing() {
    let place = Place::new();
    let launcher = Launcher {
        programs: &["no-such-redis", "redis-server"],
        options: OPTIONS,
    };
    let redis = Embedded::start_with(&place.data, launcher)
        .await
        .expect("started");
    redis.stop().await.expect("stopped");
}

#[tokio::test]
async fn one_that_loads_is_waited_for() {
    const SLOW: &[&str] = &[
        "--port",
        "0",
        "--appendonly",
        "yes",
        "--save",
        "",
        "--key-load-delay",
        "100",
    ];
    let place = Place::new();
    let redis = place.start().await;
    let fill = "for i = 1, 15000 do redis.call('SET', 'key' .. i, i) end";
    ask::<()>(&redis.url(), &["EVAL", fill, "0"])
        .await
        .expect("filled");
    redis.stop().await.expect("stopped");

    let started = Instant::now();
    let launcher = Launcher {
        options: SLOW,
        ..Launcher::default()
    };
    let (slow, seen) = tokio::join!(Embedded::start_with(&place.data, launcher), async {
        let socket = Socket::choose(&place.redis(), &place.data);
        until("a Redis that loads", async || {
            client::ping(&socket.url()).await == client::Answer::Loading
        })
        .await;
        started.elapsed()
    });
    assert!(seen < started.elapsed());
    let redis = slow.expect("loaded");
    assert_eq!(
        ask::<u32>(&redis.url(), &["DBSIZE"]).await.expect("a size"),
        15000
    );
    redis.stop().await.expect("stopped");
}
