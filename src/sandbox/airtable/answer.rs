//! Answers: JSON as Airtable writes it, and what is answered to addresses that are not there.

use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;

use super::failure::Failure;

const JSON: &str = "application/json; charset=utf-8";

/// A JSON answer.
pub fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(bytes) => HttpResponse::build(status).content_type(JSON).body(bytes),
        Err(error) => {
            tracing::error!(%error, "the sandbox could not write an answer");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// An address that is not there.
pub async fn not_found() -> Result<HttpResponse, Failure> {
    Err(Failure::not_found())
}
