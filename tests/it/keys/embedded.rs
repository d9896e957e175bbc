//! Commands beside a Patchbay that serves from its embedded Redis, whose keys it has made itself.

use rustix::process::Signal;

use super::{DRY_RUN, ROTATE, figures, last, run};
use crate::support::{Home, start_sandbox};

/// The value of a line of a file such as `keys.toml`.
fn value(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.and_then(|line| line.split_once('='));
    value
        .expect("a value")
        .1
        .trim()
        .trim_matches('"')
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_put_into_the_data_folder_and_rotated_to_while_patchbay_serves() {
    let mut home = Home::new();
    let sandbox = start_sandbox(&home.url()).await;
    home.use_sandbox(&sandbox);
    let mut program = home.serve().await;
    let mut ada = home.browser();
    ada.sign_in("acme", "ada").await;
    ada.connect_hubspot().await;
    let before = ada.load_hubspot().await;
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));

    let keys = home.data("keys.toml");
    let old = value(&keys, "encryption_keys");
    let made = run(&home, &["keys", "generate"], 0).await;
    let new = value(&made, "PATCHBAY_ENCRYPTION_KEYS");
    home.set_data("keys.toml", &keys.replace(&old, &format!("{new},{old}")));
    let mut program = home.serve().await;
    let redis = home.embedded_redis().expect("an embedded Redis");

    let said = run(&home, DRY_RUN, 0).await;
    let id = old.split(':').next().expect("an id");
    assert!(said.contains(&format!("Still needed: {id}.")), "{said}");
    let said = run(&home, ROTATE, 0).await;
    assert!(
        said.contains(&format!("connections: 1 found, 1 re-encrypted ({id}: 1)")),
        "{said}"
    );
    let said = run(&home, ROTATE, 0).await;
    assert!(last(&said).contains(", 0 re-encrypted, "), "{said}");
    assert_eq!(
        run(&home, &["migrate"], 0).await,
        "The store is up to date.\n"
    );
    assert_eq!(home.embedded_redis(), Some(redis), "its Redis was ended");
    assert_eq!(ada.get("/connections/hubspot").await.ids(), before.ids());
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
    assert_eq!(home.embedded_redis(), None);

    home.set_data("keys.toml", &keys.replace(&old, &new));
    let mut program = home.serve().await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(
        (page.state(), page.ids()),
        ("connected".to_owned(), before.ids())
    );
    assert_eq!(program.end(Signal::TERM).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_serves_a_redis_is_started_and_ended_again() {
    let home = Home::new();
    run(&home, &["migrate"], 0).await;
    let said = run(&home, ROTATE, 0).await;
    assert_eq!(last(&said), figures(0, 0, 0, 0));
    assert_eq!(home.embedded_redis(), None);
}
