//! What the steps of a refresh do: Redis, the provider, and pauses.

mod answer;
mod grant;
mod held;
mod record;
mod seen;

use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use held::HeldPair;

use super::super::{Credential, Parts, Stored, VaultError};
use super::demand::Demand;
use super::flight::Trouble;
use super::procedure::{Event, Step};
use super::{Token, TokenError};
use crate::outbound::oauth::GrantError;
use crate::owner::Owner;
use crate::patience;
use crate::providers::GrantFailure;
use crate::store::Held;

/// How often a replica that waits for another's refresh looks again, and how long it waits at most: for a lock
/// whose holder died, and then for a refresh of its own.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Pause between tries to store what the provider granted.
const KEEP_AGAIN: Duration = Duration::from_millis(500);
/// First pause before newer tokens are looked for again; it doubles.
const NEWER_AGAIN: Duration = Duration::from_millis(250);

/// A refresh that runs.
pub(super) struct Refresh<'a> {
    parts: &'a Parts,
    owner: &'a Owner,
    provider: &'a str,
    demand: &'a Demand,
    /// The name of this attempt, in the record's mark and in the log.
    attempt: String,
    /// Who waits for this is told when the store fails.
    trouble: Trouble,
    begun: Instant,
    /// When the mark was written.
    marked: Instant,
    lock: Option<Held>,
    /// The record as it was read or written last.
    record: Option<Stored>,
    /// The account whose tokens are to be renewed.
    account: String,
    /// What the provider granted, and is to be stored.
    fresh: Option<Credential>,
    /// Whether that came from another connection, which had newer tokens.
    adopted: bool,
    /// Why it granted nothing.
    failed: Option<(GrantError, GrantFailure)>,
    /// Counts while what was granted is not stored.
    held: Option<HeldPair<'a>>,
    /// How many other connections got the fresh tokens.
    shared_with: usize,
    fault: Option<VaultError>,
}

impl<'a> Refresh<'a> {
    pub(super) fn new(
        parts: &'a Parts,
        owner: &'a Owner,
        provider: &'a str,
        demand: &'a Demand,
        trouble: Trouble,
    ) -> Self {
        Self {
            parts,
            owner,
            provider,
            demand,
            attempt: parts.entropy.name(),
            trouble,
            begun: Instant::now(),
            marked: Instant::now(),
            lock: None,
            record: None,
            account: String::new(),
            fresh: None,
            adopted: false,
            failed: None,
            held: None,
            shared_with: 0,
            fault: None,
        }
    }

    /// Goes through all steps.
    pub(super) async fn run(mut self) -> Result<Token, TokenError> {
        let span = self.span();
        async move {
            let mut step = Step::Look;
            loop {
                if let Step::Done(end) = step {
                    self.tell(end);
                    return self.answer(end).await;
                }
                step = step.next(self.in_time(step).await);
            }
        }
        .instrument(span)
        .await
    }

    /// While somebody may wait, a step waits no longer for the store than a request does.
    async fn in_time(&mut self, step: Step) -> Event {
        let told = self.trouble.is_told();
        // On the heap: the futures of all steps together would fill a thread's stack.
        let work = Box::pin(self.perform(step));
        if told {
            return work.await;
        }
        patience::scope(patience::PER_REQUEST, work).await.0
    }

    async fn perform(&mut self, step: Step) -> Event {
        match step {
            Step::Look
            | Step::LookAgain(_)
            | Step::LookForMark(_)
            | Step::LookToKeep(_)
            | Step::LookForNewer(..) => self.read().await,
            Step::Take(grant) => self.take(&grant.to_string()).await,
            Step::Pause if self.need_not_wait() => Event::Over,
            Step::Pause => pause(LOOK_AGAIN).await,
            Step::Mark(_) if self.stopping() => Event::Fault,
            Step::Mark(place) => self.mark(place).await,
            Step::Ask(_) => Box::pin(self.ask()).await,
            Step::Keep(place) => self.keep(place).await,
            Step::KeepLater(_) => self.keep_later().await,
            Step::Share(_) => self.share().await,
            Step::ShareLater(_) if self.waited_long() => Event::Over,
            Step::ShareLater(_) => pause(KEEP_AGAIN).await,
            Step::LookLater(_, _, left) => pause(NEWER_AGAIN * (8 >> left.min(3))).await,
            Step::LookAround(..) => self.look_around().await,
            Step::Settle(place, _) => self.settle(place).await,
            Step::Release(_) => {
                self.release().await;
                Event::Passed
            }
            Step::Done(_) => Event::Passed,
        }
    }

    /// While the stored token works, nobody waits for another's refresh.
    fn need_not_wait(&self) -> bool {
        let now = self.parts.clock.now();
        let record = self.record.as_ref();
        let works = record.is_some_and(|it| self.demand.works(&it.connection, now));
        works || self.waited_long() || self.stopping()
    }

    fn waited_long(&self) -> bool {
        self.begun.elapsed() > LONGEST_WAIT
    }

    /// Nothing is begun any more.
    fn stopping(&self) -> bool {
        self.parts.stop.is_cancelled()
    }

    fn own_fault(&mut self, error: VaultError) -> Event {
        self.trouble.tell();
        self.fault = Some(error);
        Event::Fault
    }
}

async fn pause(time: Duration) -> Event {
    tokio::time::sleep(time).await;
    Event::Passed
}
