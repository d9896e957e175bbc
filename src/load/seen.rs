//! What the log, metrics and traces see of a load.

use tracing::{Span, field};

use super::report::{Load, Status};
use super::run::Job;
use super::{LoadError, Setup};
use crate::metrics::Ending;
use crate::owner::Owner;
use crate::{alias, metrics, traces};

/// The span of a load: a trace of its own, since it outlives the request that began it, with a link to that one.
pub(super) fn span(owner: &Owner, provider: &str) -> Span {
    let asked = Span::current();
    let span = tracing::info_span!(
        parent: None,
        "load",
        provider,
        trace_id = field::Empty,
        org = field::Empty,
        user = field::Empty,
        outcome = field::Empty,
        items = field::Empty,
    );
    span.follows_from(&asked);
    alias::tell(&span, &owner.org, &owner.user);
    traces::tell(&span);
    span
}

/// A load that this process carries out, and how that ends.
pub(super) struct Course<'a> {
    setup: &'a Setup,
    span: &'a Span,
    running: Option<metrics::Running>,
}

impl<'a> Course<'a> {
    pub(super) fn begin(setup: &'a Setup, job: &'a Job) -> Self {
        let (provider, started) = (job.provider.profile().id, job.load.started_at);
        Self {
            setup,
            span: &job.span,
            running: metrics::load_runs(provider, started.as_millisecond()),
        }
    }

    /// It ended so in this process.
    pub(super) fn ended(self, ending: Ending, items: Option<u64>) {
        self.span.record("outcome", ending.name());
        self.span.record("items", items);
        if let Some(running) = self.running {
            running.ended(ending, self.setup.clock.now().as_millisecond());
        }
    }
}

/// How a load ended, by one word of a closed set. `known` is what its record says where it broke off.
pub(super) fn ending(
    result: &Result<Option<Load>, LoadError>,
    job: &Job,
    known: Option<&Load>,
) -> Ending {
    match result {
        Ok(Some(load)) => match load.status {
            Status::Complete => Ending::Complete,
            Status::Partial => Ending::Partial,
            _ => Ending::Failed,
        },
        Ok(None) => Ending::HandedOn,
        Err(error) => {
            let own = known.filter(|known| known.id == job.load.id);
            match (own.map(|own| own.status), error) {
                (Some(Status::Cancelled), _) => Ending::Cancelled,
                (_, LoadError::Lost) => Ending::Lost,
                _ => Ending::Broken,
            }
        }
    }
}
