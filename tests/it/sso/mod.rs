//! Single sign-on at a real issuer, by its own forms.

mod journeys;
mod people;
mod refusals;
mod silence;
mod trouble;

use crate::support::{Issuer, Place, World};

/// A Patchbay whose people sign in at an issuer of its own: those of example.com, each in the org that the issuer names.
async fn world(place: Place) -> (World, Issuer) {
    let mut issuer = Issuer::start().await;
    let world = World::with(&issuer.settings()).await;
    issuer.serve(&world.url, "RS256", place).await;
    (world, issuer)
}
