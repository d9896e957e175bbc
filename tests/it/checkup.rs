//! `patchbay config` finds out whether a configuration works, and changes nothing by it.

mod server;
mod stores;

use std::time::{Duration, Instant};

use crate::support::{CLIENT_ID, Home, Redis, start_sandbox, state_of};
use server::Answering;

/// What `patchbay config` printed, if it ended with this code.
async fn config(home: &Home, more: &[&str], code: i32) -> String {
    let output = home.run(&[&["config"], more].concat()).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}{complaints}");
    assert!(!said.contains("client-secret"), "{said}");
    said
}

/// The check of a thing: its verdict and its text.
fn check<'a>(said: &'a str, about: &str) -> (&'a str, &'a str) {
    let checks = said.split_once("\nChecks:\n").expect("checks").1;
    let mut found = checks.lines().filter_map(|line| {
        let (verdict, rest) = line.strip_prefix("- ")?.split_once(' ')?;
        let (what, text) = rest.trim_start().split_once(": ")?;
        (what == about).then_some((verdict, text))
    });
    let one = found.next();
    assert!(found.next().is_none(), "{about} twice in {said}");
    one.unwrap_or_else(|| panic!("no check of {about} in {said}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_right_is_said_to_be_and_nothing_is_changed() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let before = redis.dump();
    let said = config(&home, &[], 0).await;
    assert_eq!(redis.dump(), before);
    for name in [
        "Redis",
        "Encryption keys",
        "HubSpot",
        "Notion",
        "Airtable",
        "Clock",
    ] {
        let (verdict, text) = check(&said, name);
        assert_eq!(verdict, "ok", "{name}: {text}");
    }
    assert!(
        check(&said, "Redis")
            .1
            .contains("takes writes; it holds no data of Patchbay yet"),
        "{said}"
    );
    assert_eq!(
        check(&said, "Clock").1,
        "agrees with Redis, HubSpot, Notion, Airtable"
    );
    for (name, id) in [
        ("HubSpot", "hubspot"),
        ("Notion", "notion"),
        ("Airtable", "airtable"),
    ] {
        let line = format!(
            "\n- {name}: {}/integrations/{id}/oauth2callback\n",
            home.url()
        );
        assert!(said.contains(&line), "no '{line}' in {said}");
        let state = state_of(sandbox.endpoints(id).expect("a stand-in")).await;
        assert_eq!(state["counters"]["token_authorization_code"], 1, "{id}");
    }

    let said = config(&home, &["--offline"], 0).await;
    for name in ["HubSpot", "Notion", "Airtable"] {
        assert_eq!(check(&said, name), ("unknown", "was not asked (--offline)"));
    }
    let state = state_of(sandbox.endpoints("notion").expect("a stand-in")).await;
    assert_eq!(state["counters"]["token_authorization_code"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_not_known_is_told_from_one_that_is_not_there() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    home.set("HUBSPOT_CLIENT_SECRET", "not-the-secret");
    home.set("NOTION_CLIENT_ID", "not-the-client");
    home.set("AIRTABLE_CLIENT_ID", "");
    home.set("AIRTABLE_CLIENT_SECRET", "");
    let said = config(&home, &[], 1).await;
    let (verdict, text) = check(&said, "HubSpot");
    assert_eq!(verdict, "wrong");
    assert!(
        text.contains("BAD_CLIENT_SECRET") && text.contains("HUBSPOT_CLIENT_SECRET"),
        "{text}"
    );
    let (verdict, text) = check(&said, "Notion");
    assert_eq!(verdict, "wrong");
    assert!(
        text.contains("invalid_client") && text.contains("NOTION_CLIENT_ID"),
        "{text}"
    );
    let (verdict, text) = check(&said, "Airtable");
    assert_eq!(verdict, "unset");
    assert!(
        text.contains("https://") && text.contains("AIRTABLE_CLIENT_ID"),
        "{text}"
    );

    for (id, secret) in [
        ("HUBSPOT", "not-the-secret"),
        ("AIRTABLE", "not-the-secret"),
    ] {
        home.set(&format!("{id}_CLIENT_ID"), "not-the-client");
        home.set(&format!("{id}_CLIENT_SECRET"), secret);
    }
    home.set("NOTION_CLIENT_ID", CLIENT_ID);
    home.set("NOTION_CLIENT_SECRET", "");
    let said = config(&home, &[], 1).await;
    let hubspot = check(&said, "HubSpot");
    assert!(
        hubspot.0 == "wrong" && hubspot.1.contains("BAD_CLIENT_ID"),
        "{said}"
    );
    assert_eq!(check(&said, "Airtable").0, "wrong");
    let notion = check(&said, "Notion");
    assert!(
        notion.0 == "wrong" && notion.1.contains("NOTION_CLIENT_SECRET is not set"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_or_silent_is_no_fault_of_the_configuration() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let silent = Answering::nothing();
    home.set("HUBSPOT_TOKEN_URL", "http://127.0.0.1:1/token");
    home.set("NOTION_TOKEN_URL", &silent.url("/token"));
    let broken = Answering::with(|_| (503, "not now".to_owned()), 0);
    home.set("AIRTABLE_TOKEN_URL", &broken.url("/token"));
    let begun = Instant::now();
    let said = config(&home, &[], 0).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    for (name, expected) in [
        ("HubSpot", "could not be reached"),
        ("Notion", "did not answer in time"),
        ("Airtable", "refused with status 503"),
    ] {
        let (verdict, text) = check(&said, name);
        assert!(verdict == "unknown" && text.contains(expected), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_not_a_providers_is_noticed() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let refusal = r#"{"error": "invalid_grant"}"#;
    let ahead = Answering::with(|_| (400, refusal.to_owned()), 600);
    home.set("AIRTABLE_TOKEN_URL", &ahead.url("/token"));
    let said = config(&home, &[], 1).await;
    assert_eq!(check(&said, "Airtable").0, "ok");
    let (verdict, text) = check(&said, "Clock");
    assert_eq!(verdict, "wrong");
    assert!(
        text.contains("s behind that of Airtable") && !text.contains("HubSpot"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_provider_is_asked_who_it_is() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    home.set("PATCHBAY_AUTH", "oidc");
    home.set("PATCHBAY_OIDC_CLIENT_ID", "patchbay");
    home.set("PATCHBAY_OIDC_ORG", "acme");
    for (name, refusal, verdict, expected) in [
        ("", "invalid_grant", "ok", "knows the client"),
        ("", "invalid_client", "wrong", "PATCHBAY_OIDC_CLIENT_ID"),
        (
            "/other",
            "invalid_grant",
            "wrong",
            "calls itself by another name",
        ),
    ] {
        let issuer = Answering::issuer(name, refusal);
        home.set("PATCHBAY_OIDC_ISSUER", &issuer.url(""));
        let said = config(&home, &[], i32::from(verdict == "wrong")).await;
        let found = check(&said, "Single sign-on");
        assert!(found.0 == verdict && found.1.contains(expected), "{said}");
        let line = format!("\n- Single sign-on: {}/sign-in/sso/callback\n", home.url());
        assert!(said.contains(&line), "{said}");
    }
    home.set("PATCHBAY_OIDC_ISSUER", "http://127.0.0.1:1");
    let said = config(&home, &[], 0).await;
    assert_eq!(check(&said, "Single sign-on").0, "unknown");
}
