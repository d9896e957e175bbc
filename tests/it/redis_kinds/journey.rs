//! What somebody does, from the first page to after a restart.

use crate::support::World;

/// Signs in, connects, loads, has a token renewed, and finds all of it after a restart.
pub async fn goes_well(settings: &[(&str, &str)]) -> World {
    let mut world = World::with(settings).await;
    let small = [("contacts", "30"), ("companies", "20"), ("deals", "10")];
    world.control(&small).await;
    world.control(&[("rotate", "on")]).await;
    let mut ada = world.person("acme", "ada").await;
    assert_eq!(ada.connect_hubspot().await.state(), "connected");
    assert_eq!(ada.load_hubspot().await.chip("All"), "60");
    world.control(&[("expire_tokens", "1")]).await;
    assert_eq!(ada.load_hubspot().await.state(), "connected");
    assert_eq!(world.calls("token_refresh").await, 1);
    world.restart().await;
    let page = ada.get("/connections/hubspot").await;
    assert_eq!(page.url.path(), "/connections/hubspot", "signed out");
    assert_eq!(
        (page.state(), page.chip("All")),
        ("connected".to_owned(), "60".to_owned())
    );
    // Only the renewed token still works.
    world.control(&[("expire_tokens", "1")]).await;
    let page = ada.load_hubspot().await;
    assert_eq!(
        (page.state(), page.chip("All")),
        ("connected".to_owned(), "60".to_owned())
    );
    assert_eq!(ada.all_ids("").await.len(), 60);
    world
}
