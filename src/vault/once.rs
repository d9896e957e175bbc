//! What waits for somebody to come back with a word that only their browser has: sealed, under a digest of the word, and
//! taken once.
//!
//! It counts for ten minutes. It stays a while longer, as does the mark that it was used, so that who comes late or again is
//! told apart from who made a word up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::VaultError;
use super::cipher::{Binding, KeyRing};
use super::rotate::Record;
use crate::clock::Clock;
use crate::digest::digest;
use crate::store::{Key, Store};

/// How long a person may take.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long a record, or the mark that it was used, is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Stands where a used record stood.
const USED: &[u8] = b"used";

/// What waits.
pub trait Awaited: Serialize + DeserializeOwned {
    /// When the person set out.
    fn begun_at(&self) -> Timestamp;

    /// Until when they may come back.
    fn good_until(&self) -> Timestamp {
        let begun_at = self.begun_at();
        begun_at.checked_add(GOOD_FOR).unwrap_or(begun_at)
    }
}

/// A kind of it.
pub struct Kind {
    /// What tells its records from those of other kinds, for the cipher.
    pub purpose: &'static str,
    /// The key of a record, by the digest of its word.
    pub key: fn(&str) -> Key,
}

/// Where what is of one kind waits.
pub struct Once<'a> {
    /// The kind.
    pub kind: &'static Kind,
    /// Where it is kept.
    pub store: &'a Store,
    /// What it is sealed with.
    pub ring: &'a KeyRing,
    /// The time.
    pub clock: &'a Clock,
}

/// What was found under a word.
pub enum Found<T> {
    /// Nothing, and nothing was there within the hour.
    Nothing,
    /// It was taken before.
    Used,
    /// It waited too long.
    Expired(T),
    /// It counts.
    Good(T),
}

impl Kind {
    /// The record under a digest, as a rotation of keys sees it.
    pub fn record(&self, digest: &str) -> Record {
        Record::text_or(USED, (self.key)(digest), self.binding(&[digest]))
    }

    fn binding<'a>(&'a self, parts: &'a [&'a str]) -> Binding<'a> {
        let purpose = self.purpose;
        Binding { purpose, parts }
    }
}

impl Once<'_> {
    /// Keeps it under a word.
    pub async fn keep<T: Awaited>(&self, word: &str, awaited: &T) -> Result<(), VaultError> {
        let digest = digest(word);
        let plain = serde_json::to_vec(awaited).map_err(|_| VaultError::Format)?;
        let sealed = self.ring.seal(self.kind.binding(&[&digest]), &plain)?;
        let key = (self.kind.key)(&digest);
        Ok(self.store.set(&key, &sealed, Some(KEPT)).await?)
    }

    /// What waits for a word; it goes on waiting.
    pub async fn look<T: Awaited>(&self, word: &str) -> Result<Found<T>, VaultError> {
        let digest = digest(word);
        let sealed = self.store.get(&(self.kind.key)(&digest)).await?;
        self.found(&digest, sealed)
    }

    /// Takes what waits for a word; nobody else can take it after.
    pub async fn take<T: Awaited>(&self, word: &str) -> Result<Found<T>, VaultError> {
        let digest = digest(word);
        let key = (self.kind.key)(&digest);
        let sealed = self.store.swap(&key, USED, KEPT).await?;
        self.found(&digest, sealed)
    }

    fn found<T: Awaited>(
        &self,
        digest: &str,
        sealed: Option<Vec<u8>>,
    ) -> Result<Found<T>, VaultError> {
        let sealed = match sealed {
            None => return Ok(Found::Nothing),
            Some(mark) if mark == USED => return Ok(Found::Used),
            Some(sealed) => sealed,
        };
        let plain = self.ring.open(self.kind.binding(&[digest]), &sealed)?;
        let awaited: T = serde_json::from_slice(&plain).map_err(|_| VaultError::Format)?;
        Ok(match awaited.good_until() < self.clock.now() {
            true => Found::Expired(awaited),
            false => Found::Good(awaited),
        })
    }
}
