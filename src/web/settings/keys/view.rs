//! An API key as pages show it.

use jiff::Timestamp;

use crate::identity::{ApiKey, Scope};
use crate::web::words::When;

/// An API key as pages show it. Of the key itself there is only its beginning.
pub struct KeyView {
    pub id: String,
    pub name: String,
    pub beginning: String,
    pub scopes: Vec<Scope>,
    pub created: When,
    /// `None` for a key that was never used.
    pub used: Option<When>,
    /// `None` for a key that does not end by itself.
    pub expires: Option<When>,
    pub expired: bool,
}

impl KeyView {
    pub fn new(key: ApiKey, now: Timestamp) -> Self {
        let when = |moment| When::new(moment, now);
        Self {
            expired: key.is_expired(now),
            created: when(key.created_at),
            used: key.used_at.map(when),
            expires: key.expires_at.map(when),
            id: key.id,
            name: key.name,
            beginning: key.beginning,
            scopes: key.scopes,
        }
    }

    /// Where it is revoked.
    pub fn revoke(&self) -> String {
        format!("{}/{}/revoke", super::PLACE, self.id)
    }
}
