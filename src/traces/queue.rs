//! How many spans may wait to be sent. The SDK's own queue drops what it cannot take and tells nobody how much that was, so the
//! bound is kept in front of it: what goes past here always has a place there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor};

use crate::metrics::{self, Spans};

/// The places to wait at.
#[derive(Clone, Debug)]
pub(super) struct Places {
    taken: Arc<AtomicUsize>,
    most: usize,
}

impl Places {
    /// So many.
    pub(super) fn new(most: usize) -> Self {
        let taken = Arc::default();
        Self { taken, most }
    }

    /// Takes one; whether one was left.
    fn take(&self) -> bool {
        let one_more = |taken| (taken < self.most).then_some(taken + 1);
        let taken = self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more);
        taken.is_ok()
    }

    /// So many spans have left the queue.
    pub(super) fn leave(&self, count: usize) {
        self.taken.fetch_sub(count, Ordering::AcqRel);
    }
}

/// Lets as many spans wait as there are places, and counts the others.
#[derive(Debug)]
pub(super) struct Bounded {
    queue: BatchSpanProcessor,
    places: Places,
}

impl Bounded {
    /// In front of a queue that has a place for each of these at least.
    pub(super) fn new(queue: BatchSpanProcessor, places: Places) -> Self {
        Self { queue, places }
    }
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.queue.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        match self.places.take() {
            true => self.queue.on_end(span),
            false => metrics::spans(Spans::Dropped, 1),
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.queue.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.queue.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.queue.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_a_span_has_left() {
        let places = Places::new(2);
        assert!(places.take() && places.take());
        assert!(!places.take() && !places.take());
        places.leave(1);
        assert!(places.take() && !places.take());
    }
}
