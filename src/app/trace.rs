//! The span of a request. Without its query string: a callback's holds a code and a state. Who asks is written into it, as
//! hashes, where that becomes known.

use std::sync::Arc;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

use crate::config::Network;
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
        traces::continue_from(&span, said(request));
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

/// Whose word on the trace of a request is believed: the proxies that stand before Patchbay.
pub(super) struct Believed(pub(super) Arc<[Network]>);

/// The trace that a request says it is part of. One that says several says none.
fn said(request: &ServiceRequest) -> traces::Said<'_> {
    let mut told = request.headers().get_all(traces::PARENT);
    let (Some(first), None) = (told.next(), told.next()) else {
        return traces::Said::Nothing;
    };
    match first.to_str() {
        Ok(first) if comes_from_a_proxy(request) => traces::Said::Believed(first),
        Ok(first) => traces::Said::Unproven(first),
        Err(_) => traces::Said::Nothing,
    }
}

fn comes_from_a_proxy(request: &ServiceRequest) -> bool {
    let peer = request.peer_addr().map(|socket| socket.ip().to_canonical());
    let believed: Option<&Believed> = request.app_data();
    let proxies = believed.map(|Believed(proxies)| proxies);
    proxies.zip(peer).is_some_and(|(proxies, peer)| {
        let mut proxies = proxies.iter();
        proxies.any(|network| network.contains(peer))
    })
}
