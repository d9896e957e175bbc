//! A replica that is asked to end: it says so, serves on for a while, and ends at once where somebody is in a hurry.

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Home, Program, plain_client};

/// Longer than a test may take: who waits for its end has not been hurried.
const LONG: &str = "60s";

async fn ask(home: &Home, place: &str) -> reqwest::Response {
    let call = plain_client().get(format!("{}{place}", home.url()));
    call.send().await.expect("an answer")
}

/// A Patchbay that serves on for long.
async fn serving() -> (Home, Program) {
    let mut home = Home::new();
    home.set("PATCHBAY_DRAIN", LONG);
    let program = home.serve().await;
    (home, program)
}

/// Waits until it says that it leaves; answers what it says.
async fn leaving(home: &Home) -> Value {
    for _ in 0..200 {
        let ready = ask(home, "/health/ready").await;
        if ready.status() == 503 {
            return ready.json().await.expect("JSON");
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it stays ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_says_so_and_serves_on() {
    let (home, mut program) = serving().await;
    let before = ask(&home, "/sign-in").await;
    assert_eq!(before.headers().get("connection"), None);
    program.signal(Signal::TERM);
    assert_eq!(leaving(&home).await["reason"], "stopping");
    for place in ["/sign-in", "/health/live", "/nowhere"] {
        let answer = ask(&home, place).await;
        assert_ne!(answer.status(), 503, "{place}");
        assert_eq!(answer.headers()["connection"], "close", "{place}");
    }
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    let check = home.run(&["healthcheck"]).await;
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert_eq!(check.status.code(), Some(1));
    assert!(said.contains("not ready"), "{said}");
    // Who asks twice is in a hurry.
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    assert_eq!(home.embedded_redis(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_ctrl_c_does_not_wait() {
    let (_home, mut program) = serving().await;
    assert_eq!(program.end(Signal::INT).await.code(), Some(0));
    assert!(!program.said().contains("leaving"), "{}", program.said());
}
