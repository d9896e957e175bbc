//! Two replicas as processes on one Redis, and a crowd of programs that all want the same expired token.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use patchbay::clock::Clock;
use reqwest::Client;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;

use crate::keys::fleet::{Fleet, end};
use crate::keys::ring;
use crate::support::plain_client;

/// How many programs ask at once, half of them at each replica.
const CROWD: usize = 1_000;
/// Life of the first token, in seconds: longer than connecting takes, short enough to be waited for.
const LIFE: &str = "8";

/// A socket for each of the crowd, and as many as that at the replicas, which inherit the limit.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let current = limit.maximum;
    let raised = Rlimit { current, ..limit };
    setrlimit(Resource::Nofile, raised).expect("no more than is allowed");
}

/// Asks a replica for ada's credentials.
async fn ask(client: &Client, port: u16) -> (u16, Value) {
    let place = format!("http://127.0.0.1:{port}/integrations/hubspot/credentials");
    let fields = [("user_id", "ada"), ("org_id", "acme")];
    let answer = client.post(place).form(&fields).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

fn token(body: &Value) -> String {
    let token = body["access_token"].as_str();
    token.unwrap_or_else(|| panic!("{body}")).to_owned()
}

/// Lets the token's whole life pass.
async fn expire(body: &Value) {
    let at: Timestamp = body["expires_at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time");
    // It is to be asked for again a tenth of its life before it ends.
    let left = Clock::system()
        .now()
        .duration_until(at)
        .max(jiff::SignedDuration::ZERO);
    tokio::time::sleep(left.unsigned_abs() + Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_demands_at_two_replicas_are_one_refresh() {
    allow_open_files();
    let keys = ring(&["test"]);
    let mut fleet = Fleet::new(&keys).await;
    let mut replicas = [fleet.start(0, &keys).await, fleet.start(1, &keys).await];
    let ports = [fleet.homes[0].port, fleet.homes[1].port];
    fleet.control(&[("expires_in", LIFE)]).await;
    fleet.ada(0).await.connect_hubspot().await;
    let client = plain_client();
    let (status, old) = ask(&client, ports[0]).await;
    assert_eq!(status, 200, "{old}");
    fleet
        .control(&[
            ("expires_in", "1800"),
            ("rotate", "on"),
            ("latency_ms", "3000"),
        ])
        .await;
    expire(&old).await;

    let before = fleet.refreshes().await;
    let crowd = (0..CROWD).map(|number| ask(&client, ports[number % 2]));
    let answers = join_all(crowd).await;
    assert_eq!(fleet.refreshes().await, before + 1);
    let refused = answers.iter().find(|(status, _)| *status != 200);
    assert!(refused.is_none(), "{refused:?}");
    let tokens: BTreeSet<String> = answers.iter().map(|(_, body)| token(body)).collect();
    assert_eq!(tokens.len(), 1, "all get the same token");
    assert!(!tokens.contains(&token(&old)), "and a new one");

    for replica in &mut replicas {
        end(replica).await;
    }
}
