//! Answers: their content type, their correlation id, and the headers that every answer carries.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use serde::Serialize;

use super::limits::Quota;
use crate::sandbox::{opaque, page};

/// Recorded answers write the content type of JSON exactly so.
const JSON: &str = "application/json;charset=utf-8";
const CORRELATION: HeaderName = HeaderName::from_static("x-hubspot-correlation-id");
/// Integrators measured HubSpot's limit between 8,000 and 16,000 characters; the stricter one counts.
const MAX_URL: usize = 8_192;

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

/// A JSON answer whose body names its correlation id, which its header then repeats.
pub fn correlated(status: StatusCode, body: &impl Serialize, id: &str) -> HttpResponse {
    let mut answer = json(status, body);
    if let Ok(value) = HeaderValue::from_str(id) {
        answer.headers_mut().insert(CORRELATION, value);
    }
    answer
}

/// A new correlation id.
pub fn correlation_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A wrong route answers with a page of HTML, not with JSON.
pub async fn not_found() -> HttpResponse {
    page::plain(
        StatusCode::NOT_FOUND,
        "404 Not Found",
        "This page isn't available.",
    )
}

/// A known route with a wrong method.
pub async fn wrong_method() -> HttpResponse {
    page::plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "405 Method Not Allowed",
        "HTTP 405 Method Not Allowed",
    )
}

/// Gives every answer its correlation id, and its rate-limit headers if the call was counted.
pub async fn complete(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.uri().to_string().len() > MAX_URL {
        let answer = page::plain(
            StatusCode::URI_TOO_LONG,
            "414 Request-URI Too Large",
            "The URL is too long.",
        );
        let mut response = request.into_response(answer);
        correlate(response.headers_mut());
        return Ok(response.map_into_right_body());
    }
    let mut response = next.call(request).await?;
    let quota = response.request().extensions().get::<Quota>().copied();
    let headers = response.headers_mut();
    correlate(headers);
    for (name, value) in quota.into_iter().flat_map(Quota::headers) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
    Ok(response.map_into_left_body())
}

fn correlate(headers: &mut HeaderMap) {
    if !headers.contains_key(CORRELATION) {
        let id = HeaderValue::from_str(&correlation_id());
        headers.insert(
            CORRELATION,
            id.unwrap_or_else(|_| HeaderValue::from_static("unknown")),
        );
    }
}

/// An id that looks like those HubSpot writes where a body names its request.
pub fn request_id() -> String {
    opaque::text(24)
}
