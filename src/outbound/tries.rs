//! How far a call has come: how often it was tried, whether it may have been done, and how long somebody still waits.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::CallError;
use super::request::Effect;
use super::retry::LONGEST_WAIT;
use super::verdict::Verdict;
use super::{NoAnswer, Request};

/// Less time than this is too little for an answer: a try is not begun in it, since a change that was sent and then
/// given up may have been done.
const LEAST: Duration = Duration::from_secs(5);

/// The tries of one request.
pub(super) struct Tries<'a> {
    request: &'a Request,
    /// From 1.
    pub(super) tried: u32,
    /// How many 401 there were.
    pub(super) refusals: u32,
    unsure: bool,
    until: Option<Instant>,
}

impl<'a> Tries<'a> {
    /// Before the first.
    pub(super) fn begin(request: &'a Request) -> Self {
        let whole = request.patience.and_then(|patience| patience.whole);
        Self {
            request,
            tried: 1,
            refusals: 0,
            unsure: false,
            until: whole.map(|whole| Instant::now() + whole),
        }
    }

    /// The longest wait for the turn of the next try; `None` where nobody waits.
    pub(super) fn turn(&self) -> Result<Option<Duration>, CallError> {
        let Some(patience) = self.request.patience else {
            return Ok(None);
        };
        let Some(left) = self.left() else {
            return Ok(Some(patience.turn));
        };
        let late = || CallError::NoAnswer(NoAnswer::Late);
        let room = left.checked_sub(LEAST).ok_or_else(late)?;
        Ok(Some(patience.turn.min(room)))
    }

    /// How much longer somebody waits; `None` where nobody does, or has a limit of their own.
    pub(super) fn left(&self) -> Option<Duration> {
        let until = self.until?;
        Some(until.saturating_duration_since(Instant::now()))
    }

    /// Waits for what comes before a request can be sent, no longer than somebody waits.
    pub(super) async fn in_time<T, E: Into<CallError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, CallError> {
        let Some(until) = self.until else {
            return work.await.map_err(Into::into);
        };
        match timeout_at(until, work).await {
            Ok(done) => done.map_err(Into::into),
            Err(_) => Err(CallError::NoAnswer(NoAnswer::Late)),
        }
    }

    /// Notes what a try came to.
    pub(super) fn note<T>(&mut self, verdict: &Verdict<T>) {
        self.unsure |= verdict.leaves_unsure();
    }

    /// How the call ends with this error. After a change that may have been done the provider's own judgement of it
    /// is the only error that leaves no doubt: it would have been the same the time before. But that something is not
    /// there may be what the time before came to, where it was to be deleted.
    pub(super) fn ended(&self, error: CallError) -> CallError {
        let own_doing = self.request.deletes() && error.is_absence();
        let told = matches!(error, CallError::Status { .. }) && !own_doing;
        match self.request.effect {
            Effect::Sets | Effect::Makes if self.unsure && !told => {
                CallError::Unclear(Box::new(error))
            }
            _ => error,
        }
    }

    /// Whether it is tried again after a failure that may pass, and after a wait; otherwise with which error it ends.
    pub(super) fn again(
        &mut self,
        error: CallError,
        wait: Option<Duration>,
    ) -> Result<CallError, CallError> {
        let wait = wait.unwrap_or_default();
        let last = self.tried >= self.request.tries;
        let made = self.unsure && self.request.effect == Effect::Makes;
        let slow = self.request.gives_up_when_slow && error.is_slow();
        if last || made || slow {
            return Err(error);
        }
        if self.left().is_some_and(|left| wait + LEAST > left) {
            return Err(match error {
                CallError::TooMany => CallError::Busy(wait),
                error => error,
            });
        }
        if wait > LONGEST_WAIT {
            return Err(CallError::Limited(wait));
        }
        self.tried += 1;
        Ok(error)
    }
}
