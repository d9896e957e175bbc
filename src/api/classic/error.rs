//! The face of a failure: its status, and `{"detail": "…"}`.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::json;
use tracing_actix_web::RequestId;

use crate::error::{Failure, Kind};

/// Stands beside an answer that refuses what is not for who asks, and says why.
#[derive(Clone)]
pub struct Forbidden(pub String);

/// The answer to a request that failed; writes the line that it gets in the log.
pub fn detail(failure: &Failure, request: &HttpRequest) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().copied();
    failure.log(&id.map(|id| id.to_string()).unwrap_or_default());
    let status = StatusCode::from_u16(failure.kind.status());
    let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if let Some(wait) = failure.wait() {
        answer.insert_header((RETRY_AFTER, wait.as_secs()));
    }
    if failure.kind == Kind::Unauthenticated {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"patchbay\""));
    }
    let mut answer = answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "detail": failure.to_string() }));
    if failure.kind == Kind::Forbidden {
        let why = Forbidden(failure.to_string());
        answer.extensions_mut().insert(why);
    }
    answer
}

/// The answer where there is no such route.
pub async fn no_route(request: HttpRequest) -> HttpResponse {
    let text = "What can be done with a contact is create, get, update and delete.";
    let failure = Failure::new(Kind::NotFound, "There is no such route", text);
    detail(&failure, &request)
}

/// The answer to any other method.
pub async fn only_post(request: HttpRequest) -> HttpResponse {
    let text = "It takes the fields of a form by POST.";
    let failure = Failure::new(
        Kind::MethodNotAllowed,
        "This route cannot be used like this",
        text,
    );
    let mut answer = detail(&failure, &request);
    let post = actix_web::http::header::HeaderValue::from_static("POST");
    answer.headers_mut().insert(ALLOW, post);
    answer
}
