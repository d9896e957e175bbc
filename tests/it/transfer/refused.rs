//! What is refused, and that nothing is done then.

use super::{PASSPHRASE, Place, connected, said};
use crate::support::Home;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_leaves_no_file() {
    let (place, _sandbox) = connected(&["airtable"]).await;
    let home = &place.home;
    let export = ["export", "--org", "acme", "--out", "x.pbx"];
    let with = [&export[..], &["--passphrase-stdin"]].concat();
    for (passphrase, expected) in [
        ("", "there is no passphrase on standard input"),
        ("short\n", "shorter than 12 characters"),
        ("acme acme acme\n", "too easy to guess"),
    ] {
        let output = home.run_with_input(&with, passphrase.as_bytes()).await;
        let told = said(&output, 1);
        assert!(told.contains(expected), "{told}");
    }
    let told = said(&home.run(&export).await, 1);
    assert!(
        told.contains("--passphrase-stdin or --passphrase-file"),
        "{told}"
    );
    let told = place
        .run(&["export", "--org", "nobody", "--out", "x.pbx"], 1)
        .await;
    assert!(told.contains("there is no connection to export"), "{told}");
    let told = place
        .run(&[&export[..], &["--user", "bob"]].concat(), 1)
        .await;
    assert!(told.contains("there is no connection to export"), "{told}");
    let both = ["--user", "ada", "--user", "bob"];
    let told = place.run(&[&export[..], &both].concat(), 1).await;
    assert!(
        told.contains("there is nothing of this user") && told.contains("Exported 1"),
        "{told}"
    );
    std::fs::remove_file(home.folder().join("x.pbx")).expect("removed");
    let told = place.run(&["export", "--org", "acme", "--move"], 2).await;
    assert!(
        told.contains("--out"),
        "a move into a pipe could lose everything: {told}"
    );
    let path = home.folder().join("x.pbx");
    assert!(!path.exists());
    std::fs::write(&path, "a file of somebody").expect("written");
    let told = place.run(&export, 1).await;
    assert!(
        told.contains("is there already, and is not overwritten"),
        "{told}"
    );
    let left = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(left, "a file of somebody");
    assert!(place.token("acme", "airtable").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_whole_and_ours_changes_nothing() {
    let (old, sandbox) = connected(&["airtable"]).await;
    let (file, _) = old.export(&[]).await;
    let new = Place::beside(&sandbox).await;
    let cut = &file[..file.len() / 2];
    let tampered = file.replacen("\"passes\":3", "\"passes\":2", 1);
    let newer = file.replacen("export 1", "export 7", 1);
    for (file, expected) in [
        ("", "is no export of Patchbay"),
        (cut, "cut short or changed"),
        (&tampered, "cut short or changed"),
        (&newer, "a newer Patchbay wrote"),
    ] {
        let told = new.import(file, &[], 1).await;
        assert!(
            told.contains(expected) && told.contains("Nothing was imported"),
            "{told}"
        );
    }
    std::fs::write(new.home.folder().join("in.pbx"), &file).expect("written");
    let import = ["import", "in.pbx", "--passphrase-stdin"];
    let wrong = format!("{PASSPHRASE}!\n");
    let told = said(&new.home.run_with_input(&import, wrong.as_bytes()).await, 1);
    assert!(told.contains("the passphrase is not the one"), "{told}");
    let told = new.run(&["import", "nowhere.pbx"], 1).await;
    assert!(told.contains("nowhere.pbx"), "{told}");
    let both = ["import", "-", "--passphrase-stdin"];
    let told = said(&new.home.run_with_input(&both, file.as_bytes()).await, 1);
    assert!(
        told.contains("cannot both come from standard input"),
        "{told}"
    );
    let mut ada = new.ada().await;
    assert_eq!(
        ada.get("/connections/airtable").await.state(),
        "not_connected"
    );
    assert_eq!(super::trail(&mut ada).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_an_account_is_named() {
    let (old, sandbox) = connected(&["airtable"]).await;
    let (file, _) = old.export(&[]).await;
    let mut home = Home::new();
    home.use_sandbox(&sandbox);
    home.set("PATCHBAY_AUTH", "local");
    let new = Place::of(home).await;
    let told = new.import(&file, &[], 0).await;
    assert!(
        told.contains("nobody has an account of that user's id"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_place_is_named() {
    let (old, _sandbox) = connected(&["airtable"]).await;
    let (file, _) = old.export(&[]).await;
    let home = &old.home;
    std::fs::write(home.folder().join("in.pbx"), file).expect("written");
    let elsewhere = Home::new();
    let file = home.folder().join("in.pbx");
    let file = file.to_str().expect("text");
    let import = ["import", file, "--dry-run", "--passphrase-stdin"];
    let output = elsewhere.run_with_input(&import, PASSPHRASE.as_bytes());
    let told = said(&output.await, 1);
    let place = format!("the data folder {}", elsewhere.folder().display());
    assert!(
        told.contains(&place) && told.contains("patchbay migrate"),
        "{told}"
    );
}
