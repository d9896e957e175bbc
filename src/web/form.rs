//! The fields of a form that a page posted.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::error::PageError;
use crate::error::{Failure, Kind};
pub use crate::form::Fields;

fn not_text() -> Failure {
    Failure::new(
        Kind::BadRequest,
        "The form is not text",
        "Its bytes are not UTF-8, so nothing of it was taken. Send it again from the page itself.",
    )
}

impl FromRequest for Fields {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .headers()
            .get(actix_web::http::header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                return Err(Failure::of(Kind::BadRequest).into());
            }
            let body = body.await.map_err(|_| Failure::of(Kind::TooLarge))?;
            Fields::parse(&body).ok_or_else(|| not_text().into())
        })
    }
}
