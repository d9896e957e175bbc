//! The program as a process: it starts, ends in order, survives a kill, and says why it does not start.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::support::{Browser, Home, Program, lives, start_sandbox};

/// Somebody signed in, who has connected HubSpot and loaded its items.
async fn loaded(home: &Home) -> Browser {
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.chip("All"), "2,950");
    ada
}

/// Waits until a process is gone.
async fn gone(pid: Pid) {
    for _ in 0..100 {
        if !lives(pid) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("process {pid:?} is left behind");
}

/// Starts a program that does not come up, and answers what it says of it.
async fn refusal(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_loses_neither_connection_nor_items() {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let first = home.serve().await;
    let mut ada = loaded(&home).await;
    let before = ada.all_ids("").await;
    let redis = home.embedded_redis().expect("an embedded Redis");

    first.kill().await;
    assert_eq!(home.embedded_redis(), Some(redis), "Redis died too");
    let mut second = home.serve().await;
    assert_eq!(home.embedded_redis(), Some(redis), "it is not adopted");
    // The same browser, without signing in again.
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(
        (page.state().as_str(), page.chip("All").as_str()),
        ("connected", "2,950")
    );
    assert_eq!(ada.all_ids("").await, before);
    assert_eq!(ada.load_hubspot().await.chip("All"), "2,950");

    let status = second.end(Signal::TERM).await;
    assert_eq!(status.code(), Some(0), "{}", second.said());
    gone(redis).await;
    // And what was said is on disk: a Redis of its own finds it.
    let mut third = home.serve().await;
    assert_ne!(home.embedded_redis(), Some(redis));
    assert_eq!(ada.all_ids("").await, before);
    assert_eq!(third.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_whose_program_is_killed_is_taken_up_by_the_next_one() {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let first = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    assert!(
        ada.post("/connections/hubspot/load", &[])
            .await
            .is_loading()
    );
    first.kill().await;
    let mut second = home.serve().await;
    assert_eq!(ada.wait_for_load().await.chip("All"), "2,950");
    assert_eq!(second.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_signals_end_it_in_order_even_in_the_middle_of_a_load() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut home = Home::new();
        let sandbox = start_sandbox(&home.url()).await;
        home.use_sandbox(&sandbox);
        let mut program = home.serve().await;
        let redis = home.embedded_redis().expect("an embedded Redis");
        let mut ada = home.browser();
        ada.sign_in("acme", "ada").await;
        ada.connect_hubspot().await;
        assert!(
            ada.post("/connections/hubspot/load", &[])
                .await
                .is_loading()
        );
        let status = program.end(signal).await;
        assert_eq!(status.code(), Some(0), "{}", program.said());
        gone(redis).await;
        assert!(!program.said().contains("ERROR"), "{}", program.said());
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_in_order_with_its_terminal() {
    let home = Home::new();
    let mut program = home.start_by(&["env", "--default-signal=HUP"], &["serve"]);
    program.says("Patchbay is ready").await;
    let redis = home.embedded_redis().expect("an embedded Redis");
    let status = program.end(Signal::HUP).await;
    assert_eq!(status.code(), Some(0), "{}", program.said());
    gone(redis).await;
}

/// As `nohup` starts it.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn it_outlives_its_terminal_where_it_was_started_to() {
    let home = Home::new();
    let mut program = home.start_by(&["env", "--ignore-signal=HUP"], &["serve"]);
    program.says("Patchbay is ready").await;
    program.signal(Signal::HUP);
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    assert_eq!(ada.get("/connections").await.status, 200);
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_on_the_same_data_is_refused() {
    let home = Home::new();
    let mut first = home.serve().await;
    let said = refusal(&home, &["serve"]).await;
    assert!(
        said.contains("already in use by another Patchbay (process "),
        "{said}"
    );
    assert!(said.contains("PATCHBAY_DATA_DIR"), "{said}");
    home.browser().sign_in("acme", "ada").await;
    assert_eq!(first.end(Signal::TERM).await.code(), Some(0));
}

/// Its connections would all be unreadable, and new ones sealed with other keys.
#[tokio::test(flavor = "multi_thread")]
async fn data_without_its_keys_is_left_alone_until_they_are_back() {
    let home = Home::new();
    let mut first = home.serve().await;
    assert_eq!(first.end(Signal::TERM).await.code(), Some(0));
    let keys = home.folder().join("data/keys.toml");
    let away = home.folder().join("keys.toml");
    fs::rename(&keys, &away).expect("moved");
    let checked = home.run(&["config", "--offline"]).await;
    let found = String::from_utf8_lossy(&checked.stdout);
    assert!(found.contains("put keys.toml back"), "{found}");
    assert_eq!(checked.status.code(), Some(1));
    for command in [&["serve"][..], &["user", "list"]] {
        let said = refusal(&home, command).await;
        assert!(said.contains("put keys.toml back"), "{said}");
        assert!(!keys.exists(), "other keys were made");
    }
    fs::rename(&away, &keys).expect("moved back");
    let mut second = home.serve().await;
    assert_eq!(second.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named_and_nothing_is_left_running() {
    let mut home = Home::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    home.set("PATCHBAY_BIND", &address);
    let said = refusal(&home, &["serve"]).await;
    assert!(
        said.contains(&format!("cannot listen on {address}")),
        "{said}"
    );
    assert!(said.contains("PATCHBAY_BIND"), "{said}");
    assert_eq!(home.embedded_redis(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_redis_server_is_named_with_the_way_to_install_it() {
    let mut home = Home::new();
    home.set("PATH", "/nonexistent");
    let said = refusal(&home, &["serve"]).await;
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("apt-get install redis-server"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_starts_with_all_that_a_newcomer_needs() {
    let mut home = Home::new();
    // It never talks to a real provider, whatever is configured.
    home.set("HUBSPOT_CLIENT_ID", "real-app");
    home.set("HUBSPOT_CLIENT_SECRET", "real-secret");
    home.set("HUBSPOT_API_URL", "https://api.example.invalid");
    let mut demo: Program = home.start(&["demo"]);
    demo.says(&format!("Patchbay is ready: {}", home.url()))
        .await;
    let mut ada = loaded(&home).await;
    let page = ada.get("/connections").await;
    assert!(page.text_of(".strip").contains("This is the demo"));
    let controls = page.attributes(".strip a", "href");
    assert_eq!(ada.get(&controls[0]).await.status, 200);
    let redis = home.embedded_redis().expect("an embedded Redis");
    assert_eq!(
        demo.end(Signal::INT).await.code(),
        Some(0),
        "{}",
        demo.said()
    );
    gone(redis).await;

    // The next day everything is as it was, the stand-in's grants too.
    let mut demo = home.start(&["demo"]);
    demo.says("Patchbay is ready").await;
    assert_eq!(ada.get("/connections/hubspot").await.chip("All"), "2,950");
    assert_eq!(ada.load_hubspot().await.chip("All"), "2,950");
    assert_eq!(demo.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_starts_alone_and_says_where_it_is() {
    let home = Home::new();
    let mut sandbox = home.start(&["sandbox", "--port", "0"]);
    sandbox.says("# controls: ").await;
    let said = sandbox.said();
    let line = |name: &str| {
        let mut found = said.lines().filter_map(|line| line.strip_prefix(name));
        found
            .next()
            .unwrap_or_else(|| panic!("no {name} in {said}"))
            .to_owned()
    };
    for name in ["AUTH", "TOKEN", "API", "REVOKE"] {
        assert!(line(&format!("HUBSPOT_{name}_URL=")).starts_with("http://localhost:"));
    }
    let controls = line("# controls: ");
    let page = Browser::new(&controls).get(&controls).await;
    assert!(page.status == 200 && page.text.contains("not HubSpot"));
    assert_eq!(sandbox.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_serves_may_open_as_many_files_as_the_operator_allows() {
    let home = Home::new();
    let mut program = home.start_with_files(200, &["serve"]);
    program.says("Patchbay is ready").await;
    let limits = format!("/proc/{}/limits", program.pid().as_raw_nonzero());
    let limits = std::fs::read_to_string(limits).expect("its limits");
    let files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let files: Vec<&str> = files.expect("a limit").split_whitespace().collect();
    assert_ne!(files[0], "200");
    assert_eq!(files[0], files[1]);
}
