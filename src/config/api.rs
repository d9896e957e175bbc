use std::time::Duration;

use super::parse::{Parsed, lifetime, list, origin, switch};
use super::reader::Reader;

/// What programs may do.
#[derive(Debug, Clone)]
pub struct Api {
    /// Origins that may call the JSON API from a browser, as a browser sends them in `Origin`
    /// (`https://app.example.com`, no slash at the end). Default none.
    pub cors_origins: Vec<String>,
    /// How long the classic `load` waits. Default 300 seconds.
    pub classic_timeout: Duration,
    /// Whether our own routes are limited. Default on; off is for benchmarks.
    pub rate_limits: bool,
}

impl Api {
    pub(super) fn read(reader: &mut Reader) -> Option<Api> {
        let cors_origins = reader.optional("PATCHBAY_CORS_ORIGINS", list(',', sent_origin));
        let classic_timeout = reader.required("PATCHBAY_CLASSIC_TIMEOUT", lifetime);
        let rate_limits = reader.required("PATCHBAY_RATE_LIMITS", switch);
        Some(Api {
            cors_origins: cors_origins.unwrap_or_default(),
            classic_timeout: classic_timeout?,
            rate_limits: rate_limits?,
        })
    }
}

fn sent_origin(text: &str) -> Parsed<String> {
    Ok(origin(text)?.origin().ascii_serialization())
}
