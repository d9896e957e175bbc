//! The steps that read and write the record.

use tokio::time::Instant;

use super::super::super::{Connection, Stored, VaultError};
use super::super::outcome::Failed;
use super::super::procedure::{Event, Place, Seen};
use super::{KEEP_AGAIN, Refresh, pause};

impl Refresh<'_> {
    pub(super) async fn read(&mut self) -> Event {
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
        let connection = &stored.connection;
        let mark = connection.attempt.as_ref();
        Seen {
            place: Place {
                version: stored.version,
                grant: connection.credential.id(),
            },
            need: self
                .demand
                .need(connection, self.parts.margin, &self.parts.clock),
            marked: mark.is_some_and(|mark| mark.open && mark.id == self.attempt),
        }
    }

    pub(super) async fn mark(&mut self, place: Place) -> Event {
        let now = self.parts.clock.now();
        self.marked = Instant::now();
        let marked = self.connection(|connection| connection.marked(&self.attempt, now));
        self.write(place, marked).await
    }

    pub(super) async fn keep(&mut self, place: Place) -> Event {
        let now = self.parts.clock.now();
        let fresh = self.fresh.clone();
        let next = self.connection(|connection| match &fresh {
            Some(fresh) => connection.renewed(fresh, now),
            None => connection.clone(),
        });
        let Some(next) = next else {
            return Event::Fault;
        };
        let (owner, provider) = (self.owner, self.provider);
        let written = self
            .parts
            .write_copied(owner, provider, place.version, &next);
        let written = written.await;
        self.wrote(written, next)
    }

    pub(super) async fn keep_later(&mut self) -> Event {
        if self.held.is_none() {
            // Tokens of another connection: they are safe there.
            return Event::Over;
        }
        if let Some(error) = self.fault.take() {
            tracing::error!(%error, "a fresh credential cannot be stored yet; it is held");
        }
        pause(KEEP_AGAIN).await
    }

    pub(super) async fn settle(&mut self, place: Place) -> Event {
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
            None => self.connection(|connection| connection.unrenewable(&self.attempt, now)),
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
        let written = written.await;
        self.wrote(written, next)
    }

    fn wrote(&mut self, written: Result<Option<u64>, VaultError>, next: Connection) -> Event {
        match written {
            Ok(Some(version)) => {
                if let Some(before) = &self.record {
                    let (owner, provider) = (self.owner, self.provider);
                    self.parts
                        .observe(owner, provider, &before.connection, &next);
                }
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
}
