//! What metrics and traces see of an exchange: whom it was with, how it was answered and how long that took. Not its path,
//! which may name what lies there.

use std::time::Instant;

use tracing::{Instrument as _, Span, field};

use crate::metrics::{self, Asked};
use crate::traces;

/// Whom a request is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct To {
    /// The provider's id, or another name that stands in the code.
    pub(crate) provider: &'static str,
    /// What of it is asked.
    pub(crate) asked: Asked,
}

/// An exchange that is under way.
pub(super) struct Seen {
    to: To,
    begun: Instant,
    span: Span,
}

impl Seen {
    /// One that begins. Where traces are on, whoever answers is told which trace it is part of.
    pub(super) fn begin(to: To, request: &mut reqwest::Request) -> Self {
        let url = request.url();
        let span = tracing::info_span!(
            "call",
            provider = to.provider,
            method = request.method().as_str(),
            server = url.host_str(),
            port = url.port_or_known_default(),
            status = field::Empty,
        );
        if let Some(parent) = traces::handed_on(&span) {
            request.headers_mut().insert(traces::PARENT, parent);
        }
        Self {
            to,
            begun: Instant::now(),
            span,
        }
    }

    /// Does the work of it.
    pub(super) fn around<W: Future>(&self, work: W) -> impl Future<Output = W::Output> + use<W> {
        work.instrument(self.span.clone())
    }

    /// It was answered with a status, or not at all.
    pub(super) fn ended(&self, status: Option<u16>) {
        if let Some(status) = status {
            self.span.record("status", status);
        }
        let took = self.begun.elapsed();
        metrics::provider_answered(self.to.provider, self.to.asked, status, took);
    }
}
