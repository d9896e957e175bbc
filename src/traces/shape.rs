//! What of a span leaves, and how it is called there: the names of OpenTelemetry's semantic conventions in place of the
//! log's. It is a closed list, so that whatever somebody writes into a span one day stays here.

use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{Key, KeyValue, StringValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::queue::Places;
use crate::metrics::{self, Spans};

/// The spans that traces are made of, by their names in the log.
const SPANS: [(&str, SpanKind); 4] = [
    ("request", SpanKind::Server),
    ("call", SpanKind::Client),
    ("load", SpanKind::Internal),
    ("refresh", SpanKind::Internal),
];

/// The fields that leave, and their names there. `org` and `user` are hashes.
const FIELDS: [(&str, &str); 11] = [
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("server", "server.address"),
    ("port", "server.port"),
    ("request_id", "patchbay.request_id"),
    ("org", "patchbay.org"),
    ("user", "patchbay.user"),
    ("provider", "patchbay.provider"),
    ("outcome", "patchbay.outcome"),
    ("items", "patchbay.items"),
];

/// Whether traces are made of the spans of this name.
pub(super) fn is_known(name: &str) -> bool {
    SPANS.iter().any(|(known, _)| *known == name)
}

/// Sends spans in that shape.
#[derive(Debug)]
pub(super) struct Shaped<E> {
    exporter: E,
    places: Places,
}

impl<E> Shaped<E> {
    /// By this exporter, freeing the places of those that it is given.
    pub(super) fn new(exporter: E, places: Places) -> Self {
        Self { exporter, places }
    }
}

impl<E: SpanExporter> SpanExporter for Shaped<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        self.places.leave(count);
        let batch = batch.into_iter().map(shaped).collect();
        let result = self.exporter.export(batch).await;
        let outcome = match result {
            Ok(()) => Spans::Sent,
            Err(_) => Spans::Failed,
        };
        metrics::spans(outcome, count);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

fn shaped(mut span: SpanData) -> SpanData {
    let known = SPANS.iter().find(|(name, _)| *name == span.name);
    let kind = known.map_or(SpanKind::Internal, |(_, kind)| kind.clone());
    let attributes = std::mem::take(&mut span.attributes);
    span.attributes = attributes.into_iter().filter_map(named).collect();
    span.status = status(&kind, &span);
    if let Some(name) = name(&kind, &span) {
        span.name = name.into();
    }
    span.span_kind = kind;
    span
}

fn named(attribute: KeyValue) -> Option<KeyValue> {
    let (field, name) = FIELDS
        .iter()
        .find(|(field, _)| *field == attribute.key.as_str())?;
    let value = match (*field, &attribute.value) {
        ("method", Value::String(method)) => {
            Value::String(StringValue::from(metrics::method(method.as_str())))
        }
        // That no route fits is said by its absence.
        ("route", Value::String(route)) if route.as_str() == "none" => return None,
        _ => attribute.value,
    };
    Some(KeyValue::new(Key::from_static_str(name), value))
}

fn text<'a>(span: &'a SpanData, name: &str) -> Option<&'a str> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == name)?;
    match &found.value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}

/// The method and the route, as the conventions say; a call's path is not told.
fn name(kind: &SpanKind, span: &SpanData) -> Option<String> {
    if *kind == SpanKind::Internal {
        return None;
    }
    let method = text(span, "http.request.method").unwrap_or("_OTHER");
    let method = if method == "_OTHER" { "HTTP" } else { method };
    Some(match text(span, "http.route") {
        Some(route) => format!("{method} {route}"),
        None => method.to_owned(),
    })
}

/// A server's error is its own fault, a client's also what it was refused, and that nobody answered.
fn status(kind: &SpanKind, span: &SpanData) -> Status {
    let first_error = match kind {
        SpanKind::Server => 500,
        SpanKind::Client => 400,
        _ => return Status::Unset,
    };
    let mut codes = span.attributes.iter();
    let code = codes.find(|it| it.key.as_str() == "http.response.status_code");
    match code.map(|it| &it.value) {
        Some(Value::I64(code)) if *code < first_error => Status::Unset,
        None if *kind == SpanKind::Server => Status::Unset,
        _ => Status::error(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(field: &'static str, value: &'static str) -> Option<(String, String)> {
        let left = named(KeyValue::new(field, value))?;
        Some((left.key.to_string(), left.value.to_string()))
    }

    #[test]
    fn what_is_not_listed_stays_and_no_stranger_names_a_method() {
        let is = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(left("route", "/items"), is("http.route", "/items"));
        assert_eq!(left("method", "BREW"), is("http.request.method", "_OTHER"));
        assert_eq!(left("route", "none"), None);
        for field in ["attempt", "code", "http.route", "email", "error"] {
            assert_eq!(left(field, "x"), None, "{field}");
        }
        assert!(is_known("load") && !is_known("secret"));
    }
}
