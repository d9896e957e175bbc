//! Exports of several people, of whom one takes more than their part.

use crate::exports::{ITEMS, file, lines, loaded};
use crate::exports_interrupted::{LARGE, begun, rest};

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_two_files_slowly_keeps_no_third_and_nobody_else_out() {
    let (world, mut ada) = loaded(LARGE).await;
    let place = format!("{ITEMS}.ndjson");
    let (first, second) = (begun(&ada, &place).await, begun(&ada, &place).await);
    let third = ada.get(&place).await;
    assert_eq!(third.status, 429, "{}", third.text);
    let told = third.text_of(".failure");
    assert!(told.contains("Two exports of yours run already"), "{told}");
    assert!(!third.header("retry-after").is_empty());

    world.control(&[("contacts", "9")]).await;
    let mut bob = world.person("acme", "bob").await;
    bob.connect_hubspot().await;
    bob.load_hubspot().await;
    assert!(!lines(&file(&mut bob, "ndjson", "").await).is_empty());

    assert!(
        rest(first).await.1 && rest(second).await.1,
        "both are whole"
    );
    assert!(!lines(&file(&mut ada, "ndjson", "").await).is_empty());
}
