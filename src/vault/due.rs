//! When a connection needs looking after: an index by time in Redis, so that the cost of the upkeep grows with
//! what is due and not with what there is.
//!
//! The index is a hint as the lists of accounts are: an entry leads to its record, which says what is to be
//! done. It is put right whenever a record is written or read in its turn, and built anew from the records
//! where it was lost (see `connections/upkeep`).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::credential::after;
use super::record::State;
use super::{Parts, Stored, Vault, VaultError};
use crate::owner::Owner;
use crate::providers::TokenLife;
use crate::store::{Key, Touch, keys};

/// Only connections that were used so recently have their tokens renewed before anybody asks.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// Uses that follow so closely need not be scheduled anew each.
const USED_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Of the time after which an unused grant dies at its provider, the part that is let pass, and how much of it
/// is left to chance, so that what was connected together is not renewed together.
const IDLE: f64 = 0.75;
const IDLE_CHANCE: f64 = 0.1;
/// A pause before something that could not be done is tried again.
const LATER: Duration = Duration::from_secs(60);

/// What is to be done for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Its token is to be renewed: it will expire soon, or its grant would die of idleness.
    Renew,
    /// Nobody used it for so long that it is to be forgotten.
    Forget,
}

/// What a schedule depends on, beside the record.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) margin: Duration,
    pub(super) forget_after: Duration,
    pub(super) life: Option<&'a TokenLife>,
    /// Whether the operator gave the provider a client: without one nothing can be renewed.
    pub(super) configured: bool,
}

/// What is to be done now, if anything, and when to look again: now in that case, else at `chance` (evenly
/// between 0 and 1) within the time that is left for it.
pub(super) fn plan(
    stored: &Stored,
    rules: Rules<'_>,
    now: Timestamp,
    chance: f64,
) -> (Option<Task>, Timestamp) {
    let forget = forget_at(stored, rules);
    if forget <= now {
        return (Some(Task::Forget), now);
    }
    let renewals = [renewal(stored, rules, now), keeping_alive(stored, rules)];
    let mut next = forget;
    for renewal in renewals.into_iter().flatten() {
        if renewal.from <= now {
            return (Some(Task::Renew), now);
        }
        next = next.min(later(renewal.from, renewal.spread.mul_f64(chance)));
    }
    (None, next)
}

/// From when on something may be done, and over which time it is spread.
struct Renewal {
    from: Timestamp,
    spread: Duration,
}

/// Before the token is so close to its end that whoever asks would wait for a fresh one; or, where it does not
/// work, as soon as it may be tried.
fn renewal(stored: &Stored, rules: Rules<'_>, now: Timestamp) -> Option<Renewal> {
    let connection = &stored.connection;
    if !can_renew(stored, rules) || last_use(stored).duration_until(now) > RECENT {
        return None;
    }
    let retry = connection.retry.map(|retry| retry.at);
    if connection.is_pressing(now) {
        return Some(Renewal {
            from: retry.unwrap_or(now),
            spread: Duration::ZERO,
        });
    }
    let margin = connection.credential.margin(rules.margin)?;
    let due = connection.credential.refresh_at(rules.margin)?;
    let from = due
        .checked_sub(SignedDuration::try_from(margin).ok()?)
        .ok()?;
    Some(Renewal {
        from: retry.map_or(from, |retry| retry.max(from)),
        spread: margin,
    })
}

fn keeping_alive(stored: &Stored, rules: Rules<'_>) -> Option<Renewal> {
    if !can_renew(stored, rules) {
        return None;
    }
    let life = rules.life?.dies_unused_after?;
    let from = after(stored.connection.credential.issued_at, life.mul_f64(IDLE))?;
    let retry = stored.connection.retry.map(|retry| retry.at);
    Some(Renewal {
        from: retry.map_or(from, |retry| retry.max(from)),
        spread: life.mul_f64(IDLE_CHANCE),
    })
}

fn can_renew(stored: &Stored, rules: Rules<'_>) -> bool {
    let connection = &stored.connection;
    rules.configured
        && connection.state != State::ActionNeeded
        && connection.credential.refresh.is_some()
}

fn last_use(stored: &Stored) -> Timestamp {
    let connected = stored.connection.connected_at;
    stored.used_at.map_or(connected, |used| used.max(connected))
}

/// A look at what was loaded is a use as well, as far as forgetting goes.
fn forget_at(stored: &Stored, rules: Rules<'_>) -> Timestamp {
    let used = last_use(stored);
    let used = stored.seen_at.map_or(used, |seen| seen.max(used));
    later(used, rules.forget_after)
}

fn later(moment: Timestamp, time: Duration) -> Timestamp {
    after(moment, time).unwrap_or(Timestamp::MAX)
}

impl Vault {
    /// When the upkeep will look after a connection next.
    pub async fn due_at(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Timestamp>, VaultError> {
        let name = keys::connection(owner, provider);
        let at = self
            .parts
            .store
            .scheduled(&keys::due(), name.as_str())
            .await?;
        Ok(at.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
    }

    /// What is to be done for a connection now; schedules when to look again. `None`, too, where there is no
    /// connection any more.
    pub async fn look_after(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Task>, VaultError> {
        let parts = &self.parts;
        match parts.read(owner, provider).await {
            Ok(Some(stored)) => {
                parts.list(owner, provider, &stored.connection).await?;
                let task = parts.schedule(owner, provider, &stored).await?;
                if task.is_some() {
                    // Should it not be done, it comes again.
                    let again = later(parts.clock.now(), LATER);
                    parts.schedule_at(owner, provider, again).await?;
                }
                Ok(task)
            }
            Ok(None) => parts.unschedule(owner, provider).await.map(|()| None),
            Err(error) if error.passes() => Err(error),
            Err(error) => {
                tracing::warn!(provider, %error, "a connection that is due cannot be read");
                let later = later(parts.clock.now(), LATER * 60);
                parts.schedule_at(owner, provider, later).await?;
                Ok(None)
            }
        }
    }

    /// Lists and schedules a connection that lies under this name, as the index is built anew.
    pub async fn restore_index(&self, name: &str) -> Result<(), VaultError> {
        let Some((owner, provider)) = keys::connection_of(name) else {
            return Ok(());
        };
        match self.parts.read(&owner, &provider).await {
            Ok(Some(stored)) => {
                self.parts
                    .list(&owner, &provider, &stored.connection)
                    .await?;
                self.parts.schedule(&owner, &provider, &stored).await?;
            }
            Err(error) if error.passes() => return Err(error),
            Ok(None) => {}
            // Its key may come back.
            Err(_) => {
                let later = later(self.parts.clock.now(), LATER * 60);
                self.parts.schedule_at(&owner, &provider, later).await?;
            }
        }
        Ok(())
    }
}

impl Parts {
    fn rules(&self, provider: &str) -> Rules<'static> {
        let known = self.registry.get(provider);
        Rules {
            margin: self.margin,
            forget_after: self.forget_after,
            life: known.map(|known| &known.profile().oauth.tokens),
            configured: self.clients.contains_key(provider),
        }
    }

    /// Whether nobody has used it for too long.
    pub(super) fn is_forgotten(&self, provider: &str, stored: &Stored) -> bool {
        forget_at(stored, self.rules(provider)) <= self.clock.now()
    }

    /// Puts the connection into the index.
    pub(super) async fn schedule(
        &self,
        owner: &Owner,
        provider: &str,
        stored: &Stored,
    ) -> Result<Option<Task>, VaultError> {
        let (now, chance) = (self.clock.now(), self.entropy.unit());
        let (task, next) = plan(stored, self.rules(provider), now, chance);
        self.schedule_at(owner, provider, next).await?;
        Ok(task)
    }

    async fn schedule_at(
        &self,
        owner: &Owner,
        provider: &str,
        at: Timestamp,
    ) -> Result<(), VaultError> {
        let name = keys::connection(owner, provider);
        let at = at.as_millisecond();
        Ok(self.store.schedule(&keys::due(), name.as_str(), at).await?)
    }

    pub(super) async fn unschedule(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let name = keys::connection(owner, provider);
        Ok(self.store.unschedule(&keys::due(), name.as_str()).await?)
    }

    /// Puts the connection into all indexes, as its record says. What fails is put right later.
    pub(super) async fn index(&self, owner: &Owner, provider: &str, stored: &Stored) {
        let listed = self.list(owner, provider, &stored.connection);
        let scheduled = self.schedule(owner, provider, stored);
        let done = futures_util::future::try_join(listed, scheduled).await;
        if let Err(error) = done {
            tracing::warn!(provider, %error, "a connection could not be indexed");
        }
    }

    /// Notes a use. After a long time without one, the connection is looked after again.
    pub(super) async fn note_use(&self, owner: &Owner, provider: &str) -> Result<(), VaultError> {
        let now = self.clock.now();
        let key: Key = keys::connection(owner, provider);
        let before = self
            .store
            .touch_versioned(&key, Touch::Used, now.as_millisecond());
        let before = before.await?;
        let before = before.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let lately = before.is_some_and(|before| before.duration_until(now) < USED_AGAIN);
        if !lately && let Some(stored) = self.read(owner, provider).await? {
            self.index(owner, provider, &stored).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::credential::Credential;
    use super::super::record::{Connection, Retry};
    use super::*;
    use crate::providers::Account;

    const MINUTE: i64 = 60;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    /// Connected at 0 with a token of half an hour.
    fn stored(refresh: Option<&str>) -> Stored {
        let credential = Credential {
            access: "access".into(),
            refresh: refresh.map(Into::into),
            issued_at: at(0),
            expires_at: Some(at(30 * MINUTE)),
            ancestors: Vec::new(),
        };
        let connection = Connection::new(
            Account::default(),
            credential,
            Vec::new(),
            Vec::new(),
            at(0),
        );
        Stored {
            connection,
            version: 1,
            used_at: None,
            seen_at: None,
        }
    }

    const MORTAL: TokenLife = TokenLife {
        expires: true,
        dies_unused_after: Some(Duration::from_secs(60 * 24 * 60 * 60)),
    };

    fn rules(life: Option<&TokenLife>) -> Rules<'_> {
        Rules {
            margin: Duration::from_secs(300),
            forget_after: Duration::from_secs(90 * 24 * 60 * 60),
            life,
            configured: true,
        }
    }

    fn planned(stored: &Stored, now: i64, chance: f64) -> (Option<Task>, i64) {
        let (task, next) = plan(stored, rules(Some(&MORTAL)), at(now), chance);
        (task, next.as_second())
    }

    #[test]
    fn a_token_in_use_is_renewed_before_anybody_would_wait_for_it() {
        let stored = stored(Some("refresh"));
        // The margin of half an hour is three minutes: it is renewed within the three before.
        assert_eq!(planned(&stored, 0, 0.0), (None, 24 * MINUTE));
        assert_eq!(planned(&stored, 0, 1.0), (None, 27 * MINUTE));
        assert_eq!(planned(&stored, 24 * MINUTE, 0.5).0, Some(Task::Renew));
    }

    #[test]
    fn what_nobody_used_for_a_day_is_renewed_only_when_it_would_die() {
        let stored = stored(Some("refresh"));
        assert_eq!(planned(&stored, 2 * DAY, 0.0), (None, 45 * DAY));
        assert_eq!(planned(&stored, 2 * DAY, 1.0), (None, 51 * DAY));
        assert_eq!(planned(&stored, 45 * DAY, 0.0).0, Some(Task::Renew));
        let (task, next) = plan(&stored, rules(None), at(2 * DAY), 0.0);
        assert_eq!((task, next), (None, at(90 * DAY)));
    }

    #[test]
    fn what_nobody_used_or_looked_at_is_forgotten() {
        let mut stored = stored(Some("refresh"));
        stored
            .connection
            .end(super::super::record::Ended::Withdrawn, at(0));
        assert_eq!(planned(&stored, DAY, 0.0), (None, 90 * DAY));
        assert_eq!(planned(&stored, 90 * DAY, 0.0).0, Some(Task::Forget));
        stored.seen_at = Some(at(10 * DAY));
        assert_eq!(planned(&stored, 90 * DAY, 0.0), (None, 100 * DAY));
        stored.used_at = Some(at(20 * DAY));
        assert_eq!(planned(&stored, 90 * DAY, 0.0), (None, 110 * DAY));
    }

    #[test]
    fn a_renewal_that_failed_waits_for_its_next_try() {
        let mut stored = stored(Some("refresh"));
        stored.connection.retry = Some(Retry {
            at: at(40 * MINUTE),
            failures: 3,
            conflicts: 0,
            named: false,
        });
        assert_eq!(planned(&stored, 25 * MINUTE, 0.0), (None, 40 * MINUTE));
        assert_eq!(planned(&stored, 40 * MINUTE, 0.0).0, Some(Task::Renew));
    }

    #[test]
    fn what_cannot_be_renewed_is_left_alone() {
        assert_eq!(planned(&stored(None), 25 * MINUTE, 0.0), (None, 90 * DAY));
        let unconfigured = Rules {
            configured: false,
            ..rules(Some(&MORTAL))
        };
        let (task, next) = plan(&stored(Some("refresh")), unconfigured, at(25 * MINUTE), 0.0);
        assert_eq!((task, next), (None, at(90 * DAY)));
    }
}
