//! The newcomer's way: sign in, connect, load, read.

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_connects_loads_and_reads() {
    let world = World::start().await;
    let mut ada = world.browser();
    let page = ada.get("/").await;
    assert_eq!(page.url.path(), "/sign-in");
    let page = ada.sign_in("acme", "ada").await;
    assert_eq!(page.url.path(), "/connections");
    assert_eq!(page.state(), "not_connected");

    let page = ada.connect_hubspot().await;
    assert_eq!(page.url.path(), "/connections/hubspot");
    assert_eq!(page.state(), "connected");
    assert!(
        page.text_of("#items")
            .contains("Nothing has been loaded yet")
    );

    let page = ada.load_hubspot().await;
    assert_eq!(page.text_of(".pager .range"), "1-50 of 2,950");
    assert_eq!(page.ids().len(), 50);
}
