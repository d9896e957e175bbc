//! What somebody who is signed in wanted and may not have, as the trail tells of it.

use std::sync::Arc;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};

use super::error::PageError;
use super::headers::is_callback;
use super::session::peer;
use super::site::Site;
use crate::activity::{Action, By, Entry};
use crate::error::{Failure, Kind};
use crate::owner::Owner;

/// What somebody wants.
pub struct Wanted {
    owner: Owner,
    by: By,
    /// The method and the route; its address may hold what is not for the trail.
    what: String,
    /// Whether the refusal is told where it is made: of a provider's redirect, with whose it was.
    is_told: bool,
}

impl Wanted {
    /// What somebody wants by a request.
    pub fn of(request: &ServiceRequest, owner: &Owner) -> Self {
        let route = request.match_pattern().unwrap_or_default();
        Self {
            owner: owner.clone(),
            by: By::user(&owner.user, peer(request.request())),
            what: format!("{} {route}", request.method()),
            is_told: is_callback(request.path()),
        }
    }

    /// Tells the trail if the answer is that they may not have it.
    pub async fn note_if_refused<B>(self, site: &Site, answer: &Result<ServiceResponse<B>, Error>) {
        let Some(failure) = refusal(answer).filter(|_| !self.is_told) else {
            return;
        };
        let entry = Entry::of(&self.by, &self.owner, Action::AccessRefused);
        let entry = entry.about(&self.what).saying(&failure.title);
        site.refusals.note(&self.owner.counted_as(), &entry).await;
    }
}

fn refusal<B>(answer: &Result<ServiceResponse<B>, Error>) -> Option<Arc<Failure>> {
    let error = match answer {
        Ok(response) => response.response().error()?,
        Err(error) => error,
    };
    let PageError(failure) = error.as_error()?;
    (failure.kind == Kind::Forbidden).then(|| Arc::clone(failure))
}
