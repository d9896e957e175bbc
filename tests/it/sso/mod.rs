//! Single sign-on at a real issuer, by its own forms.

mod journeys;
mod refusals;
mod silence;
mod trouble;

use crate::support::{CLIENT_ID, CLIENT_SECRET, Issuer, Place, World};

/// A Patchbay whose people sign in at an issuer of its own: those of example.com, each in the org that the issuer names.
async fn world(place: Place) -> (World, Issuer) {
    let mut issuer = Issuer::start().await;
    let world = World::with(&settings(&issuer.url)).await;
    issuer.serve(&world.url, "RS256", place).await;
    (world, issuer)
}

fn settings(issuer: &str) -> [(&str, &str); 6] {
    [
        ("PATCHBAY_AUTH", "oidc"),
        ("PATCHBAY_OIDC_ISSUER", issuer),
        ("PATCHBAY_OIDC_CLIENT_ID", CLIENT_ID),
        ("PATCHBAY_OIDC_CLIENT_SECRET", CLIENT_SECRET),
        ("PATCHBAY_OIDC_ORG_CLAIM", "org"),
        ("PATCHBAY_OIDC_DOMAINS", "example.com"),
    ]
}
