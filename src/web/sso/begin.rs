//! `POST /sign-in/sso`: to the identity provider, at once.

use actix_web::{HttpRequest, HttpResponse, web};

use super::configured;
use crate::identity::Limit;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::limits;
use crate::web::page::lead_to;
use crate::web::session::Visit;
use crate::web::sign_in::own_path;
use crate::web::site::Site;

pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let sso = configured(&site)?;
    limits::by_address(&site, &request, Limit::SIGN_IN_ADDRESS).await?;
    let session = visit.bind(|| site.entropy.token());
    let next = own_path(fields.get("next"));
    let address = sso.begin(&session, next).await?;
    Ok(lead_to(&request, address.as_str()))
}
