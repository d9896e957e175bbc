//! What a file holds, and whether that can be.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice};
use serde::{Deserialize, Serialize};

use crate::owner::{Owner, check_id};
use crate::vault::Connection;

/// Most bytes of a connection in a file, which has about 2 KiB: as many as no provider's tokens and names come near.
const LARGEST: usize = 256 * 1024;
/// Longest name of a provider or a version, in characters.
const LONGEST_NAME: usize = 64;

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

    /// The providers whose OAuth client it does not name: to which one their tokens are bound is not known.
    pub fn of_unknown_clients(&self) -> BTreeSet<&str> {
        let all = self.connections.iter().map(|taken| &taken.provider[..]);
        all.filter(|provider| !self.clients.contains_key(*provider))
            .collect()
    }

    fn check(&self) -> Result<(), ContentsError> {
        let wrong = |what: String| Err(ContentsError::Wrong(what));
        let is_id = |id: &String| check_id(id).as_ref() == Ok(id);
        if !is_id(&self.org) {
            return wrong("its org has no name that an org can have".to_owned());
        }
        if !is_name(&self.by) {
            return wrong("they are of no version that can be".to_owned());
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
            if !is_name(&taken.provider) {
                return wrong(format!("connection {number} is to no provider that can be"));
            }
            if !seen.insert((&taken.user, &taken.provider)) {
                return wrong(format!("connection {number} is there twice"));
            }
            if !taken.connection.credential.is_plausible() {
                return wrong(format!("connection {number} has no token that can be"));
            }
            if !taken.is_small() {
                return wrong(format!("connection {number} is larger than any can be"));
            }
        }
        Ok(())
    }
}

/// Whether it can be the name of a provider or a version: it is printed as it is.
fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(is_part)
}

impl Taken {
    fn is_small(&self) -> bool {
        serde_json::to_writer(Room(LARGEST), self).is_ok()
    }
}

/// Takes so many bytes, and keeps none of them: they hold tokens.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.checked_sub(bytes.len());
        self.0 = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
