//! The settings of a person: what programs may do in their name.

pub mod keys;

use actix_web::{HttpRequest, HttpResponse};

use super::page::lead_to;
use super::session::SignedIn;

/// `GET /settings`: to what there is to set.
pub async fn home(request: HttpRequest, _who: SignedIn) -> HttpResponse {
    lead_to(&request, keys::PLACE)
}
