use std::time::Duration;

use super::parse::lifetime;
use super::reader::Reader;

/// How long a sign-in lasts.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Ends after so long without a request. Default 12 hours.
    pub idle: Duration,
    /// Ends so long after the sign-in, whatever happens. Default 7 days.
    pub max: Duration,
}

impl Sessions {
    pub(super) fn read(reader: &mut Reader) -> Option<Sessions> {
        let idle = reader.required("PATCHBAY_SESSION_IDLE", lifetime);
        let max = reader.required("PATCHBAY_SESSION_MAX", lifetime);
        let sessions = Sessions {
            idle: idle?,
            max: max?,
        };
        if sessions.idle > sessions.max {
            reader.warn(
                "PATCHBAY_SESSION_IDLE",
                "is longer than PATCHBAY_SESSION_MAX, which ends every session first",
            );
        }
        Some(sessions)
    }
}
