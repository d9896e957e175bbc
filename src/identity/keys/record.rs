//! What is kept of an API key: whose it is and what it may do, and of the key itself its hash alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Scope;
use crate::activity::{Actor, By};
use crate::owner::Owner;
use crate::peer::Peer;
use crate::vault::Reader;

/// The form that is written now.
const FORMAT: u8 = 1;

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name for programs and addresses: hex digits, not secret.
    pub id: String,
    /// Whose it is: what it reads and changes is theirs.
    pub owner: Owner,
    /// What people call it.
    pub name: String,
    /// Its first characters, by which people find it again where it is used.
    pub beginning: String,
    /// What it may do; sorted.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it counts; `None` for one that does not end by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub used_at: Option<Timestamp>,
    /// Whether it was made in the demo, where anybody can be anybody.
    pub(super) demo: bool,
    /// When it was revoked.
    pub(super) revoked_at: Option<Timestamp>,
    /// What its record lies under.
    pub(super) hash: String,
}

impl ApiKey {
    /// By what its requests are counted; nobody else can choose it.
    pub fn counted_as(&self) -> &str {
        &self.hash
    }

    /// What the history of a connection knows it by.
    pub fn reader(&self) -> Reader {
        Reader {
            id: self.id.clone(),
            by: format!("the key '{}'", self.name),
        }
    }

    /// Who does what is done with it from there.
    pub fn by(&self, peer: Peer) -> By {
        let actor = Actor::Key {
            id: self.id.clone(),
            name: self.name.clone(),
            user: self.owner.user.clone(),
        };
        By { actor, peer }
    }

    /// Whether it has ended by itself.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it may do this.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether somebody revoked it.
    pub fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }
}

/// A key as it is written. A scope that this version does not know allows nothing here.
#[derive(Serialize, Deserialize)]
struct Written {
    format: u8,
    id: String,
    owner: Owner,
    name: String,
    beginning: String,
    scopes: Vec<String>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    #[serde(default)]
    demo: bool,
    #[serde(default)]
    revoked_at: Option<Timestamp>,
}

pub(super) fn encode(key: &ApiKey) -> Vec<u8> {
    let written = Written {
        format: FORMAT,
        id: key.id.clone(),
        owner: key.owner.clone(),
        name: key.name.clone(),
        beginning: key.beginning.clone(),
        scopes: key.scopes.iter().map(|it| it.name().to_owned()).collect(),
        created_at: key.created_at,
        expires_at: key.expires_at,
        demo: key.demo,
        revoked_at: key.revoked_at,
    };
    serde_json::to_vec(&written).unwrap_or_default()
}

/// A key that was written by [`encode`]; `None` for anything else, and for a newer form.
pub(super) fn decode(hash: &str, bytes: &[u8], used_ms: Option<i64>) -> Option<ApiKey> {
    let written: Written = serde_json::from_slice(bytes).ok()?;
    let known = written.scopes.iter();
    let scopes = known.filter_map(|name| Scope::named(name)).collect();
    (written.format <= FORMAT).then_some(ApiKey {
        id: written.id,
        owner: written.owner,
        name: written.name,
        beginning: written.beginning,
        scopes,
        created_at: written.created_at,
        expires_at: written.expires_at,
        used_at: used_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        demo: written.demo,
        revoked_at: written.revoked_at,
        hash: hash.to_owned(),
    })
}
