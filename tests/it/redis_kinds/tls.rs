//! One server with TLS, an authority of its own, and certificates of whoever comes.

use std::time::Duration;

use super::busy::Busy;
use super::journey;
use crate::support::Home;
use crate::support::redis::{Tls, certificate};

/// What Patchbay trusts and shows, by setting.
fn files() -> [(&'static str, String); 3] {
    [
        ("REDIS_CA_FILE", "ca.pem"),
        ("REDIS_CERT_FILE", "client.pem"),
        ("REDIS_KEY_FILE", "client.key"),
    ]
    .map(|(setting, name)| (setting, certificate(name)))
}

/// The settings that lead to a server.
fn settings<'a>(url: &'a str, files: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let files = files.iter().map(|(name, file)| (*name, file.as_str()));
    [("REDIS_URL", url)].into_iter().chain(files).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_certificates_by_its_url_and_by_its_parts() {
    let (redis, files) = (Tls::start(), files());
    journey::goes_well(&settings(&redis.url(), &files)).await;

    let mut home = Home::new();
    home.use_redis("");
    home.unset("REDIS_URL");
    home.set("REDIS_HOST", "127.0.0.1");
    home.set("REDIS_PORT", &redis.port.to_string());
    for (name, file) in &files {
        home.set(name, file);
    }
    home.serve().await.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_and_comes_back_takes_nothing_along() {
    let (mut server, files) = (Tls::start(), files());
    let busy = Busy::start(&settings(&server.url(), &files)).await;
    let took = busy.comes_through(async || {
        server.redis.kill();
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.redis.revive();
    });
    println!("single, kill -9: {:?}", took.await);
}
