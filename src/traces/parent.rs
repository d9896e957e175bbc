//! Which trace a request is part of, in W3C's header: read from whoever asks us, handed on to whom we ask. `tracestate` is
//! neither read nor sent: what a stranger writes there is not for a provider.

use opentelemetry::Context;
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
/// Lengths of version, trace, span and flags.
const FIELDS: [usize; 4] = [2, 32, 16, 2];

/// What a request says of the trace that it is part of, the value of its only such header. What cannot be one is ignored.
#[derive(Clone, Copy)]
pub enum Said<'a> {
    /// Nothing, or nothing that counts.
    Nothing,
    /// By whom it is believed: the request is part of that trace, and recorded where that one is.
    Believed(&'a str),
    /// By a stranger, who shall not decide what is recorded: the request begins a trace of its own, with a link to that one.
    Unproven(&'a str),
}

/// Makes a span that has not begun part of the trace that a request names, or leads there from it.
pub fn continue_from(span: &Span, said: Said<'_>) {
    if !is_on() {
        return;
    }
    match said {
        Said::Nothing => {}
        Said::Believed(told) => {
            if let Some(parent) = read(told) {
                // Without a span there is nothing to continue.
                let _ = span.set_parent(parent);
            }
        }
        Said::Unproven(told) => {
            if let Some(other) = read(told) {
                span.add_link(other.span().span_context().clone());
            }
        }
    }
}

fn read(told: &str) -> Option<Context> {
    let parent = is_well_formed(told).then(|| TraceContextPropagator::new().extract(&Told(told)));
    parent.filter(|parent| parent.span().span_context().is_valid())
}

/// Whether its fields are hex numbers of their lengths, in small letters, and what a later version adds is set off from them.
/// The library would take a sign for a digit.
fn is_well_formed(told: &str) -> bool {
    if !LENGTH.contains(&told.len()) {
        return false;
    }
    let mut parts = told.split('-');
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    FIELDS.iter().all(|length| {
        let part = parts.next().unwrap_or_default();
        part.len() == *length && part.bytes().all(is_hex)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hex_numbers_name_a_trace() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let right = format!("00-{trace}-b7ad6b7169203331-01");
        assert!(read(&right).is_some());
        assert!(read(&format!("01-{trace}-b7ad6b7169203331-01-more")).is_some());
        for wrong in [
            right.replace("-0af", "-+af"),
            right.replace("-b7a", "-+7a"),
            right.replace("-01", "-+1"),
            right.replace("00-", "+0-"),
            right.to_uppercase(),
            right.replace(trace, &"0".repeat(32)),
            format!("{right}-more"),
            right.replace('-', "x"),
            "é".repeat(28),
        ] {
            assert!(read(&wrong).is_none(), "{wrong}");
        }
    }
}
