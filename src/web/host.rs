//! Pages live under one name. Cookies and provider redirects only meet if everybody uses it, and a name
//! that somebody else points at us is not ours to answer to.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HOST, LOCATION};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use super::error::PageError;
use super::site::Site;
use crate::error::{Failure, Kind};
use crate::host::is_own;

/// Sends a page request under another name to the same page under our own; refuses the rest.
pub async fn own_host<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let site = request.app_data::<web::Data<Site>>().cloned();
    let Some(site) = site else {
        return Err(PageError::from(Failure::of(Kind::Internal)).into());
    };
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| is_own(host, &site.public_url)) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let failure = Failure::new(
            Kind::BadRequest,
            "This is not the address of this Patchbay",
            format!("Use {} instead.", site.origin()),
        );
        return Err(PageError::from(failure).into());
    }
    let place = request
        .uri()
        .path_and_query()
        .map_or("/", |place| place.as_str());
    let location = format!("{}{place}", site.origin());
    let redirect = HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, location))
        .finish();
    Ok(request.into_response(redirect))
}
