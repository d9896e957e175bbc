//! The command line and the configuration: what it refuses it names, all at once, and no secret is shown.

use std::process::Output;

use rustix::process::Signal;

use crate::support::{Home, Redis};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Settings of which each is wrong, and what the message about it must hold.
const WRONG: [(&str, &str, &str); 7] = [
    ("PATCHBAY_BIND", "nowhere", "address"),
    ("PATCHBAY_PUBLIC_URL", "ftp://hub.example.com", "http"),
    ("PATCHBAY_LOAD_MAX_PAGES", "many", "number"),
    ("PATCHBAY_REFRESH_MARGIN", "soon", "5m"),
    ("PATCHBAY_LOG_FORMAT", "yaml", "json"),
    ("PATCHBAY_ENCRYPTION_KEYS", "k1:c2hvcnQ-s3cr3t", "base64"),
    ("HUBSPOT_RATE_LIMIT", "fast", "auto"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_configuration_is_refused_with_every_problem_named() {
    let mut home = Home::new();
    for (name, value, _) in WRONG {
        home.set(name, value);
    }
    for command in ["serve", "config", "migrate", "demo", "healthcheck"] {
        if command == "demo" {
            // The demo replaces what is said of providers.
            home.set("HUBSPOT_RATE_LIMIT", "auto");
        }
        let output = home.run(&[command]).await;
        let said = format!("{}{}", out(&output), err(&output));
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        let wrong = WRONG.iter().filter(|(name, ..)| {
            !name.starts_with("HUBSPOT") || !["demo", "healthcheck"].contains(&command)
        });
        for (name, _, possible) in wrong {
            let problem = |line: &&str| line.contains(&format!("{name}: "));
            let line = said.lines().find(problem);
            let line = line.unwrap_or_else(|| panic!("{command} is silent on {name}: {said}"));
            assert!(line.contains(possible), "{command}: {line}");
        }
        assert!(!said.contains("s3cr3t"), "{command}: {said}");
        assert_eq!(home.embedded_redis(), None, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_is_printed_without_its_secrets() {
    let mut home = Home::new();
    home.use_redis("redis://someone:redis-s3cr3t@127.0.0.1:6399/3");
    home.set("HUBSPOT_CLIENT_ID", "an-app");
    home.set("HUBSPOT_CLIENT_SECRET", "client-s3cr3t");
    home.set("PATCHBAY_UNHEARD_OF", "1");
    let output = home.run(&["config", "--offline"]).await;
    let said = out(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for line in [
        "HUBSPOT_CLIENT_ID = an-app",
        "HUBSPOT_CLIENT_SECRET = set",
        "PATCHBAY_SESSION_KEY = set",
        "PATCHBAY_ENCRYPTION_KEYS = set",
        "REDIS_URL = redis://***@127.0.0.1:6399/3",
        "PATCHBAY_LOG = info (default)",
    ] {
        assert!(said.contains(line), "no '{line}' in {said}");
    }
    // A name that nobody knows is warned about, no more.
    assert!(said.contains("PATCHBAY_UNHEARD_OF"));
    assert!(!said.contains("s3cr3t"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_sign_in_stays_on_this_machine_unless_allowed() {
    let mut home = Home::new();
    home.set("PATCHBAY_BIND", &format!("0.0.0.0:{}", home.port));
    for command in ["serve", "demo", "config"] {
        let output = home.run(&[command]).await;
        let said = format!("{}{}", out(&output), err(&output));
        assert_eq!(output.status.code(), Some(1), "{command}: {said}");
        assert!(
            said.contains("PATCHBAY_DEMO_ALLOW_REMOTE"),
            "{command}: {said}"
        );
    }
    home.set("PATCHBAY_DEMO_ALLOW_REMOTE", "true");
    let output = home.run(&["config"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outside_redis_wants_keys_and_generated_ones_do() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.set("REDIS_URL", &redis.url());
    let refused = home.run(&["serve"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("PATCHBAY_ENCRYPTION_KEYS"));
    assert!(err(&refused).contains("PATCHBAY_SESSION_KEY"));

    let keys = out(&home.run(&["keys", "generate"]).await);
    let again = out(&home.run(&["keys", "generate"]).await);
    assert_eq!(keys.lines().count(), 2, "{keys}");
    for (line, other) in keys.lines().zip(again.lines()) {
        assert_ne!(line, other, "no key is made twice");
        let (name, value) = line.split_once('=').expect("an assignment");
        home.set(name, value);
    }
    let mut program = home.serve().await;
    home.browser().sign_in("acme", "ada").await;
    assert_eq!(home.embedded_redis(), None);
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_brings_the_store_up_to_date_once() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let first = home.run(&["migrate"]).await;
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    assert!(out(&first).starts_with("Ran "), "{}", out(&first));
    assert_ne!(redis.cli(&["HGET", "pb:schema", "number"]), "");
    let second = home.run(&["migrate"]).await;
    assert_eq!(out(&second), "The store is up to date.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_program_is_not_touched() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let set = ["HSET", "pb:schema", "readable_since", "99", "number", "99"];
    redis.cli(&set);
    for command in ["serve", "migrate"] {
        let output = home.run(&[command]).await;
        let said = err(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("schema 99") && said.contains("newer Patchbay"),
            "{said}"
        );
    }
    assert_eq!(redis.cli(&["HGET", "pb:schema", "number"]), "99");
    // One that says that we may still read it is served.
    redis.cli(&["HSET", "pb:schema", "readable_since", "1"]);
    let mut program = home.serve().await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    assert_eq!(redis.cli(&["HGET", "pb:schema", "number"]), "99");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_healthcheck_tells_by_its_exit_code() {
    let mut redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let absent = home.run(&["healthcheck"]).await;
    assert_eq!(absent.status.code(), Some(1));
    assert!(err(&absent).contains("does not answer"), "{}", err(&absent));

    let mut program = home.serve().await;
    let well = home.run(&["healthcheck"]).await;
    assert_eq!(well.status.code(), Some(0), "{}", err(&well));
    redis.kill();
    let ill = home.run(&["healthcheck"]).await;
    assert_eq!(ill.status.code(), Some(1));
    assert!(err(&ill).contains("not ready"), "{}", err(&ill));
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_its_redis_waits_for_it() {
    let mut redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    redis.kill();
    let mut program = home.start(&[]);
    program.says("waiting for Redis").await;
    redis.revive();
    program.says("Patchbay is ready").await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn output_that_nobody_reads_is_no_reason_to_panic() {
    let home = Home::new();
    for command in [&["config"][..], &["keys", "generate"], &["migrate"]] {
        let said = err(&home.run_unread(command).await);
        assert!(said.contains("Broken pipe"), "{command:?}: {said}");
        assert!(!said.contains("panicked"), "{command:?}: {said}");
    }
}
