//! The body of a request: JSON, with a problem for each way in which it can be wrong.

use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest};
use serde_json::{Map, Value};

use super::problem::{FieldError, Problem, Type};
use crate::api::body::{self, Unread};

/// Largest body, in bytes.
pub const LARGEST: usize = 1024 * 1024;

/// The body as it came.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let body = body::read(request, payload).await;
    body.map_err(|why| match why {
        Unread::TooLarge => {
            let detail = format!("A body has at most {LARGEST} bytes. Nothing was done.");
            Problem::new(Type::BodyTooLarge, detail)
        }
        Unread::Slow => Problem::new(Type::MalformedBody, "The body took too long to arrive."),
        Unread::Cut => Problem::new(Type::MalformedBody, "The body ended too early."),
    })
}

/// The object that a body is; `known` are the fields that it can have. What was sent is not told again: it may be a
/// secret in the wrong place.
pub fn object(
    request: &HttpRequest,
    body: &[u8],
    known: &[&str],
) -> Result<Map<String, Value>, Problem> {
    if !request
        .content_type()
        .eq_ignore_ascii_case("application/json")
    {
        return Err(Problem::of(Type::NotJson));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::new(
            Type::MalformedBody,
            format!("The body is no JSON, as {place} shows."),
        )
    })?;
    let Value::Object(object) = value else {
        return Err(invalid(None, "the body must be an object"));
    };
    match object.keys().all(|name| known.contains(&name.as_str())) {
        true => Ok(object),
        false => {
            let detail = format!(
                "the body has a field that is not known; possible are {}",
                known.join(", ")
            );
            Err(invalid(None, detail))
        }
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
