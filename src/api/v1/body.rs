//! The body of a request: JSON, read whole, with a fault for each way in which it can be wrong.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::{FieldError, Problem, Type};

/// Largest body, in bytes.
pub const LARGEST: usize = 1024 * 1024;
/// How long a client may take to send it.
const IN_TIME: Duration = Duration::from_secs(10);

/// The body as it came.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let mut payload = payload.into_inner();
    let body = tokio::time::timeout(IN_TIME, Bytes::from_request(request, &mut payload));
    let body = body
        .await
        .map_err(|_| Problem::new(Type::MalformedBody, "The body took too long to arrive."))?;
    body.map_err(|error| match error.as_response_error().status_code() {
        status if status == 413 => {
            let detail = format!("A body has at most {LARGEST} bytes. Nothing was done.");
            Problem::new(Type::BodyTooLarge, detail)
        }
        _ => Problem::new(Type::MalformedBody, "The body ended too early."),
    })
}

/// What a body says.
pub fn json<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, Problem> {
    if !request
        .content_type()
        .eq_ignore_ascii_case("application/json")
    {
        return Err(Problem::of(Type::NotJson));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => invalid(None, error.to_string()),
        _ => Problem::new(
            Type::MalformedBody,
            format!("The body is no JSON: {error}."),
        ),
    })
}

/// The same, where a request without a body says what is usual.
pub fn json_or_usual<T: DeserializeOwned + Default>(
    request: &HttpRequest,
    body: &[u8],
) -> Result<T, Problem> {
    match body.is_empty() {
        true => Ok(T::default()),
        false => json(request, body),
    }
}

/// That something in the body makes no sense.
pub fn invalid(field: Option<&str>, detail: impl Into<String>) -> Problem {
    let detail = detail.into();
    let error = FieldError {
        field: field.map(str::to_owned),
        detail: detail.clone(),
    };
    Problem::new(Type::InvalidBody, format!("{detail}. Nothing was done.")).errors(&[error])
}
