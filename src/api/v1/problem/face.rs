//! The rim of the API: whatever fails within becomes a problem.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderName;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use tracing_actix_web::RequestId;

use super::{Problem, Type};
use crate::api::access::LIMITS;

/// Gives failures their face.
pub async fn face<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = id_of(request.request());
    let response = next.call(request).await?.map_into_boxed_body();
    let answer = response.response().error().map(|error| answer(error, &id));
    let Some(mut answer) = answer else {
        return Ok(response);
    };
    // What the guard told of the limit is told of a failure too.
    for name in LIMITS.map(HeaderName::from_static) {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response.into_response(answer))
}

/// The name of a request in the log.
pub fn id_of(request: &HttpRequest) -> String {
    let id = request.extensions().get::<RequestId>().copied();
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// What the framework fails with by itself is told by its status.
fn answer(error: &Error, id: &str) -> actix_web::HttpResponse {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.answer(id);
    }
    let what = match error.as_response_error().status_code().as_u16() {
        404 => Type::RouteNotFound,
        413 => Type::BodyTooLarge,
        400..500 => Type::BadParameter,
        _ => Type::Internal,
    };
    Problem::of(what).because(error.to_string()).answer(id)
}
