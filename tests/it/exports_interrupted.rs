//! What comes in between while a file is downloaded.

use patchbay::item::Item;
use reqwest::{Method, Response};

use crate::exports::{ITEMS, file, lines, loaded};
use crate::support::Browser;

/// Begins a download and reads a little of it.
pub async fn begun(browser: &Browser, place: &str) -> (Response, Vec<u8>) {
    let mut answer = browser
        .request(Method::GET, place)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let first = answer.chunk().await.expect("bytes").expect("a beginning");
    (answer, first.to_vec())
}

/// Reads a download to its end; what came, and whether that was said to be all.
pub async fn rest((mut answer, mut file): (Response, Vec<u8>)) -> (Vec<u8>, bool) {
    loop {
        match answer.chunk().await {
            Ok(Some(bytes)) => file.extend(bytes),
            Ok(None) => return (file, true),
            Err(_) => return (file, false),
        }
    }
}

/// Items that take more as a file than what lies between a reader and Patchbay on its way.
pub const LARGE: u32 = 24_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_begun_stays_what_it_was() {
    let (world, mut ada) = loaded(LARGE).await;
    let place = format!("{ITEMS}.json?sort=modified");
    let before: Vec<Item> = serde_json::from_str(&ada.get(&place).await.text).expect("a list");
    let download = begun(&ada, &place).await;
    world.control(&[("contacts", "50")]).await;
    ada.load_hubspot().await;
    let (old, whole) = rest(download).await;
    assert!(whole);
    let after: Vec<Item> = serde_json::from_slice(&old).expect("a list");
    assert_eq!(after.len(), before.len());
    assert!(after == before, "the snapshot that was looked at");
    let now = lines(&file(&mut ada, "ndjson", "").await);
    assert!(now.len() < 20_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stop_breaks_off_does_not_look_whole() {
    let (mut world, ada) = loaded(LARGE).await;
    for encoding in ["gzip", "zstd", "identity"] {
        let request = ada.request(Method::GET, &format!("{ITEMS}.ndjson"));
        let request = request.header("accept-encoding", encoding);
        let answer = request.send().await.expect("an answer");
        let stops = encoding == "identity";
        if stops {
            world.stop().await;
        }
        let (_, whole) = rest((answer, Vec::new())).await;
        assert_eq!(whole, !stops, "{encoding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_vanishes_holds_nobody_up() {
    let (_world, mut ada) = loaded(LARGE).await;
    let place = format!("{ITEMS}.json");
    for _ in 0..20 {
        drop(begun(&ada, &place).await);
    }
    let items: Vec<Item> = serde_json::from_str(&ada.get(&place).await.text).expect("a list");
    assert_eq!(items.len(), 40_000);
}
