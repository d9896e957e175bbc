//! What a file holds, and whether that can be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};

use crate::owner::{Owner, check_id};
use crate::vault::Connection;

/// The connections of an org. Prints without their tokens.
#[derive(Debug, Serialize, Deserialize)]
pub struct Contents {
    /// Whose they are.
    pub org: String,
    /// When they were taken along.
    pub made_at: Timestamp,
    /// The version of Patchbay that wrote them.
    pub by: String,
    /// Whether they were taken out of where they were.
    pub moved: bool,
    /// The id of the OAuth client that the tokens of a provider are bound to.
    pub clients: BTreeMap<String, String>,
    /// The connections.
    pub connections: Vec<Taken>,
}

/// A connection that is taken along. Prints without its tokens.
#[derive(Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Whose it is.
    pub user: String,
    /// To which provider.
    pub provider: String,
    /// Its account, credential, permissions, state and history.
    pub connection: Connection,
    /// When somebody last used its tokens.
    pub used_at: Option<Timestamp>,
    /// Which streams its owner chose to load.
    pub streams: Option<Vec<String>>,
}

/// Why contents cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentsError {
    /// They are of a later version, or none at all.
    #[error(
        "its contents have a form that this version of Patchbay does not know; import it with a newer one"
    )]
    Unknown,
    /// They hold what cannot be.
    #[error("its contents cannot be: {0}")]
    Wrong(String),
    /// They cannot be written.
    #[error("the contents could not be written")]
    Unwritable,
}

impl Contents {
    /// As bytes, which hold tokens.
    ///
    /// # Errors
    ///
    /// [`ContentsError::Unwritable`].
    pub fn encode(&self) -> Result<SecretSlice<u8>, ContentsError> {
        let bytes = serde_json::to_vec(self).map_err(|_| ContentsError::Unwritable)?;
        Ok(SecretSlice::from(bytes))
    }

    /// From bytes; checked whole.
    ///
    /// # Errors
    ///
    /// What is wrong with them. The text has no token.
    pub fn decode(bytes: &SecretSlice<u8>) -> Result<Self, ContentsError> {
        // The parser's own message may repeat what it read.
        let contents: Self =
            serde_json::from_slice(bytes.expose_secret()).map_err(|_| ContentsError::Unknown)?;
        contents.check()?;
        Ok(contents)
    }

    /// Whose a connection is, in the org that it goes to.
    pub fn owner(&self, taken: &Taken, org: Option<&str>) -> Owner {
        Owner {
            org: org.unwrap_or(&self.org).to_owned(),
            user: taken.user.clone(),
        }
    }

    fn check(&self) -> Result<(), ContentsError> {
        let wrong = |what: String| Err(ContentsError::Wrong(what));
        let is_id = |id: &String| check_id(id).as_ref() == Ok(id);
        if !is_id(&self.org) {
            return wrong("its org has no name that an org can have".to_owned());
        }
        let mut seen = BTreeSet::new();
        for (index, taken) in self.connections.iter().enumerate() {
            let number = index + 1;
            if !taken.connection.is_known() {
                return Err(ContentsError::Unknown);
            }
            if !is_id(&taken.user) {
                return wrong(format!("connection {number} is of no user that can be"));
            }
            if !seen.insert((&taken.user, &taken.provider)) {
                return wrong(format!("connection {number} is there twice"));
            }
            if !taken.connection.credential.is_plausible() {
                return wrong(format!("connection {number} has no token that can be"));
            }
        }
        Ok(())
    }
}
