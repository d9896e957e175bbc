//! A connection to begin with, where it does not matter which.

use super::*;

impl Connection {
    /// Of tokens `access` and `refresh`, made at the beginning of time.
    pub(in crate::vault) fn sample() -> Self {
        let at = Timestamp::UNIX_EPOCH;
        let credential = Credential {
            access: "access".into(),
            refresh: Some("refresh".into()),
            issued_at: at,
            expires_at: None,
            ancestors: Vec::new(),
        };
        Self::new(Account::default(), credential, Vec::new(), Vec::new(), at)
    }
}
