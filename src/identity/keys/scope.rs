//! What an API key may do: a closed set.

use serde::{Deserialize, Serialize};

/// A permission of an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Read loaded items.
    #[serde(rename = "items:read")]
    ItemsRead,
    /// Start loads and follow them.
    #[serde(rename = "loads:write")]
    LoadsWrite,
    /// Read access tokens.
    #[serde(rename = "tokens:read")]
    TokensRead,
    /// Read contacts at the provider.
    #[serde(rename = "contacts:read")]
    ContactsRead,
    /// Create, change and delete contacts at the provider.
    #[serde(rename = "contacts:write")]
    ContactsWrite,
    /// Begin and end connections.
    #[serde(rename = "connections:write")]
    ConnectionsWrite,
}

impl Scope {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::ItemsRead,
        Self::LoadsWrite,
        Self::TokensRead,
        Self::ContactsRead,
        Self::ContactsWrite,
        Self::ConnectionsWrite,
    ];

    /// Its name in the API, on pages and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::ItemsRead => "items:read",
            Self::LoadsWrite => "loads:write",
            Self::TokensRead => "tokens:read",
            Self::ContactsRead => "contacts:read",
            Self::ContactsWrite => "contacts:write",
            Self::ConnectionsWrite => "connections:write",
        }
    }

    /// What it allows, in plain words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ItemsRead => "Read loaded items",
            Self::LoadsWrite => "Start loads and follow them",
            Self::TokensRead => "Read access tokens, with which a program acts at the provider",
            Self::ContactsRead => "Read contacts at the provider",
            Self::ContactsWrite => "Create, change and delete contacts at the provider",
            Self::ConnectionsWrite => "Begin connections, and disconnect",
        }
    }

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}
