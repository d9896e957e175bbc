//! The pages of connections: all of them on one, each on its own, and the way there and back.

pub mod account;
pub mod callback;
pub mod check;
pub mod connect;
pub mod disconnect;
pub mod index;
pub mod items;
pub mod load;
mod question;
pub mod refresh;
#[cfg(test)]
pub mod samples;
pub mod show;
mod told;
pub mod view;
pub mod window;

pub use index::redirect_uri;
pub use show::{bad_query, query};
pub use told::{Said, Told, no_token};
pub use view::{Banner, Chip, Head, Trouble, shortfalls};

use actix_web::{HttpRequest, HttpResponse};

use super::error::PageError;
use super::page::lead_to;
use super::session::SignedIn;
use super::site::Site;
use crate::connections::Overview;
use crate::error::{Failure, Kind};
use crate::providers::Profile;

/// `GET /`
pub async fn home(request: HttpRequest, _who: SignedIn) -> HttpResponse {
    lead_to(&request, "/connections")
}

/// The provider of an address.
pub fn profile(site: &Site, id: &str) -> Result<&'static Profile, PageError> {
    let profile = site.connections.profile(id);
    profile.ok_or_else(|| no_provider().into())
}

/// A provider as it is for somebody.
pub async fn overview(site: &Site, who: &SignedIn, id: &str) -> Result<Overview, PageError> {
    let overview = site.connections.overview(&who.owner, id).await?;
    overview.ok_or_else(|| no_provider().into())
}

fn no_provider() -> Failure {
    Failure::new(
        Kind::NotFound,
        "There is no such provider",
        "Patchbay does not know it. The connections page lists those that it knows.",
    )
}
