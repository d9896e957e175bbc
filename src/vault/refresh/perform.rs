//! What the steps of a refresh do: Redis, the provider, and pauses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::super::credential::Credential;
use super::super::record::{Connection, Ended, LastError};
use super::super::{Parts, Stored, VaultError};
use super::demand::Demand;
use super::flight::Trouble;
use super::outcome::Failed;
use super::procedure::{End, Event, Place, Refusal, Seen, Step};
use super::{Token, TokenError};
use crate::outbound::oauth::GrantError;
use crate::owner::Owner;
use crate::patience;
use crate::providers::GrantFailure;
use crate::store::{Held, keys};

/// Life of the lock, which is renewed while its holder lives. Longer than a call to the provider can take.
const LOCK_LIFE: Duration = Duration::from_secs(30);
/// How often a replica that waits for another's refresh looks again, and how long it waits at most: for a lock
/// whose holder died, and then for a refresh of its own.
const LOOK_AGAIN: Duration = Duration::from_millis(150);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Pause between tries to store what the provider granted.
const KEEP_AGAIN: Duration = Duration::from_millis(500);
/// So long after its mark was written a request may still be sent.
const MARK_COUNTS: Duration = Duration::from_secs(5);
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
            failed: None,
            held: None,
            shared_with: 0,
            fault: None,
        }
    }

    /// Goes through all steps.
    pub(super) async fn run(mut self) -> Result<Token, TokenError> {
        let (provider, attempt) = (self.provider, self.attempt.clone());
        let span = tracing::info_span!("refresh", provider, attempt);
        async move {
            let mut step = Step::Look;
            loop {
                if let Step::Done(end) = step {
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

    async fn read(&mut self) -> Event {
        match self.parts.read(self.owner, self.provider).await {
            Ok(found) => {
                if let Some(stored) = &found
                    && self.fresh.is_none()
                {
                    self.account.clone_from(&stored.connection.account.id);
                }
                self.record = found;
                Event::Read(self.record.as_ref().map(|stored| self.seen(stored)))
            }
            Err(error) => self.own_fault(error),
        }
    }

    fn seen(&self, stored: &Stored) -> Seen {
        let (connection, now) = (&stored.connection, self.parts.clock.now());
        let mark = connection.attempt.as_ref();
        Seen {
            place: Place {
                version: stored.version,
                grant: connection.credential.id(),
            },
            need: self.demand.need(connection, self.parts.margin, now),
            marked: mark.is_some_and(|mark| mark.open && mark.id == self.attempt),
        }
    }

    async fn take(&mut self, grant: &str) -> Event {
        let key = keys::refresh_lock(self.provider, grant);
        match self.parts.store.hold(key, LOCK_LIFE).await {
            Ok(held) => {
                self.lock = held;
                Event::Took(self.lock.is_some())
            }
            Err(error) => self.own_fault(error.into()),
        }
    }

    async fn release(&mut self) {
        if let Some(held) = self.lock.take()
            && let Err(error) = held.release().await
        {
            tracing::warn!(%error, "a refresh lock could not be released; it ends by itself");
        }
    }

    async fn mark(&mut self, place: Place) -> Event {
        let now = self.parts.clock.now();
        self.marked = Instant::now();
        let marked = self.connection(|connection| connection.marked(&self.attempt, now));
        self.write(place, marked).await
    }

    async fn ask(&mut self) -> Event {
        // A process that was stopped in between would send a token that somebody else has spent by now.
        let lost = self.lock.as_ref().is_none_or(Held::is_lost);
        if lost || self.marked.elapsed() > MARK_COUNTS {
            return Event::Fault;
        }
        let client = self.parts.clients.get(self.provider);
        let Some((client, stored)) = client.zip(self.record.as_ref()) else {
            return Event::Fault;
        };
        let credential = &stored.connection.credential;
        let Some(refresh) = &credential.refresh else {
            return Event::Failed(Refusal::Spent);
        };
        match client.refresh(&self.parts.outbound, refresh).await {
            Ok(grant) => {
                self.fresh = Some(credential.renewed(&grant, self.parts.clock.now()));
                self.held = Some(HeldPair::new(&self.parts.held));
                Event::Granted
            }
            Err(error) => self.failed_with(error),
        }
    }

    fn failed_with(&mut self, error: GrantError) -> Event {
        let known = self.parts.registry.get(self.provider);
        let failure = known.map_or(GrantFailure::Passing, |known| known.classify(&error));
        tracing::warn!(%error, ?failure, "a refresh failed");
        self.failed = Some((error, failure));
        Event::Failed(match failure {
            GrantFailure::Withdrawn => Refusal::Spent,
            GrantFailure::Conflict(_) => Refusal::Conflict,
            _ => Refusal::Other,
        })
    }

    async fn keep(&mut self, place: Place) -> Event {
        let now = self.parts.clock.now();
        let fresh = self.fresh.clone();
        let next = self.connection(|connection| match &fresh {
            Some(fresh) => connection.renewed(fresh, now),
            None => connection.clone(),
        });
        self.write(place, next).await
    }

    async fn keep_later(&mut self) -> Event {
        if self.held.is_none() {
            // Tokens of another connection: they are safe there.
            return Event::Over;
        }
        if let Some(error) = self.fault.take() {
            tracing::error!(%error, "a fresh credential cannot be stored yet; it is held");
        }
        pause(KEEP_AGAIN).await
    }

    /// Other connections of the same grant get the fresh tokens, too. One that is missed here finds them by
    /// itself, when the provider refuses its own.
    async fn share(&mut self) -> Event {
        self.held = None;
        let Some(fresh) = &self.fresh else {
            return Event::Passed;
        };
        let (owner, provider) = (self.owner, self.provider);
        let shared = self.parts.share(owner, provider, &self.account, fresh);
        match shared.await {
            Ok(count) => {
                self.shared_with += count;
                Event::Passed
            }
            Err(error) => self.own_fault(error),
        }
    }

    async fn look_around(&mut self) -> Event {
        let Some(stored) = &self.record else {
            return Event::Fault;
        };
        let newer = self
            .parts
            .newer_elsewhere(self.owner, self.provider, &stored.connection);
        match newer.await {
            Ok(newer) => {
                self.fresh = newer;
                Event::Found(self.fresh.is_some())
            }
            Err(error) => self.own_fault(error),
        }
    }

    async fn settle(&mut self, place: Place) -> Event {
        let now = self.parts.clock.now();
        let next = match &self.failed {
            Some((error, failure)) => {
                let chance = self.parts.entropy.unit();
                self.connection(|connection| {
                    connection.settled(&Failed {
                        error,
                        failure: *failure,
                        at: now,
                        attempt: &self.attempt,
                        works: self.demand.works(connection, now),
                        chance,
                    })
                })
            }
            None => self.connection(|connection| unrenewable(connection, &self.attempt, now)),
        };
        self.write(place, next).await
    }

    fn connection(&self, change: impl FnOnce(&Connection) -> Connection) -> Option<Connection> {
        self.record.as_ref().map(|it| change(&it.connection))
    }

    async fn write(&mut self, place: Place, next: Option<Connection>) -> Event {
        let Some(next) = next else {
            return Event::Fault;
        };
        let (owner, provider) = (self.owner, self.provider);
        let written = self.parts.write(owner, provider, place.version, &next);
        match written.await {
            Ok(Some(version)) => {
                let used_at = self.record.as_ref().and_then(|it| it.used_at);
                let seen_at = self.record.as_ref().and_then(|it| it.seen_at);
                self.record = Some(Stored {
                    connection: next,
                    version,
                    used_at,
                    seen_at,
                });
                Event::Wrote(Some(version))
            }
            Ok(None) => Event::Wrote(None),
            Err(error) => self.own_fault(error),
        }
    }

    fn own_fault(&mut self, error: VaultError) -> Event {
        self.trouble.tell();
        self.fault = Some(error);
        Event::Fault
    }

    async fn answer(self, end: End) -> Result<Token, TokenError> {
        if end == End::Orphaned && self.shared_with == 0 {
            self.end_orphan().await;
        }
        let Some(record) = self.record.filter(|_| end != End::Orphaned) else {
            return Err(match (end, self.fault) {
                (End::Fault, Some(fault)) => fault.into(),
                _ => TokenError::NotConnected,
            });
        };
        if end == End::AsRead {
            self.parts.index(self.owner, self.provider, &record).await;
        }
        let token = self.parts.token_of(&record.connection, self.demand);
        // A fault of our own is what is the matter only where no token works.
        match (token, self.fault) {
            (Err(TokenError::Passing), Some(fault)) if end == End::Fault => Err(fault.into()),
            (token, _) => token,
        }
    }

    /// The person disconnected while the provider granted these.
    async fn end_orphan(&self) {
        if let Some(fresh) = &self.fresh {
            let ended = self
                .parts
                .let_go(self.owner, self.provider, &self.account, fresh);
            let ended = ended.await;
            tracing::info!(?ended, "tokens of a connection that is gone were let go");
        }
    }
}

fn unrenewable(connection: &Connection, attempt: &str, now: jiff::Timestamp) -> Connection {
    let mut next = connection.clone();
    next.last_error = Some(LastError {
        at: now,
        text: "Renewing the token: the provider gave nothing to renew it with".to_owned(),
        id: attempt.to_owned(),
        reference: None,
    });
    next.end(Ended::Unrenewable, now);
    next
}

/// One more pair that is granted and not stored yet.
struct HeldPair<'a>(&'a AtomicUsize);

impl<'a> HeldPair<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for HeldPair<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn pause(time: Duration) -> Event {
    tokio::time::sleep(time).await;
    Event::Passed
}
