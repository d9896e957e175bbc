//! One server with TLS, an authority of its own, and certificates of whoever comes.

use std::time::Duration;

use super::busy::Busy;
use super::journey;
use crate::support::redis::{Tls, certificate};
use crate::support::{Home, Redis};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_certificates_by_its_url_and_by_its_parts() {
    let redis = Tls::start();
    let files = ["ca.pem", "client.pem", "client.key"].map(certificate);
    let shown = [
        ("REDIS_CA_FILE", files[0].as_str()),
        ("REDIS_CERT_FILE", &files[1]),
        ("REDIS_KEY_FILE", &files[2]),
    ];
    let url = redis.url();
    journey::goes_well(&[&[("REDIS_URL", url.as_str())], &shown[..]].concat()).await;

    let mut home = Home::new();
    home.use_redis("");
    home.unset("REDIS_URL");
    home.set("REDIS_HOST", "127.0.0.1");
    home.set("REDIS_PORT", &redis.port.to_string());
    for (name, file) in shown {
        home.set(name, file);
    }
    home.serve().await.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_and_comes_back_takes_nothing_along() {
    let mut redis = Redis::with(&[]);
    let busy = Busy::start(&[("REDIS_URL", &redis.url())]).await;
    let took = busy.comes_through(async || {
        redis.kill();
        tokio::time::sleep(Duration::from_secs(1)).await;
        redis.revive();
    });
    println!("single, kill -9: {:?}", took.await);
}
