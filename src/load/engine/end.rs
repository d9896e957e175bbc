//! How lists and streams end: well, in part, or not at all.

use super::Engine;
use crate::load::report::{Missed, Outcome, Part};
use crate::outbound::CallError;
use crate::providers::{Fetch, FetchError, Stream};
use crate::store::StoreError;

/// What a list without a name lacks when it breaks off.
const REST: &str = "The rest of the list";

impl Engine<'_> {
    pub(super) fn failed(&mut self, step: &Fetch, error: &FetchError) {
        if matches!(error, FetchError::CursorDied) && self.course.begin_again(step) {
            tracing::debug!(stream = step.stream, "a list is begun again");
            self.course.enter(step.from_the_start());
            return;
        }
        // Our own fault: the step stays open. While the store is away nothing can be written either, and the load
        // goes on, or is taken up, when it is back.
        if matches!(
            error,
            FetchError::Call(CallError::Store(StoreError::Away(_)))
        ) {
            self.asked_in_vain(step);
            self.course.enter(step.clone());
            return;
        }
        let outcome = outcome(self.name(), error);
        match &step.title {
            Some(title) if !concerns_all(error) => {
                self.lose(step, title, outcome, may_pass(error));
            }
            // What was read before its end is better than nothing, and the report says so.
            None if matches!(error, FetchError::CursorDied) && self.has_items(step) => {
                self.lose(step, REST, outcome, false);
            }
            _ => self.fail(&step.stream, outcome),
        }
        if let FetchError::Call(CallError::Refused(why)) = error {
            self.course.close(&step.lane, why);
        }
    }

    /// Notes that a list is not whole though its pages came.
    pub(super) fn miss_rest(&mut self, step: &Fetch, why: &str) {
        let outcome = Outcome::Failed(format!("{} {why}", self.name()));
        self.miss(step, step.title.as_deref().unwrap_or(REST), outcome, false);
    }

    pub(super) fn give_up(&mut self, step: &Fetch, why: &str) {
        let outcome = Outcome::Failed(format!("{} {why}", self.name()));
        match &step.title {
            Some(title) => self.lose(step, title, outcome, false),
            None => self.fail(&step.stream, outcome),
        }
    }

    /// Notes that a list, or what is left of it, cannot be read.
    fn lose(&mut self, step: &Fetch, title: &str, outcome: Outcome, for_now: bool) {
        let over = self.over(step);
        self.journal.add(&step.stream, over, Vec::new());
        self.miss(step, title, outcome, for_now);
    }

    fn miss(&mut self, step: &Fetch, title: &str, outcome: Outcome, for_now: bool) {
        let why = outcome.why().unwrap_or_default().to_owned();
        tracing::warn!(stream = step.stream, error = why, "a list did not load");
        let partly = self.course.walk(step).has_brought();
        if let Some(part) = self.part(&step.stream) {
            let missed = Missed {
                title: title.to_owned(),
                why,
                step: Some(step.from_the_start()),
                partly,
            };
            part.miss(missed, for_now);
        }
    }

    fn fail(&mut self, stream: &str, outcome: Outcome) {
        if let Some(part) = self.part(stream) {
            tracing::warn!(stream, ?outcome, "a stream did not load");
            part.outcome = outcome;
        }
    }

    /// Lets streams end of which nothing is open, once they were asked what follows.
    pub(super) fn conclude_streams(&mut self) {
        for stream in self.course.streams() {
            if self.goes_on(stream.id) && self.course.is_over(stream) {
                self.follow_up(stream);
            }
            if self.is_running(stream.id) && self.course.is_over(stream) {
                let outcome = self.end_of(stream);
                if let Some(part) = self.part(stream.id) {
                    part.outcome = outcome;
                }
            }
        }
    }

    fn follow_up(&mut self, stream: &Stream) {
        if let Some(places) = self.course.places_once(stream.id) {
            let next = self.fetcher.provider.follow_up(stream.id, &places);
            self.course.follow(None, next);
        }
    }

    /// How a stream ended: as the one that leads to it, if that failed; in failure, if none of its lists
    /// could be read. What that one missed is missed here too.
    fn end_of(&mut self, stream: &Stream) -> Outcome {
        if let Some(source) = stream.source.and_then(|source| self.part(source)).cloned() {
            if source.outcome != Outcome::Done {
                return source.outcome;
            }
            if let Some(part) = self.part(stream.id) {
                part.miss_too(&source);
            }
        }
        let came = self.course.run(stream.id).map_or(0, |run| run.came);
        // A retry of lists that failed once more has what is carried over.
        let carries = |part: &&Part| part.runs.iter().any(|run| !self.load.is_own(run));
        let part = self.load.part(stream.id);
        let part = part.filter(|part| came == 0 && !carries(part));
        match part.and_then(|part| part.missed.first()) {
            Some(missed) => Outcome::Failed(format!("{}: {}", missed.title, missed.why)),
            None => Outcome::Done,
        }
    }

    /// A step whose task ended by a fault of our own.
    pub(super) fn broke_off(&mut self, step: &Fetch, error: &tokio::task::JoinError) {
        tracing::error!(stream = step.stream, %error, "a fetch broke off");
        self.course.leave(step);
        self.give_up(
            step,
            "was read with a fault of Patchbay's own; its log has more",
        );
        self.course.forget(step);
    }

    fn has_items(&mut self, step: &Fetch) -> bool {
        self.part(&step.stream).is_some_and(|part| part.items > 0)
    }
}

/// Whether a failure concerns all lists of the account alike, so that asking for the next one is in vain.
fn concerns_all(error: &FetchError) -> bool {
    let FetchError::Call(error) = error else {
        return false;
    };
    use CallError::{Bearer, Limited, Rejected};
    matches!(error, Bearer(_) | Rejected | Limited(_))
}

/// Whether what failed here may be had at another time.
fn may_pass(error: &FetchError) -> bool {
    use CallError::{Broken, Busy, Failing, Limited, NoAnswer, Store, TooMany};
    let FetchError::Call(error) = error else {
        return false;
    };
    matches!(
        error,
        Broken(_) | Busy(_) | Failing { .. } | Limited(_) | NoAnswer(_) | Store(_) | TooMany
    )
}

fn outcome(name: &str, error: &FetchError) -> Outcome {
    match error {
        FetchError::MissingPermission(scope) => {
            Outcome::Skipped(format!("{name} says that a permission is missing: {scope}"))
        }
        FetchError::Call(CallError::Bearer(error)) => Outcome::Denied(error.to_string()),
        FetchError::Call(CallError::Rejected) => {
            Outcome::Denied(format!("{name} {}", CallError::Rejected))
        }
        error => Outcome::Failed(format!("{name} {error}")),
    }
}
