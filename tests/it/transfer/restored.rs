//! The restore drill of docs/backup.md, with a data folder: copied while Patchbay serves, put in place elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Place, assert_renews, connected};
use crate::support::{Home, control};

/// The steps of the page, in its order. Answers where the copy is.
async fn back_up(home: &Home) -> PathBuf {
    let (data, copy) = (home.folder().join("data"), home.folder().join("backup"));
    home.redis_cli(&["CONFIG", "SET", "auto-aof-rewrite-percentage", "0"]);
    while !home
        .redis_cli(&["INFO", "persistence"])
        .contains("aof_rewrite_in_progress:0")
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    std::fs::create_dir_all(copy.join("redis")).expect("a folder");
    cp(&data.join("keys.toml"), &copy);
    cp(&data.join("redis/appendonlydir"), &copy.join("redis"));
    let back = home.redis_cli(&["CONFIG", "SET", "auto-aof-rewrite-percentage", "100"]);
    assert_eq!(back, "OK");
    copy
}

fn cp(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(done.expect("cp").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_copied_while_patchbay_serves_goes_on_elsewhere() {
    let (old, sandbox) = connected(&["airtable"]).await;
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    control(stand_in, &[("small", "on"), ("quick", "on")]).await;
    let mut ada = old.ada().await;
    let before = ada.load("airtable", &[]).await.ids();
    let token = old.token("acme", "airtable").await;
    let copy = back_up(&old.home).await;
    // Somebody works on, and then the machine is lost.
    ada.get("/connections").await;
    drop(old._program);

    let mut home = Home::new();
    home.use_sandbox(&sandbox);
    let data = home.folder().join("data");
    std::fs::create_dir(&data).expect("a folder");
    cp(&copy.join("."), &data);
    let new = Place::of(home).await;
    let mut ada = new.ada().await;
    let page = ada.get("/connections/airtable").await;
    assert_eq!(
        (page.state(), page.ids()),
        ("connected".to_owned(), before.clone())
    );
    assert_eq!(new.token("acme", "airtable").await, token);
    assert_renews(&mut ada, "airtable").await;
    assert_eq!(ada.load("airtable", &[]).await.ids(), before);
}
