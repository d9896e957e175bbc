//! An import whose Redis refuses something in its middle: what is said of it is so, and the next one does the rest.

use super::{Place, connected};
use crate::support::{Home, Redis, control};

/// Two accounts of the stand-in.
const FIRST: &str = "usrSampleUser0001";
const OTHER: &str = "usrSampleUser0002";

/// A Redis that a command of Patchbay may not use all of.
fn without(redis: &Redis, commands: &[&str]) -> String {
    let user = ["ACL", "SETUSER", "limited", "reset", "on", ">change-me"];
    let all = [&user[..], &["~*", "&*", "+@all"], commands].concat();
    assert_eq!(redis.cli(&all), "OK");
    redis.url().replace("://", "://limited:change-me@")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_an_import_that_fails_in_its_middle_is_so() {
    let (old, sandbox) = connected(&[]).await;
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    control(stand_in, &[("small", "on"), ("quick", "on")]).await;
    let mut ada = old.ada().await;
    ada.connect("airtable", &[("account", OTHER)]).await;
    let (other, _) = old.export(&[]).await;

    let (redis, mut home) = (Redis::start(), Home::new());
    home.use_sandbox(&sandbox);
    home.use_redis(&redis.url());
    let mut new = Place::of(home).await;
    new.import(&other, &[], 0).await;
    new.ada().await.load("airtable", &[]).await;

    let question = ada.come_back_as("airtable", FIRST).await;
    ada.choose(&question, "replace").await;
    ada.load("airtable", &["bases"]).await;
    let token = old.token("acme", "airtable").await;
    let (file, _) = old.export(&[]).await;
    let snapshots = || redis.cli(&["KEYS", "pb:{acme.ada}:snapshot:*"]);
    assert_ne!(snapshots(), "");

    // It may not keep the choice of streams: nothing is imported, and that is what is said.
    let before = new.token("acme", "airtable").await;
    new.home.set("REDIS_URL", &without(&redis, &["-set"]));
    let told = new.import(&file, &["--replace"], 1).await;
    assert!(told.contains("airtable: NOT imported"), "{told}");
    assert!(told.contains("Imported 0 of 1."), "{told}");
    assert_eq!(new.token("acme", "airtable").await, before);

    // It may not take the account before off its list, which comes after the write: that is no failure.
    new.home.set("REDIS_URL", &without(&redis, &["-hdel"]));
    let told = new.import(&file, &["--replace"], 0).await;
    assert!(
        told.contains("replaced the one here, which was of another account"),
        "{told}"
    );
    assert!(told.contains("Imported 1 of 1."), "{told}");
    assert!(told.contains("is still listed"), "it could do all: {told}");
    assert_eq!(new.token("acme", "airtable").await, token);
    assert_eq!(snapshots(), "");

    new.home.set("REDIS_URL", &redis.url());
    let told = new.import(&file, &["--replace"], 0).await;
    assert!(
        told.contains("kept the one here, whose tokens are the same or newer"),
        "{told}"
    );
    let page = new.ada().await.load("airtable", &[]).await;
    let ids = page.ids();
    assert!(
        !ids.is_empty() && ids.iter().all(|id| id.starts_with("app")),
        "bases alone, as chosen where it comes from: {}",
        page.text
    );
}
