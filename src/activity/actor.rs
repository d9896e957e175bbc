//! Who does something, and from where.

use serde::{Deserialize, Serialize};

use crate::peer::Peer;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, by their user id.
    User(String),
    /// A program, by its API key.
    Key {
        /// The key's id, which is not secret.
        id: String,
        /// What people call it.
        name: String,
        /// Whose it is.
        user: String,
    },
    /// Whoever runs Patchbay, on the command line.
    Operator,
    /// Patchbay itself.
    Patchbay,
    /// Somebody who did not prove who they are.
    Unknown,
}

/// Who does something, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// From where.
    pub peer: Peer,
}

impl By {
    /// A person who is signed in.
    pub fn user(user: &str, peer: Peer) -> Self {
        let actor = Actor::User(user.to_owned());
        Self { actor, peer }
    }

    /// Somebody who did not prove who they are.
    pub fn unknown(peer: Peer) -> Self {
        let actor = Actor::Unknown;
        Self { actor, peer }
    }

    /// Whoever runs Patchbay, on the command line.
    pub fn operator() -> Self {
        Self {
            actor: Actor::Operator,
            peer: Peer::default(),
        }
    }

    /// Patchbay itself.
    pub fn patchbay() -> Self {
        Self {
            actor: Actor::Patchbay,
            peer: Peer::default(),
        }
    }
}

impl Actor {
    /// In whose name it is done, where it is somebody's.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::User(user) | Self::Key { user, .. } => Some(user),
            Self::Operator | Self::Patchbay | Self::Unknown => None,
        }
    }

    /// What sort of actor it is, by a name that stays.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Key { .. } => "key",
            Self::Operator => "operator",
            Self::Patchbay => "patchbay",
            Self::Unknown => "unknown",
        }
    }
}
