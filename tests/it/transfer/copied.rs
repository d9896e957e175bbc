//! A copy: what is there stays, what differs is said, and nobody loses newer tokens.

use super::{PASSPHRASE, Place, assert_renews, connected, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_says_what_is_kept_replaced_and_cannot_be_renewed() {
    let (old, sandbox) = connected(&["airtable", "notion"]).await;
    // By the way of scripts: the passphrase on standard input, the file on standard output.
    let export = [
        "export",
        "--org",
        "acme",
        "--user",
        "ada",
        "--passphrase-stdin",
    ];
    let output = old
        .home
        .run_with_input(&export, PASSPHRASE.as_bytes())
        .await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("two Patchbays hold the same access"),
        "{told}"
    );
    let file = String::from_utf8(output.stdout).expect("text");
    assert!(file.starts_with("patchbay export 1\n"), "{file}");
    assert!(!told.contains("does not say with which app"), "{told}");
    let mut ada = old.ada().await;
    assert_eq!(ada.get("/connections/airtable").await.state(), "connected");

    let mut other = crate::support::Home::new();
    other.use_sandbox(&sandbox);
    other.set("AIRTABLE_CLIENT_ID", "another-app");
    other.set("NOTION_CLIENT_ID", "");
    let new = Place::of(other).await;
    let told = new.import(&file, &[], 0).await;
    assert!(
        told.contains("AIRTABLE_CLIENT_ID is another app here"),
        "{told}"
    );
    let place = format!("into the data folder {}", new.home.folder().display());
    assert!(told.contains(&place), "{told}");
    assert!(
        told.contains("its provider is not configured here"),
        "{told}"
    );
    assert!(
        told.contains("The Patchbay that they come from holds the same access"),
        "{told}"
    );
    assert!(
        new.token("acme", "airtable").await.is_some(),
        "it works until it ends"
    );

    // The file on standard input; into another org, which has nothing yet.
    let arguments = [
        "import",
        "-",
        "--org",
        "other",
        "--passphrase-file",
        "passphrase",
    ];
    let output = new.home.run_with_input(&arguments, file.as_bytes()).await;
    let told = said(&output, 0);
    assert!(told.contains("other / ada / airtable: imported"), "{told}");
    assert!(new.token("other", "airtable").await.is_some());

    // In the old one the token is renewed meanwhile; what is in the file is old, and takes nobody's place.
    assert_renews(&mut ada, "airtable").await;
    let fresh = old.token("acme", "airtable").await;
    let told = old.import(&file, &["--replace"], 0).await;
    assert!(
        told.contains("airtable: kept the one here, whose tokens are the same or newer"),
        "{told}"
    );
    assert_eq!(old.token("acme", "airtable").await, fresh);
    // After a reconnect it is another grant: kept, unless it may be replaced.
    ada.connect("airtable", &[]).await;
    let told = old.import(&file, &[], 0).await;
    assert!(
        told.contains("airtable: kept the one here (--replace"),
        "{told}"
    );
    let told = old.import(&file, &["--replace"], 0).await;
    assert!(told.contains("airtable: replaced the one here\n"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_the_file_does_not_name_is_said_on_both_sides() {
    let (mut old, sandbox) = connected(&["airtable", "notion"]).await;
    // As from a shell that has not what the service has.
    old.home.unset("AIRTABLE_CLIENT_ID");
    let (file, told) = old.export(&[]).await;
    let warning = "airtable: the file does not say with which app it was connected";
    assert!(told.contains(warning), "{told}");
    assert!(!told.contains("notion: the file does not say"), "{told}");
    let new = Place::beside(&sandbox).await;
    let told = new.import(&file, &[], 0).await;
    let caveat = "where that is another than AIRTABLE_CLIENT_ID";
    assert!(told.contains(caveat), "{told}");
    assert!(!told.contains("than NOTION_CLIENT_ID"), "{told}");
}
