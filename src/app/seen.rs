//! What metrics see of a request.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::metrics;

/// Counts a request and its answer; nothing of it where nothing is counted.
pub(super) async fn count<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if !metrics::is_on() {
        return next.call(request).await;
    }
    let begun = metrics::request_begins(request.match_pattern(), request.method().as_str());
    let answer = next.call(request).await;
    if let Some(begun) = begun {
        begun.answered(match &answer {
            Ok(answer) => answer.status().as_u16(),
            Err(error) => error.as_response_error().status_code().as_u16(),
        });
    }
    answer
}
