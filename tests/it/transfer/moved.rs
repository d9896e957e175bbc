//! A move: out of one Patchbay, into another with other keys, where everything goes on.

use super::{Place, assert_renews, connected, trail};
use crate::support::{control, state_of};

#[tokio::test(flavor = "multi_thread")]
async fn connections_go_on_in_another_patchbay_with_other_keys() {
    let (old, sandbox) = connected(&["airtable", "hubspot"]).await;
    let stand_in = sandbox.endpoints("airtable").expect("a stand-in");
    control(stand_in, &[("small", "on"), ("quick", "on")]).await;
    let mut ada = old.ada().await;
    ada.load("airtable", &["bases"]).await;
    let token = old.token("acme", "airtable").await.expect("a token");

    let (file, said) = old.export(&["--move"]).await;
    assert!(
        said.contains("acme / ada / airtable: exported, and taken out"),
        "{said}"
    );
    assert!(
        said.contains("Exported 2 connection(s) to out.pbx"),
        "{said}"
    );
    for text in [&file, &said] {
        assert!(!text.contains(&token), "a token is in the open");
    }
    // It is here no more, with nothing that it brought; and nothing was ended.
    let page = ada.get("/connections/airtable").await;
    assert_eq!(page.state(), "not_connected");
    assert_eq!(page.ids(), Vec::<String>::new());
    assert_eq!(old.token("acme", "airtable").await, None);
    let told = trail(&mut ada).await;
    assert_eq!(told[..2], ["Moved to another Patchbay"; 2], "{told:?}");
    assert_eq!(
        told[2..4],
        ["Credentials put into an encrypted file"; 2],
        "{told:?}"
    );

    let new = Place::beside(&sandbox).await;
    let said = new.import(&file, &["--dry-run"], 0).await;
    assert!(
        said.contains("2 of 2 would be imported. Nothing was done."),
        "{said}"
    );
    let mut ada = new.ada().await;
    assert_eq!(
        ada.get("/connections/airtable").await.state(),
        "not_connected"
    );
    let said = new.import(&file, &[], 0).await;
    assert!(said.contains("acme / ada / hubspot: imported\n"), "{said}");
    assert!(said.contains("Imported 2 of 2."), "{said}");
    assert!(!said.contains(&token), "a token is in the open");

    assert_eq!(
        new.token("acme", "airtable").await.as_deref(),
        Some(&token[..])
    );
    for provider in ["airtable", "hubspot"] {
        assert_renews(&mut ada, provider).await;
    }
    assert_ne!(new.token("acme", "airtable").await, Some(token));
    assert_eq!(state_of(stand_in).await["counters"]["token_refresh"], 1);
    // What was chosen to load came along.
    let page = ada.load("airtable", &[]).await;
    let ids = page.ids();
    assert!(!ids.is_empty(), "{}", page.text);
    assert!(
        ids.iter().all(|id| id.starts_with("app")),
        "bases alone: {ids:?}"
    );
    assert!(
        page.text
            .contains("Imported from a file of another Patchbay"),
        "{}",
        page.text
    );
    assert_eq!(trail(&mut ada).await[0], "Imported from a file");

    // Once more: what was renewed since is not lost, whatever is asked for.
    for more in [&[][..], &["--replace"]] {
        let said = new.import(&file, more, 0).await;
        assert!(
            said.contains("airtable: kept the one here, whose tokens are the same or newer"),
            "{said}"
        );
        assert!(said.contains("Imported 0 of 2."), "{said}");
    }
    assert_renews(&mut ada, "airtable").await;
}
