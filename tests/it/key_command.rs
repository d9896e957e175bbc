//! `patchbay key`: an operator makes, lists and revokes keys, beside a Patchbay that serves or without one.

use std::process::Output;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Home, Redis, plain_client};

const ADA: [&str; 4] = ["--org", "acme", "--user", "ada"];

/// What a command printed on standard output and on standard error; fails unless it ended with this code.
async fn run(home: &Home, arguments: &[&str], code: i32) -> (String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = home.run(arguments).await;
    let said = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(status.code(), Some(code), "{said:?}");
    let [out, err] = said;
    (out, err)
}

/// Makes a key of ada's; answers it, and what was said beside.
async fn add(home: &Home, more: &[&str]) -> (String, String) {
    let arguments = [&["key", "add"][..], &ADA, &["--name", "sync"], more].concat();
    let (out, err) = run(home, &arguments, 0).await;
    let key = out.strip_suffix('\n').expect("a line").to_owned();
    assert!(
        key.starts_with("pb_") && !key.contains(char::is_whitespace),
        "{out:?}"
    );
    assert!(!err.contains(&key), "{err}");
    (key, err)
}

/// The keys that there are.
async fn list(home: &Home, more: &[&str]) -> Vec<Value> {
    let (out, _) = run(home, &[&["key", "list", "--json"], more].concat(), 0).await;
    serde_json::from_str(&out).expect("a JSON list")
}

fn text<'a>(key: &'a Value, name: &str) -> &'a str {
    key[name].as_str().unwrap_or_default()
}

/// Asks for a token of ada's as a program does; answers the status.
async fn use_key(home: &Home, key: &str) -> u16 {
    let place = format!("{}/integrations/hubspot/credentials", home.url());
    let request = plain_client().post(place).bearer_auth(key);
    let request = request.form(&[("user_id", "ada"), ("org_id", "acme")]);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_and_revoked_beside_a_patchbay_with_its_own_redis() {
    let home = Home::new();
    let mut program = home.serve().await;
    let redis = home.embedded_redis().expect("an embedded Redis");
    let scopes = ["--scope", "tokens:read", "--scope", "items:read"];
    let (key, said) = add(&home, &[&scopes[..], &["--expires", "90d"]].concat()).await;
    assert!(said.contains("items:read, tokens:read, until"), "{said}");

    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    let page = ada.get("/settings/keys").await;
    assert_eq!(page.texts("#api-keys td.name"), ["sync"]);
    assert_eq!(page.texts(".scopes code"), ["items:read", "tokens:read"]);
    let id = page
        .attributes("#api-keys tr[data-id]", "data-id")
        .remove(0);
    assert!(said.contains(&id), "{said}");

    let (table, _) = run(&home, &["key", "list"], 0).await;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    for part in [
        &id,
        &key[..9],
        "acme",
        "ada",
        "sync",
        "items:read,tokens:read",
        "never",
    ] {
        assert!(lines[1].contains(part), "no {part} in {table}");
    }
    assert!(!table.contains(&key));

    let (said, _) = run(&home, &["key", "revoke", &id], 0).await;
    for part in ["the key 'sync'", &key[..9], "ada in acme"] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    assert_eq!(ada.get("/settings/keys").await.count("#no-keys"), 1);
    let (out, err) = run(&home, &["key", "revoke", &id], 1).await;
    assert_eq!(out, "");
    assert!(
        err.contains(&id) && err.contains("patchbay key list"),
        "{err}"
    );
    assert_eq!(home.embedded_redis(), Some(redis), "its Redis was ended");
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_the_patchbay_that_serves_from_the_same_redis() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    home.set("PATCHBAY_AUTH", "local");
    let mut program = home.serve().await;
    let (key, said) = add(&home, &["--scope", "tokens:read"]).await;
    assert!(said.contains("until it is revoked"), "{said}");
    assert!(!redis.dump().contains(&key));
    let before = list(&home, &[]).await;
    assert_eq!(
        (&before[0]["used_at"], &before[0]["expires_at"]),
        (&Value::Null, &Value::Null)
    );
    // There is no such connection, which only who is let in hears.
    assert_eq!(use_key(&home, &key).await, 400);
    let after = list(&home, &[]).await;
    assert_ne!(after[0]["used_at"], Value::Null);
    run(&home, &["key", "revoke", text(&after[0], "id")], 0).await;
    assert_eq!(use_key(&home, &key).await, 401);
    assert!(list(&home, &[]).await.is_empty());
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_can_be_listed_by_org_and_by_user() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    run(&home, &["migrate"], 0).await;
    let (out, err) = run(&home, &["key", "list"], 0).await;
    assert_eq!(out, "");
    assert!(err.contains("There are no API keys"), "{err}");
    assert!(list(&home, &[]).await.is_empty());
    for (org, user) in [("acme", "ada"), ("acme", "bob"), ("组织", "ada")] {
        let owner = ["key", "add", "--org", org, "--user", user];
        let key = ["--name", "nightly sync", "--scope", "loads:write"];
        run(&home, &[&owner[..], &key].concat(), 0).await;
    }
    let owners = async |more: &[&str]| -> Vec<String> {
        let keys = list(&home, more).await;
        let owner = |key: &Value| format!("{}/{}", text(key, "org"), text(key, "user"));
        keys.iter().map(owner).collect()
    };
    assert_eq!(owners(&[]).await, ["acme/ada", "acme/bob", "组织/ada"]);
    assert_eq!(owners(&["--org", "acme"]).await, ["acme/ada", "acme/bob"]);
    assert_eq!(owners(&["--user", " ada "]).await, ["acme/ada", "组织/ada"]);
    assert_eq!(owners(&ADA).await, ["acme/ada"]);
    assert_eq!(owners(&["--user", "carol"]).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_argument_is_named_with_what_is_possible_and_nothing_is_made() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    run(&home, &["migrate"], 0).await;
    let long = "x".repeat(129);
    let all = [
        "key",
        "add",
        "--org",
        "",
        "--user",
        &long,
        "--name",
        " ",
        "--scope",
        "items:write",
        "--scope",
        "ITEMS:READ",
        "--expires",
        "tomorrow",
    ];
    let (out, err) = run(&home, &all, 1).await;
    assert_eq!(out, "");
    for part in [
        "--org is empty",
        "--user is longer than 128",
        "--name: the name must have 1 to 80",
        "'items:write' is not a scope",
        "'ITEMS:READ' is not a scope",
        "items:read, loads:write, tokens:read, contacts:read, contacts:write, connections:write",
        "'tomorrow' is not a time with its unit; write it like 90d",
    ] {
        assert!(err.contains(part), "no {part} in {err}");
    }
    for time in ["10s", "4000d"] {
        let key = ["--name", "sync", "--scope", "items:read", "--expires", time];
        let (_, err) = run(&home, &[&["key", "add"][..], &ADA, &key].concat(), 1).await;
        assert!(err.contains("between a minute and ten years"), "{err}");
    }
    let (_, err) = run(&home, &["key", "list", "--org", "a\nb", "--user", ""], 1).await;
    assert!(
        err.contains("--org holds") && err.contains("--user is empty"),
        "{err}"
    );

    // What is not there at all is clap's to say.
    let (_, err) = run(&home, &[&["key", "add"][..], &ADA].concat(), 2).await;
    assert!(err.contains("--name") && err.contains("--scope"), "{err}");
    run(&home, &["key", "revoke"], 2).await;
    assert!(list(&home, &[]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_printed_is_named_so_that_it_can_be_revoked() {
    if !std::path::Path::new("/dev/full").exists() {
        return; // Only some systems have a device that takes nothing.
    }
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    run(&home, &["migrate"], 0).await;
    let key = ["--name", "sync", "--scope", "items:read"];
    let said = home
        .run_into("/dev/full", &[&["key", "add"][..], &ADA, &key].concat())
        .await;
    let left = list(&home, &[]).await;
    assert!(said.contains("could not be printed"), "{said}");
    assert!(said.contains(text(&left[0], "id")), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_of_this_version_is_left_alone() {
    let redis = Redis::start();
    let mut home = Home::new();
    home.use_redis(&redis.url());
    let key = ["--name", "sync", "--scope", "items:read"];
    let make = [&["key", "add"][..], &ADA, &key].concat();
    for command in [
        &make[..],
        &["key", "list"],
        &["key", "revoke", "0123456789ab"],
    ] {
        let (out, err) = run(&home, command, 1).await;
        assert_eq!(out, "");
        assert!(err.contains("run 'patchbay migrate'"), "{err}");
    }
    redis.cli(&["HSET", "pb:schema", "readable_since", "99", "number", "99"]);
    let (_, err) = run(&home, &make, 1).await;
    assert!(err.contains("newer version"), "{err}");
    assert_eq!(redis.cli(&["KEYS", "*key*"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_serves_the_key_is_there_when_somebody_does() {
    let home = Home::new();
    run(&home, &["migrate"], 0).await;
    add(&home, &["--scope", "items:read"]).await;
    assert_eq!(home.embedded_redis(), None, "its own Redis is ended again");
    let mut program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    let page = ada.get("/settings/keys").await;
    assert_eq!(page.texts("#api-keys td.name"), ["sync"]);
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}
