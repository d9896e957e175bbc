//! Browser sessions in Redis: a small map of text under the hash of the session's id.
//!
//! The id itself is only in the browser's cookie, so that a copy of the store opens no session.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::clock::Entropy;
use crate::store::{Key, Store, StoreError, keys};

/// The state of a session.
pub type State = HashMap<String, String>;

/// The sessions there are. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    entropy: Entropy,
}

impl Sessions {
    /// Sessions in `store`.
    pub fn new(store: Store, entropy: Entropy) -> Self {
        Self { store, entropy }
    }

    /// The state of a session; `None` for one that is over. A state that cannot be read counts as over.
    pub async fn load(&self, id: &str) -> Result<Option<State>, StoreError> {
        let bytes = self.store.get(&key(id)).await?;
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Begins a session that lives for `idle` without use; answers its id.
    pub async fn begin(&self, state: &State, idle: Duration) -> Result<String, StoreError> {
        let id = self.entropy.token();
        self.store
            .set(&key(&id), &encode(state), Some(idle))
            .await?;
        Ok(id)
    }

    /// Writes a session's state; `false` if it has ended meanwhile, which a late write does not undo.
    pub async fn update(
        &self,
        id: &str,
        state: &State,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        self.store
            .set_existing(&key(id), &encode(state), Some(idle))
            .await
    }

    /// Notes that a session is used.
    pub async fn touch(&self, id: &str, idle: Duration) -> Result<(), StoreError> {
        self.store.expire(&key(id), idle).await.map(drop)
    }

    /// Ends a session.
    pub async fn end(&self, id: &str) -> Result<(), StoreError> {
        self.store.delete(&key(id)).await.map(drop)
    }
}

fn encode(state: &State) -> Vec<u8> {
    serde_json::to_vec(state).unwrap_or_default()
}

fn key(id: &str) -> Key {
    keys::session(&URL_SAFE_NO_PAD.encode(Sha256::digest(id.as_bytes())))
}
