//! The JSON API: programs with a key, a file for each route and one for each thing that routes share.

mod access;
mod bodies;
mod connections;
mod contacts;
mod cors;
mod document;
mod items;
mod items_changed;
mod loads;
mod once;
mod token;

use crate::support::World;

/// A world in which ada of acme has connected HubSpot.
async fn connected() -> World {
    let world = World::start().await;
    connect(&world, "hubspot").await;
    world
}

/// Has ada of acme connect a provider.
async fn connect(world: &World, provider: &str) {
    let mut ada = world.person("acme", "ada").await;
    ada.connect(provider, &[]).await;
}

/// The same with so many contacts, all loaded.
async fn loaded(contacts: &str) -> World {
    let world = World::start().await;
    world.control(&[("contacts", contacts)]).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    world
}
