//! The right to do a request under a key, and its end. A process that dies with one leaves it to whoever sends the request
//! again after a while.

use std::time::Duration;

use tokio::time::Instant;

use super::{Answer, Answers, Entry};
use crate::owner::Owner;
use crate::patience;
use crate::store::{Key, StoreError, keys};

/// How long what came of a request is held while the store is away.
const HELD: Duration = Duration::from_secs(30);
const STORE_AGAIN: Duration = Duration::from_millis(500);

/// See the module.
pub(super) struct Ticket {
    pub(super) answers: Answers,
    pub(super) owner: Owner,
    pub(super) digest: String,
    pub(super) entry: Entry,
    /// What stands under the key meanwhile.
    pub(super) sealed: Vec<u8>,
}

impl Ticket {
    /// Keeps what came of the request, for whoever sends it again. Where that fails the answer is given all the same.
    pub(super) async fn settle(self, answer: &Answer) {
        let entry = Entry {
            answer: Some(answer.clone()),
            ..self.entry.clone()
        };
        let place = self.place();
        match self.answers.seal(&self.owner, &self.digest, &entry) {
            Ok(sealed) => {
                let store = &self.answers.store;
                patiently(|| async { store.replace(&place, &self.sealed, &sealed).await }).await;
            }
            Err(error) => tracing::error!(%error, "what came of a request could not be sealed"),
        }
    }

    /// Gives the key free: nothing was done.
    pub(super) async fn free(self) {
        let (store, place) = (&self.answers.store, self.place());
        patiently(|| async { store.delete_if(&place, &self.sealed).await }).await;
    }

    fn place(&self) -> Key {
        keys::answered(&self.owner, &self.digest)
    }
}

/// Tries again while the store is away: a key that stays taken says that its request is still being done.
async fn patiently<W>(mut write: impl FnMut() -> W)
where
    W: Future<Output = Result<bool, StoreError>>,
{
    let until = Instant::now() + HELD;
    loop {
        let (written, _) = patience::scope(patience::PER_REQUEST, write()).await;
        let Err(error) = written else { return };
        if Instant::now() > until {
            tracing::error!(%error, "what came of a request could not be kept");
            return;
        }
        tokio::time::sleep(STORE_AGAIN).await;
    }
}
