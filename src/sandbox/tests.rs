//! The whole sandbox over real sockets, under a plain tokio runtime.

use std::net::{IpAddr, Ipv4Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{App, Options, Sandbox, start};

async fn sandbox() -> Sandbox {
    let app = App {
        client_id: "app".to_owned(),
        client_secret: "secret".to_owned(),
        redirect_uris: vec!["http://localhost:8000/callback".to_owned()],
    };
    let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let options = Options {
        host,
        first_port: 0,
        app,
        state_file: None,
    };
    start(options).await.unwrap()
}

/// A form post.
fn post(path: &str, form: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\nHost: localhost\nConnection: close\n\
         Content-Type: application/x-www-form-urlencoded\nContent-Length: {}\n\n{form}",
        form.len()
    )
}

/// Sends a request as it stands and reads until the connection is closed.
async fn raw(origin: &str, request: &str) -> String {
    let port = origin.rsplit(':').next().unwrap();
    let mut socket = TcpStream::connect(format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    let request = request.replace('\n', "\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn both_hosts_answer_and_stop() {
    let sandbox = sandbox().await;
    assert!(sandbox.endpoints("nobody").is_none());
    let endpoints = sandbox.endpoints("hubspot").unwrap().clone();
    assert_ne!(endpoints.origin, endpoints.consent_origin);
    let state = "GET /_sandbox/state HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    assert!(
        raw(&endpoints.origin, state)
            .await
            .starts_with("HTTP/1.1 200")
    );
    // The controls belong to the first host alone.
    assert!(
        raw(&endpoints.consent_origin, state)
            .await
            .starts_with("HTTP/1.1 404")
    );
    sandbox.stop().await;
    let port = endpoints.origin.rsplit(':').next().unwrap();
    assert!(
        TcpStream::connect(format!("127.0.0.1:{port}"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn every_stand_in_shows_its_controls_and_its_state() {
    let sandbox = sandbox().await;
    let providers: Vec<_> = sandbox.stand_ins.iter().map(|one| one.provider).collect();
    assert_eq!(providers, ["hubspot", "notion", "airtable"]);
    for provider in providers {
        let origin = &sandbox.endpoints(provider).unwrap().origin;
        for path in ["/_sandbox", "/_sandbox/state", "/_sandbox/style.css"] {
            let request = format!("GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n");
            let answer = raw(origin, &request).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{provider} {path}");
        }
    }
    sandbox.stop().await;
}

/// The page takes values from JSON by their names: each must be there, and each choice has one present word.
#[tokio::test]
async fn every_field_and_figure_has_its_value() {
    let sandbox = sandbox().await;
    let request = "GET /_sandbox HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    for stand_in in &sandbox.stand_ins {
        let page = raw(&stand_in.endpoints.origin, request).await;
        let count = |text: &str| page.matches(text).count();
        assert_eq!(count("null\"") + count("<td>null"), 0, "{page}");
        // How a call fails and which one have no present word.
        assert_eq!(count("<select "), count(" selected>") + 2, "{page}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn every_stand_in_has_what_all_have() {
    let sandbox = sandbox().await;
    for stand_in in &sandbox.stand_ins {
        let (origin, provider) = (&stand_in.endpoints.origin, stand_in.provider);
        for field in [
            "small=on",
            "quick=on",
            "rate_limit=off",
            "latency_ms=1",
            "client_secret_valid=on",
            "expire_tokens=1",
            "withdraw=1",
            "reset_counters=1",
            "fail_next=0&fail_after=0",
        ] {
            let answer = raw(origin, &post("/_sandbox/controls", field)).await;
            assert!(answer.starts_with("HTTP/1.1 303"), "{provider} {field}");
        }
        for kind in [
            "429",
            "500",
            "502html",
            "timeout",
            "truncated",
            "html200",
            "extra",
            "reset",
            "emptypage",
        ] {
            let field = format!("fail_kind={kind}");
            let answer = raw(origin, &post("/_sandbox/controls", &field)).await;
            assert!(answer.starts_with("HTTP/1.1 303"), "{provider} {field}");
        }
        assert_truth(origin, provider).await;
    }
    sandbox.stop().await;
}

/// Two accounts with something in them, and a third with nothing.
async fn assert_truth(origin: &str, provider: &str) {
    let request = "GET /_sandbox/state HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    let answer = raw(origin, request).await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let state: serde_json::Value = serde_json::from_str(body).unwrap();
    let totals: Vec<u64> = state["truth"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            assert!(one["account"].is_string(), "{provider}");
            let counts = one["counts"].as_object().unwrap();
            counts.values().filter_map(serde_json::Value::as_u64).sum()
        })
        .collect();
    let filled: Vec<bool> = totals.iter().map(|total| *total > 0).collect();
    assert_eq!(filled, [true, true, false], "{provider}");
}

#[tokio::test]
async fn a_reset_breaks_off_in_the_middle_of_the_body() {
    let sandbox = sandbox().await;
    let origin = &sandbox.endpoints("hubspot").unwrap().origin;
    let controls = post("/_sandbox/controls", "fail_next=1&fail_kind=reset");
    assert!(raw(origin, &controls).await.starts_with("HTTP/1.1 303"));
    let list = "GET /crm/v3/objects/contacts HTTP/1.1\nHost: localhost\n\n";
    let answer = raw(origin, list).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let length: usize = length.parse().unwrap();
    assert!(
        !body.is_empty() && body.len() < length,
        "{} of {length}",
        body.len()
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn a_lost_answer_sends_not_a_byte() {
    let sandbox = sandbox().await;
    let origin = &sandbox.endpoints("airtable").unwrap().origin;
    let controls = post("/_sandbox/controls", "fail_next=1&fail_kind=lost");
    assert!(raw(origin, &controls).await.starts_with("HTTP/1.1 303"));
    let refresh = post("/oauth2/v1/token", "grant_type=refresh_token");
    assert_eq!(raw(origin, &refresh).await, "");
    assert!(raw(origin, &refresh).await.starts_with("HTTP/1.1 401"));
    sandbox.stop().await;
}
