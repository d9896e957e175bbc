//! The settings of a person: what programs may do in their name, where they are signed in, how they sign in.

pub mod keys;
pub mod members;
pub mod password;
pub mod sessions;

use actix_web::{HttpRequest, HttpResponse};

use super::page::lead_to;
use super::session::SignedIn;
use super::site::{SignIn, Site};
use crate::identity::Role;

/// `GET /settings`: to what there is to set.
pub async fn home(request: HttpRequest, _who: SignedIn) -> HttpResponse {
    lead_to(&request, keys::PLACE)
}

/// The pages of the settings that somebody has: their names and places.
pub fn pages(site: &Site, who: &SignedIn) -> Vec<(&'static str, &'static str)> {
    let mut pages = vec![("API keys", keys::PLACE), ("Sessions", sessions::PLACE)];
    if site.sign_in == SignIn::Local {
        pages.push(("Password", password::PLACE));
    }
    if who.role == Role::Admin {
        pages.push(("Members", members::PLACE));
    }
    pages
}
