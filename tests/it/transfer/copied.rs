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
