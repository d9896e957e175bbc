//! What the issuer was last seen to say, and what can be said by that without asking it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Answer, IssuerError, Known, Reading};

/// How long what was read is used.
const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How long after a failure the issuer is left alone.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// What came of the last readings.
#[derive(Default)]
pub(super) struct Seen {
    known: Option<Arc<Known>>,
    failed: Option<Failed>,
    /// Keys that could not be read anew do not make what is known wrong, so they are a failure of their own.
    keys_failed: Option<Failed>,
}

struct Failed {
    at: Timestamp,
    why: IssuerError,
}

impl Seen {
    /// What a reading would bring, where it need not be done.
    pub(super) fn answer(&self, reading: &Reading, now: Timestamp) -> Option<Answer> {
        let serves = |known: &&Arc<Known>| match reading {
            Reading::Whole => is_within(now, known.read_at, LIFE),
            Reading::KeysAfter(before) => known.keys_read_at > before.keys_read_at,
        };
        if let Some(known) = self.known.as_ref().filter(serves) {
            return Some(Ok(Arc::clone(known)));
        }
        let failed = match reading {
            Reading::Whole => self.failed.as_ref(),
            Reading::KeysAfter(_) => self.keys_failed.as_ref(),
        };
        let failed = failed.filter(|failed| is_within(now, failed.at, PAUSE));
        failed.map(|failed| Err(failed.why.clone()))
    }

    /// Notes what a reading brought. Where nothing can be said of the issuer as a whole, what was known counts no longer.
    pub(super) fn note(&mut self, reading: &Reading, read: &Answer, at: Timestamp) {
        let failed = read.as_ref().err().map(|why| Failed {
            at,
            why: why.clone(),
        });
        match (read, reading) {
            (Err(_), Reading::KeysAfter(_)) => self.keys_failed = failed,
            _ => {
                *self = Self {
                    known: read.as_ref().ok().cloned(),
                    failed,
                    keys_failed: None,
                }
            }
        }
    }
}

/// Whether something lies less than `span` back. What lies in the future does not: a clock was set.
pub(super) fn is_within(now: Timestamp, at: Timestamp, span: SignedDuration) -> bool {
    let age = now.duration_since(at);
    !age.is_negative() && age < span
}
