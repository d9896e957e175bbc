//! What the log, metrics and traces see of a refresh.

use tracing::{Span, field};

use super::super::super::record::{Ended, State};
use super::super::procedure::End;
use super::Refresh;
use crate::metrics::Refreshed;
use crate::{alias, metrics, traces};

impl Refresh<'_> {
    /// Its span, within the one of whoever began it.
    pub(super) fn span(&self) -> Span {
        let by_itself = Span::current().is_none();
        let span = tracing::info_span!(
            "refresh",
            provider = self.provider,
            attempt = self.attempt,
            trace_id = field::Empty,
            org = field::Empty,
            user = field::Empty,
            outcome = field::Empty,
        );
        alias::tell(&span, &self.owner.org, &self.owner.user);
        if by_itself {
            traces::tell(&span);
        }
        span
    }

    /// Tells how it ended.
    pub(super) fn tell(&self, end: End) {
        let outcome = self.outcome(end);
        Span::current().record("outcome", outcome.name());
        metrics::refreshed(self.provider, outcome, self.begun.elapsed());
    }

    /// What came of it, by one word of a closed set.
    fn outcome(&self, end: End) -> Refreshed {
        match end {
            End::AsRead => self.as_read(),
            End::Gone => Refreshed::Gone,
            End::Orphaned => Refreshed::Orphaned,
            End::Busy => Refreshed::Busy,
            End::Fault => Refreshed::Fault,
        }
    }

    fn as_read(&self) -> Refreshed {
        let record = self.record.as_ref().map(|stored| &stored.connection);
        let ended = record.and_then(|connection| connection.ended);
        let misconfigured = record.is_some_and(|it| it.state == State::Misconfigured);
        match (&self.fresh, &self.failed) {
            (Some(_), _) if self.adopted => Refreshed::Adopted,
            (Some(_), _) => Refreshed::Renewed,
            (None, None) if ended == Some(Ended::Unrenewable) => Refreshed::Unrenewable,
            (None, None) => Refreshed::Unneeded,
            (None, Some(_)) => match ended {
                Some(Ended::Withdrawn) => Refreshed::Withdrawn,
                Some(Ended::Lost) => Refreshed::Lost,
                Some(Ended::Refused) => Refreshed::Refused,
                Some(Ended::Unrenewable) => Refreshed::Unrenewable,
                None if misconfigured => Refreshed::Misconfigured,
                None => Refreshed::Passing,
            },
        }
    }
}
