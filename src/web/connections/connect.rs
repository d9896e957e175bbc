//! `POST /connections/{provider}/connect`: to the provider, at once.

use actix_web::{HttpRequest, HttpResponse, web};

use super::profile;
use crate::error::{Failure, Kind};
use crate::identity::Limit;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::limits;
use crate::web::page::lead_to;
use crate::web::session::SignedIn;
use crate::web::site::Site;

pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    limits::by(&site, Limit::CONNECT, &who.owner.counted_as()).await?;
    limits::by_address(&site, &request, Limit::CONNECT_ADDRESS).await?;
    let binding = who
        .visit
        .binding()
        .ok_or_else(|| Failure::of(Kind::Forbidden))?;
    let return_to = Some(fields.get("return_to")).filter(|place| !place.is_empty());
    let url = site
        .connections
        .begin(&who.owner, profile.id, &binding, return_to)
        .await?;
    Ok(lead_to(&request, url.as_str()))
}
