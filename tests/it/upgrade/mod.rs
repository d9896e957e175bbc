//! What earlier versions left is read by this one, and goes on.

mod kept;
mod make;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;

use crate::support::people::PASSWORD;
use crate::support::{Home, Redis};
use kept::{ADA, BOB, restored, versions};

/// Each version, one after the other; in its data each kind of record.
#[tokio::test(flavor = "multi_thread")]
async fn what_earlier_versions_left_is_there_and_goes_on() {
    let versions = versions();
    assert!(!versions.is_empty(), "nothing is kept of any version");
    for version in versions {
        let (world, seen, _folder) = restored(&version).await;
        let schema = world.redis.cli(&["HGET", "pb:schema", "number"]);
        let known = patchbay::store::migrate::KNOWN.to_string();
        assert_eq!(schema, known, "{version}");

        // Accounts, connections, what was loaded, and what was changed since.
        let mut ada = world.browser();
        let page = ada.enter(ADA, PASSWORD).await;
        assert_eq!(page.url.path(), "/connections", "{version}: {}", page.text);
        for (provider, items) in &seen.shown {
            let page = ada.get(&format!("/connections/{provider}")).await;
            assert_eq!(page.state(), "connected", "{version}: {provider}");
            assert_eq!(&page.chip("All"), items, "{version}: {provider}");
        }
        let made = format!("/connections/hubspot/items?q={}", "grace@example.com");
        let found = ada.get(&made).await.ids();
        assert_eq!(found, std::slice::from_ref(&seen.made), "{version}");

        // API keys, and tokens that have ended meanwhile.
        world.pass(SignedDuration::from_hours(1));
        let program = world.program_with(seen.api_key.clone());
        for provider in seen.loaded.keys() {
            let token = format!("/api/v1/connections/{provider}/token");
            let answer = program.get(&token).await;
            assert_eq!(answer.status, 200, "{version}: {}", answer.body);
        }
        for provider in seen.loaded.keys() {
            let page = ada.load(provider, &[]).await;
            assert_eq!(page.state(), "connected", "{version}: {provider}");
            assert_eq!(
                &page.chip("All"),
                &seen.loaded[provider],
                "{version}: {provider}"
            );
        }

        // Members, an open invitation, the trail.
        let page = ada.get("/settings/members").await;
        for email in [ADA, BOB] {
            assert!(page.text.contains(email), "{version}: {email} is no member");
        }
        let page = world.browser().get(&seen.invitation).await;
        assert_eq!(page.status, 200, "{version}: {}", page.text);
        let page = ada.get("/activity").await;
        assert!(page.text.contains("Connected"), "{version}: {}", page.text);
        let mut bob = world.browser();
        bob.enter(BOB, PASSWORD).await;
        assert_eq!(
            bob.load("hubspot", &[]).await.state(),
            "connected",
            "{version}"
        );
    }
}

/// Every sealed record of an earlier version is one that the rotation of keys knows and can open.
#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_what_earlier_versions_left_can_be_rotated() {
    for version in versions() {
        let (mut world, seen, _folder) = restored(&version).await;
        let new = format!("new:{}", STANDARD.encode([8; 32]));
        let old = world.set("PATCHBAY_ENCRYPTION_KEYS", "").expect("a key");
        world.set("PATCHBAY_ENCRYPTION_KEYS", &format!("{new},{old}"));
        let (done, said) = world.command(&["keys", "rotate"], "").await;
        assert!(done, "{version}: {said}");
        world.set("PATCHBAY_ENCRYPTION_KEYS", &new);
        world.restart().await;
        let mut ada = world.browser();
        ada.enter(ADA, PASSWORD).await;
        for (provider, items) in &seen.loaded {
            let page = ada.load(provider, &[]).await;
            assert_eq!(page.state(), "connected", "{version}: {provider}");
            assert_eq!(&page.chip("All"), items, "{version}: {provider}");
        }
    }
}

/// The replicas of before go on for a while when a new one has come.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_runs_ends_when_a_newer_one_has_changed_the_data_too_much() {
    let (mut home, redis) = (Home::new(), Redis::start());
    home.use_redis(&redis.url());
    let mut program = home.serve().await;
    let newer = ["HSET", "pb:schema", "readable_since", "99", "number", "99"];
    redis.cli(&newer);
    let status = program.ended().await;
    let said = program.said();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("run a newer Patchbay"), "{said}");
    assert!(said.contains("stopping"), "{said}");
}
