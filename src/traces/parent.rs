//! Which trace a request is part of, in W3C's header: read from whoever asks us, handed on to whom we ask. `tracestate` is
//! neither read nor sent: what a stranger writes there is not for a provider.

use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::is_on;

/// The header's name.
pub const PARENT: &str = "traceparent";
/// Length of a header of the version that there is; a later one may be longer.
const LENGTH: std::ops::RangeInclusive<usize> = 55..=128;

/// Makes a span that has not begun part of the trace that `told` names, the value of a request's only such header. What
/// cannot be one is ignored.
pub fn continue_from(span: &Span, told: Option<&str>) {
    if !is_on() {
        return;
    }
    if let Some(told) = told.filter(|told| LENGTH.contains(&told.len())) {
        let parent = TraceContextPropagator::new().extract(&Told(told));
        if parent.span().span_context().is_valid() {
            // Without a span there is nothing to continue.
            let _ = span.set_parent(parent);
        }
    }
}

/// The header for a request that is sent in the course of a span; none where traces are off.
pub fn handed_on(span: &Span) -> Option<http::HeaderValue> {
    if !is_on() {
        return None;
    }
    let mut header = Header(None);
    TraceContextPropagator::new().inject_context(&span.context(), &mut header);
    header.0
}

struct Told<'a>(&'a str);

impl Extractor for Told<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == PARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![PARENT]
    }
}

struct Header(Option<http::HeaderValue>);

impl Injector for Header {
    fn set(&mut self, key: &str, value: String) {
        if key == PARENT {
            self.0 = http::HeaderValue::try_from(value).ok();
        }
    }
}
