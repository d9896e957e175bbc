//! The rim of the API: whatever fails within becomes a problem.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing_actix_web::RequestId;

use super::{Problem, Type};

/// Gives failures their face.
pub async fn face<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request.extensions().get::<RequestId>().copied();
    let id = id.map(|id| id.to_string()).unwrap_or_default();
    let response = next.call(request).await?.map_into_boxed_body();
    let answer = response.response().error().map(|error| answer(error, &id));
    Ok(match answer {
        Some(answer) => response.into_response(answer),
        None => response,
    })
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
