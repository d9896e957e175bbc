use std::time::Duration;

use super::parse::{duration, lifetime};
use super::reader::Reader;

/// How credentials are kept.
#[derive(Debug, Clone)]
pub struct Vault {
    /// A token is refreshed this long before it expires, at most a tenth of its life. Default 5 minutes.
    pub refresh_margin: Duration,
    /// A connection that nobody used for so long is forgotten. Default 30 days.
    pub credential_ttl: Duration,
}

impl Vault {
    pub(super) fn read(reader: &mut Reader) -> Option<Vault> {
        let refresh_margin = reader.required("PATCHBAY_REFRESH_MARGIN", duration);
        let credential_ttl = reader.required("PATCHBAY_CREDENTIAL_TTL", lifetime);
        Some(Vault {
            refresh_margin: refresh_margin?,
            credential_ttl: credential_ttl?,
        })
    }
}
