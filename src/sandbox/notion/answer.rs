//! Answers: their content type, and the request id that body and header share.

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};
use serde_json::Value;

use crate::sandbox::opaque;

/// Recorded answers write the content type of JSON so.
const JSON: &str = "application/json; charset=utf-8";
const REQUEST_ID: &str = "x-notion-request-id";
/// Cloudflare stands in front of Notion and marks every answer, its own ones included.
const EDGE: HeaderName = HeaderName::from_static("cf-ray");

/// A JSON answer, with a request id of its own.
pub fn json(status: StatusCode, mut body: Value) -> HttpResponse {
    let id = uuid::Uuid::new_v4().to_string();
    if let Some(object) = body.as_object_mut() {
        object.insert("request_id".to_owned(), id.as_str().into());
    }
    HttpResponse::build(status)
        .content_type(JSON)
        .insert_header((REQUEST_ID, id))
        .body(body.to_string())
}

/// Marks every answer as one that came through the edge.
pub async fn complete(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    if let Ok(ray) = HeaderValue::from_str(&format!("{}-FRA", opaque::alphanumeric(16))) {
        response.headers_mut().insert(EDGE, ray);
    }
    Ok(response)
}
