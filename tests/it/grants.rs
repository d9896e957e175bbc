//! What a code brings is not lost: not to a store that is away in the middle of the exchange, nor to a
//! browser that does not wait for the answer.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use url::Url;

use crate::support::{Browser, World};

/// Ada, who allowed it at HubSpot, and the address that leads her back. The stand-in takes its time from now on.
async fn on_the_way_back() -> (World, Browser, Url) {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    world.control(&[("latency_ms", "1500")]).await;
    (world, ada, back)
}

/// Waits until HubSpot has the code; it has not answered yet.
async fn hubspot_has_the_code(world: &World) {
    for _ in 0..500 {
        if world.calls("token").await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the code is not exchanged");
}

/// Asks for an address over a connection of its own, with this browser's session, and waits for nothing.
async fn ask(world: &World, ada: &mut Browser, place: &Url) -> TcpStream {
    let page = ada.get_once("/connections").await;
    let cookie = page.header("set-cookie").split(';').next().expect("one");
    assert!(cookie.starts_with("patchbay="), "{cookie:?}");
    let host = world.url.trim_start_matches("http://");
    let (path, query) = (place.path(), place.query().expect("a code"));
    let mut stream = TcpStream::connect(host).await.expect("Patchbay");
    let head = format!("GET {path}?{query} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("sent");
    stream
}

/// Waits until the connection is there, without anybody doing anything for it.
async fn becomes_connected(ada: &mut Browser) {
    let mut page = ada.get("/connections/hubspot").await;
    for _ in 0..200 {
        if page.status == 200 && page.state() == "connected" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        page = ada.get("/connections/hubspot").await;
    }
    panic!("it is {} {:?}", page.status, page.state());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_given_while_redis_died_is_stored_when_it_is_back() {
    let (mut world, mut ada, back) = on_the_way_back().await;
    let mut tab = ada.clone();
    let asked = tokio::spawn(async move { tab.get_once(back.as_str()).await });
    hubspot_has_the_code(&world).await;
    assert!(!asked.is_finished(), "it is answered already");
    world.redis.kill();
    let answered = tokio::time::timeout(Duration::from_secs(20), asked).await;
    let page = answered.expect("an answer in time").expect("no panic");
    assert_eq!(page.status, 503, "{}", page.text);
    let said = page.text_of(".failure");
    assert!(said.contains("Patchbay cannot reach its store"), "{said}");
    world.redis.revive();
    world.control(&[("latency_ms", "0")]).await;
    becomes_connected(&mut ada).await;
    assert_eq!(world.calls("token_authorization_code").await, 1);
    let page = ada.load_hubspot().await;
    assert_eq!(page.outcome("Contacts"), "done", "its token works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_goes_away_in_the_middle_of_the_way_back_ends_connected() {
    let (world, mut ada, back) = on_the_way_back().await;
    let stream = ask(&world, &mut ada, &back).await;
    hubspot_has_the_code(&world).await;
    // At once and without a word, as a process that is killed; the request is then dropped.
    stream.set_zero_linger().expect("a reset");
    drop(stream);
    becomes_connected(&mut ada).await;
    assert_eq!(world.calls("token_authorization_code").await, 1);
}
