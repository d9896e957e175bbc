//! Single sign-on at a real issuer, by its own forms.

mod journeys;
mod people;
mod refusals;
mod silence;
mod trouble;

use crate::support::{Browser, Issuer, Place, World};

/// A Patchbay whose people sign in at an issuer of its own: those of example.com, each in the org that the issuer names.
pub async fn world(place: Place) -> (World, Issuer) {
    let mut issuer = Issuer::start().await;
    let world = World::with(&issuer.settings()).await;
    issuer.serve(&world.url, "RS256", place).await;
    (world, issuer)
}

/// Makes an account without a password.
pub async fn add(world: &World, org: &str, email: &str, role: &str) {
    let arguments = ["add", "--org", org, "--email", email, "--role", role];
    let (done, said) = world.user_command(&arguments, "").await;
    assert!(done, "{said}");
}

/// A browser in which somebody has signed in.
pub async fn signed_in(world: &World, login: &str) -> Browser {
    let mut browser = world.browser();
    let page = browser.sign_in_by_sso(login).await;
    assert_eq!(page.url.path(), "/connections", "{}", page.text);
    browser
}
