//! Traces for an operator's OpenTelemetry collector, by OTLP over HTTP, where one is configured.
//!
//! Spans are the ones of the log (`tracing`); what of them leaves is a closed list (`shape.rs`), whatever else stands in them.
//! They wait in a queue of a bounded size and are sent by a thread of their own: a collector that is slow or dead holds
//! nothing up, and what the queue cannot take is dropped and counted. Until [`start`] was called all of it does nothing.

mod parent;
mod queue;
mod shape;
mod wire;

use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider,
};
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

pub use parent::{PARENT, Said, continue_from, handed_on};

/// Spans that wait to be sent at most: some megabytes.
const QUEUE: usize = 4096;
const BATCH: usize = 512;
/// How often they are sent.
const EVERY: Duration = Duration::from_secs(2);
/// The longest wait for the collector.
const ANSWER: Duration = Duration::from_secs(5);
/// How long [`Traces::stop`] takes at most.
pub const ENDS_IN: Duration = Duration::from_secs(1);

static ON: OnceLock<()> = OnceLock::new();

/// Sends traces. Cheap to clone.
#[derive(Clone)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

/// Traces cannot be sent to this address.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent: {0}")]
pub struct NotStarted(String);

/// Whether traces are made.
pub fn is_on() -> bool {
    ON.get().is_some()
}

/// Begins to send traces to the collector at `endpoint`, below which OTLP has its path.
pub fn start(endpoint: &Url) -> Result<Traces, NotStarted> {
    let failed = |error: &dyn std::fmt::Display| NotStarted(error.to_string());
    let address = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
    let wire = wire::Wire::new(ANSWER).map_err(|error| failed(&error))?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(wire)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(address)
        .with_timeout(ANSWER)
        .build()
        .map_err(|error| failed(&error))?;
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(QUEUE)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(EVERY);
    let places = queue::Places::new(QUEUE);
    let sending = BatchSpanProcessor::builder(shape::Shaped::new(exporter, places.clone()))
        .with_batch_config(config.build())
        .build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(queue::Bounded::new(sending, places))
        .with_resource(resource())
        .build();
    let tracer = provider.tracer("patchbay");
    // A second one in this process changes nothing of that.
    let _ = ON.set(());
    Ok(Traces { provider, tracer })
}

/// Who sends them. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are the operator's, and come first.
fn resource() -> Resource {
    let builder = Resource::builder();
    let named = std::env::var_os("OTEL_SERVICE_NAME").is_some();
    let builder = match named {
        true => builder,
        false => builder.with_service_name("patchbay"),
    };
    builder
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build()
}

impl Traces {
    /// What makes traces of the spans of the log. Of events nothing leaves: their texts are for the log.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_context_activation(false)
            .with_filter(filter_fn(is_traced))
    }

    /// Sends the last of them, as far as there is time for it, and then no more. Does nothing the second time.
    pub async fn stop(self) {
        let provider = self.provider;
        let last = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(ENDS_IN));
        if tokio::time::timeout(ENDS_IN, last).await.is_err() {
            tracing::debug!("the last traces could not be sent in time");
        }
    }
}

/// The spans that traces are made of, whatever the filter of the log is.
fn is_traced(of: &Metadata<'_>) -> bool {
    let ours = of.target() == "patchbay" || of.target().starts_with("patchbay::");
    of.is_span() && ours && shape::is_known(of.name())
}

/// Writes the id of a span's trace into its field `trace_id`, which it must have.
pub fn tell(span: &Span) {
    if !is_on() {
        return;
    }
    let context = span.context();
    let id = context.span().span_context().trace_id();
    if id != opentelemetry::trace::TraceId::INVALID {
        span.record("trace_id", tracing::field::display(id));
    }
}
