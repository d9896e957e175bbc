//! A master that Sentinels name.

use std::time::Duration;

use futures_util::future::join_all;

use super::busy::{Busy, PATIENCE};
use super::journey;
use crate::support::redis::{Sentinels, Wants, certificate, until};
use crate::support::{Home, plain_client};

const PEOPLE: usize = 16;
/// Requests of each.
const EACH: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_wants_certificates_and_passwords_of_its_own_kinds() {
    let set = Sentinels::that_want(Wants {
        tls: true,
        login: Some(("patchbay", "of-the-master")),
        own: Some("of-the-sentinels"),
    });
    let files = ["ca.pem", "client.pem", "client.key"].map(certificate);
    journey::goes_well(&[
        ("REDIS_URL", &set.url()),
        ("REDIS_SENTINEL_PASSWORD", "of-the-sentinels"),
        ("REDIS_CA_FILE", &files[0]),
        ("REDIS_CERT_FILE", &files[1]),
        ("REDIS_KEY_FILE", &files[2]),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sentinels_that_want_nothing_and_a_master_that_wants_a_password() {
    let set = Sentinels::that_want(Wants {
        login: Some(("patchbay", "secret")),
        ..Wants::default()
    });
    journey::goes_well(&[("REDIS_URL", &set.url())]).await;
    // What its master is at risk of is seen through them.
    let mut home = Home::new();
    home.use_redis(&set.url());
    let output = home.run(&["config"]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("(min-replicas-to-write 0)"), "{said}");
    assert!(!said.contains(":secret@"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_dies_with_a_sentinel_takes_nothing_along() {
    let mut set = Sentinels::start();
    let busy = Busy::start(&[("REDIS_URL", &set.url())]).await;
    let took = busy.comes_through(async || {
        // The first one that is asked.
        set.kill_sentinel(0);
        set.servers[0].kill();
        another_master(&set, 0).await;
        set.servers[0].revive();
    });
    println!("sentinel, kill -9: {:?}", took.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_was_frozen_and_comes_back_as_a_wrong_one_gets_no_write() {
    let set = Sentinels::start();
    let busy = Busy::start(&[("REDIS_URL", &set.url())]).await;
    let took = busy.comes_through(async || {
        set.servers[0].freeze();
        another_master(&set, 0).await;
        set.servers[0].thaw();
    });
    println!("sentinel, freeze: {:?}", took.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_in_order_is_hardly_noticed() {
    let set = Sentinels::start();
    let busy = Busy::start(&[("REDIS_URL", &set.url())]).await;
    let took = busy.comes_through(async || {
        // As the documentation has it: Sentinels leave the old master writable for seconds.
        set.servers[0].cli(&["CLIENT", "PAUSE", "10000", "WRITE"]);
        set.fail_over();
        another_master(&set, 0).await;
    });
    println!("sentinel, in order: {:?}", took.await);
}

/// While a master may be frozen, each request wants to know who it is at that moment. With a question for each of them, one
/// after the other, they would wait for each other, and the longer the more there are.
#[tokio::test(flavor = "multi_thread")]
async fn people_who_come_together_after_a_freeze_share_what_sentinels_are_asked() {
    let set = Sentinels::start();
    let mut home = Home::new();
    home.use_redis(&set.url());
    let program = home.serve().await;
    // It holds up each question to the others.
    set.freeze_sentinel(0);
    set.servers[0].freeze();
    let thaw = async {
        // Too short for them to choose another one.
        tokio::time::sleep(Duration::from_millis(600)).await;
        set.servers[0].thaw();
    };
    tokio::join!(all_ask(&home, 1), thaw);
    let before = set.commands(1);
    all_ask(&home, EACH).await;
    let (commands, requests) = (set.commands(1) - before, (PEOPLE * EACH) as u64);
    assert!(
        commands < requests / 2,
        "{commands} commands for {requests} requests"
    );
    program.kill().await;
}

/// So many ask at the same time, each so often, and all are served.
async fn all_ask(home: &Home, times: usize) {
    let (client, place) = (plain_client(), format!("{}/health/ready", home.url()));
    let ask = async || {
        for _ in 0..times {
            let answer = client.get(&place).send().await.expect("an answer");
            assert_eq!(answer.status(), 200);
        }
    };
    join_all((0..PEOPLE).map(|_| ask())).await;
}

async fn another_master(set: &Sentinels, than: usize) {
    until("nothing takes its place", PATIENCE, || set.master() != than).await;
}
