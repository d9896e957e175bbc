//! A failure on its way to the rim, where it becomes a page or a fragment.

use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::error::{Failure, Kind};

/// What a page handler fails with. It has no face yet: the rim knows whether a page or a part was asked for.
#[derive(Clone, Debug)]
pub struct PageError(pub Arc<Failure>);

impl<F: Into<Failure>> From<F> for PageError {
    fn from(failure: F) -> Self {
        Self(Arc::new(failure.into()))
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

/// The page for addresses that lead nowhere.
pub async fn not_found() -> Result<HttpResponse, PageError> {
    Err(Failure::of(Kind::NotFound).into())
}
