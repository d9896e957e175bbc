//! Waiting until the items of a connection are whole: for the load that runs, or else for one that is begun.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::told;
use crate::api::classic::Classic;
use crate::api::classic::refusal::{not_configured, own, refusal};
use crate::error::Failure;
use crate::load::{Load, LoadError, Look, Outcome, Part, Streams};
use crate::owner::Owner;
use crate::patience;
use crate::providers::Profile;
use crate::vault::{TokenError, VaultError};

/// Between two looks at the load: many are over soon, and nobody notices a second more in a long one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long the store may be away meanwhile. A restart of it takes less, and who hears of it can ask again.
const AWAY: Duration = Duration::from_secs(5);

/// Somebody who waits for the items of a connection: whatever its load brings.
pub(super) struct Wait<'a> {
    classic: &'a Classic,
    profile: &'static Profile,
    owner: &'a Owner,
    asked: Timestamp,
    until: Instant,
}

/// What a look came to.
enum Step {
    /// This is the snapshot.
    Whole(Load),
    /// This load runs, or one that was just begun.
    Runs(Option<Load>),
}

/// Why a look came to nothing.
enum Trouble {
    /// The store is away, which passes.
    Away(Failure),
    /// Waiting on is in vain.
    Final(Failure),
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    /// Whether the store has answered at all.
    answered: bool,
    load: Option<Load>,
    away_until: Option<Instant>,
    pauses: i32,
}

impl<'a> Wait<'a> {
    pub(super) fn new(
        classic: &'a Classic,
        profile: &'static Profile,
        owner: &'a Owner,
        until: Instant,
    ) -> Self {
        Self {
            classic,
            profile,
            owner,
            asked: classic.clock.now(),
            until,
        }
    }

    /// Waits for a snapshot that is whole.
    pub(super) async fn until_whole(&self) -> Result<Load, Failure> {
        let mut seen = Seen::default();
        loop {
            match self.step(seen.load.as_ref()).await {
                Ok(Step::Whole(load)) => return Ok(load),
                Ok(Step::Runs(load)) => seen.note(load),
                Err(Trouble::Away(failure)) => seen.note_away(failure)?,
                Err(Trouble::Final(failure)) => return Err(failure),
            }
            if Instant::now() >= self.until {
                return Err(told::goes_on(self.profile.name, seen.load.as_ref()));
            }
            let pause = sleep_until(self.until.min(Instant::now() + seen.pause()));
            if self.classic.ends.run_until_cancelled(pause).await.is_none() {
                return Err(told::stops(self.profile.name));
            }
        }
    }

    async fn step(&self, seen: Option<&Load>) -> Result<Step, Trouble> {
        let seen = seen.map(|load| &load.id[..]);
        let loads = &self.classic.loads;
        let look = loads.look(self.owner, self.profile.id, self.asked, seen);
        let look = patience::scope(patience::PER_REQUEST, look).await.0;
        match look.map_err(|error| self.trouble(error))? {
            Look::Current(load) => Ok(Step::Whole(*load)),
            Look::Runs(load) => Ok(Step::Runs(Some(*load))),
            Look::Ended(load) => Err(self.ended(&load).await),
            Look::Nothing => self.begin().await,
        }
    }

    /// Begins a load, if there is a token to load with: where there is none the reason is told at once.
    async fn begin(&self) -> Result<Step, Trouble> {
        if let Err(error) = self.token().await {
            return Err(self.no_token(error));
        }
        let (loads, id) = (&self.classic.loads, self.profile.id);
        let start = loads.start(self.owner, id, Streams::Usual);
        let started = patience::scope(patience::PER_REQUEST, start).await.0;
        started.map_err(|error| self.trouble(error))?;
        Ok(Step::Runs(None))
    }

    /// Whether there is a token. Where that is not known in time, nothing speaks against it.
    async fn token(&self) -> Result<(), TokenError> {
        let token = self.classic.vault.fresh_token(self.owner, self.profile.id);
        let token = patience::scope(patience::PER_REQUEST, token);
        match timeout_at(self.until, token).await {
            Ok((token, _)) => token.map(drop),
            Err(_) => Ok(()),
        }
    }

    /// What a load that was waited for, and is not whole, comes to.
    async fn ended(&self, load: &Load) -> Trouble {
        let is_denied = |part: &Part| matches!(part.outcome, Outcome::Denied(_));
        if load.parts.iter().any(is_denied)
            && let Err(error) = self.token().await
        {
            return self.no_token(error);
        }
        Trouble::Final(told::ended(self.profile.name, load))
    }

    fn no_token(&self, error: TokenError) -> Trouble {
        let passes = matches!(&error, TokenError::Own(fault) if fault.passes());
        let failure = refusal(error, self.profile.name, self.owner);
        match passes {
            true => Trouble::Away(failure),
            false => Trouble::Final(failure),
        }
    }

    fn trouble(&self, error: LoadError) -> Trouble {
        match error {
            error if error.passes() => Trouble::Away(error.into()),
            LoadError::NotConnected => self.no_token(TokenError::NotConnected),
            LoadError::NotConfigured => Trouble::Final(not_configured(self.profile)),
            LoadError::Vault(error @ (VaultError::Cipher(_) | VaultError::Format)) => {
                Trouble::Final(own(Arc::new(error)))
            }
            error => Trouble::Final(error.into()),
        }
    }
}

impl Seen {
    fn note(&mut self, load: Option<Load>) {
        self.answered = true;
        self.away_until = None;
        self.load = load.or(self.load.take());
    }

    /// Goes on for a while, if the store had answered before.
    fn note_away(&mut self, failure: Failure) -> Result<(), Failure> {
        let now = Instant::now();
        let until = *self.away_until.get_or_insert(now + AWAY);
        match self.answered && now < until {
            true => Ok(()),
            false => Err(failure),
        }
    }

    /// How long to wait before the next look: each time somewhat longer.
    fn pause(&mut self) -> Duration {
        let pause = FIRST_PAUSE.mul_f64(1.5_f64.powi(self.pauses));
        self.pauses = (self.pauses + 1).min(16);
        pause.min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn away() -> Failure {
        Failure::of(Kind::Unavailable)
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_may_be_away_for_a_while_once_it_has_answered() {
        let mut seen = Seen::default();
        assert!(
            seen.note_away(away()).is_err(),
            "who never saw it hears so at once"
        );
        let mut seen = Seen::default();
        for _ in 0..2 {
            seen.note(None);
            assert!(seen.note_away(away()).is_ok());
            tokio::time::sleep(AWAY - Duration::from_millis(1)).await;
            assert!(seen.note_away(away()).is_ok());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(seen.note_away(away()).is_err());
    }

    #[test]
    fn looks_come_soon_at_first_and_then_once_a_second() {
        let mut seen = Seen::default();
        assert_eq!(seen.pause(), FIRST_PAUSE);
        let pauses: Vec<Duration> = (0..40).map(|_| seen.pause()).collect();
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&LONGEST_PAUSE));
    }
}
