//! The streams of an org's trail. Each has a bound of its own, so that what somebody outside can cause at will, or
//! what goes on by itself, does not push out what people did.

use std::time::Duration;

use crate::store::{Key, keys};

/// How long an entry is kept. A stream that nothing is added to for so long ends with its last entry.
pub(super) const KEPT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A stream of the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// What people and programs did.
    Deeds,
    /// What was refused to somebody who may be anybody.
    Attempts,
    /// What goes on again and again, or what anybody does by a click: what programs and Patchbay do, sign-ins, downloads.
    Routine,
    /// What was changed at providers, of which an import brings thousands.
    Changes,
}

impl Stream {
    /// In this order, which places in the trail count by.
    pub(super) const ALL: [Self; 4] = [Self::Deeds, Self::Attempts, Self::Routine, Self::Changes];

    pub(super) fn key(self, org: &str) -> Key {
        match self {
            Self::Deeds => keys::activity(org),
            Self::Attempts => keys::activity_attempts(org),
            Self::Routine => keys::activity_routine(org),
            Self::Changes => keys::activity_changes(org),
        }
    }

    /// Entries kept at most, or a few more.
    pub(super) fn most(self) -> usize {
        match self {
            Self::Deeds | Self::Routine | Self::Changes => 10_000,
            Self::Attempts => 2_000,
        }
    }
}
