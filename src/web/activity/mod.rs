//! `/activity`: what was done, by whom, and what came of it: page by page, or as a file.

pub mod export;
mod form;
pub mod index;
#[cfg(test)]
mod samples;
mod view;
mod words;

use super::error::PageError;
use super::session::SignedIn;
use super::site::Site;
use crate::activity::{Filter, Sight};
use crate::error::{Failure, Kind};
use crate::identity::Role;

/// The page's address.
const PLACE: &str = "/activity";

/// Whose entries a person sees.
fn sight(who: &SignedIn) -> Sight {
    match sees_all(who) {
        true => Sight::All,
        false => Sight::Of {
            user: who.owner.user.clone(),
            since: who.since,
        },
    }
}

/// Whether a person sees what everybody of their org did.
fn sees_all(who: &SignedIn) -> bool {
    who.role == Role::Admin
}

/// What the address asks for.
fn filter(site: &Site, query: &str) -> Result<Filter, PageError> {
    let providers: Vec<&str> = site.connections.profiles().map(|it| it.id).collect();
    Filter::parse(query, &providers).map_err(|bad| {
        let title = "This address asks for something that cannot be";
        Failure::new(Kind::BadRequest, title, format!("{bad}.")).into()
    })
}
