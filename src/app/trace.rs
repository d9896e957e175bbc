//! The span of a request. Without its query string: a callback's holds a code and a state. Who asks is written into it, as
//! hashes, where that becomes known.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::traces;

/// Makes the spans.
pub(super) struct Spans;

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> Span {
        use actix_web::HttpMessage as _;
        let id = request.extensions().get::<RequestId>().copied();
        let span = tracing::info_span!(
            "request",
            request_id = id.map(tracing::field::display),
            method = %request.method(),
            route = request.match_pattern().unwrap_or_else(|| "none".to_owned()),
            status = tracing::field::Empty,
            trace_id = tracing::field::Empty,
            org = tracing::field::Empty,
            user = tracing::field::Empty,
        );
        traces::continue_from(&span, parent(request));
        traces::tell(&span);
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        let _entered = span.enter();
        tracing::debug!("answered");
    }
}

/// The trace that a request says it is part of. One that says several says none.
fn parent(request: &ServiceRequest) -> Option<&str> {
    let mut told = request.headers().get_all(traces::PARENT);
    let first = told.next()?;
    if told.next().is_some() {
        return None;
    }
    first.to_str().ok()
}
