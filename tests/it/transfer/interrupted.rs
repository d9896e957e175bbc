//! An import whose Redis begins to refuse in its middle: what was imported is said to be, and the next one does the rest.

use super::{Place, connected};
use crate::support::{Home, Redis, control};

/// Two accounts of the stand-in.
const FIRST: &str = "usrSampleUser0001";
const OTHER: &str = "usrSampleUser0002";

/// A user of Redis who may write connections, and not what belongs to them.
const LIMITED: [&str; 11] = [
    "ACL",
    "SETUSER",
    "limited",
    "on",
    ">change-me",
    "~*",
    "&*",
    "+@all",
    "-set",
    "-hdel",
    "-del",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_is_said_and_the_next_import_does_the_rest() {
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

    assert_eq!(redis.cli(&LIMITED), "OK");
    let limited = redis.url().replace("://", "://limited:change-me@");
    new.home.set("REDIS_URL", &limited);
    let told = new.import(&file, &["--replace"], 1).await;
    assert!(
        told.contains("replaced the one here, which was of another account"),
        "{told}"
    );
    assert!(told.contains("import the file again"), "{told}");
    assert!(told.contains("Imported 1 of 1."), "{told}");
    assert!(!told.contains("NOT imported"), "{told}");
    assert_eq!(new.token("acme", "airtable").await, token);
    assert_ne!(snapshots(), "", "it could be taken away after all");

    new.home.set("REDIS_URL", &redis.url());
    let told = new.import(&file, &["--replace"], 0).await;
    assert!(
        told.contains("kept the one here, whose tokens are the same or newer"),
        "{told}"
    );
    assert_eq!(snapshots(), "");
    let page = new.ada().await.load("airtable", &[]).await;
    let ids = page.ids();
    assert!(
        !ids.is_empty() && ids.iter().all(|id| id.starts_with("app")),
        "bases alone, as chosen where it comes from: {}",
        page.text
    );
}
