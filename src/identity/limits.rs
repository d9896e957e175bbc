//! How often our own routes may be asked, over all replicas.

use std::time::Duration;

use crate::metrics;
use crate::store::{Bucket, Store, StoreError, keys};

/// A limit: so many requests a second, and so many at once after a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name, in keys and headers.
    pub name: &'static str,
    /// Requests at once.
    pub burst: u32,
    /// How long one request takes to be allowed again.
    pub refill: Duration,
}

impl Limit {
    /// The JSON API: 100 requests a second, 200 at once, of each key; in the demo of each address.
    pub const API: Self = Self {
        name: "api",
        burst: 200,
        refill: Duration::from_millis(10),
    };

    /// Sign-ins from an address: 30 at once, and one in ten seconds after that.
    pub const SIGN_IN_ADDRESS: Self = Self {
        name: "sign-in-address",
        burst: 30,
        refill: Duration::from_secs(10),
    };

    /// Sign-ins to an account, whoever tries: 10 at once, and one in half a minute after that.
    pub const SIGN_IN_ACCOUNT: Self = Self {
        name: "sign-in",
        burst: 10,
        refill: Duration::from_secs(30),
    };

    /// Codes of the first run that are tried from an address: 10 at once, and one in half a minute after that.
    pub const SETUP: Self = Self {
        name: "setup",
        burst: 10,
        refill: Duration::from_secs(30),
    };

    /// Invitations that are opened or answered from an address: 60 at once, and one in five seconds after that.
    pub const INVITATION: Self = Self {
        name: "invitation",
        burst: 60,
        refill: Duration::from_secs(5),
    };

    /// Connections that somebody begins, or their programs: 60 at once, and one in five seconds after that. Each takes room in
    /// the store for an hour.
    pub const CONNECT: Self = Self {
        name: "connect",
        burst: 60,
        refill: Duration::from_secs(5),
    };

    /// The same from an address, where several people may sit.
    pub const CONNECT_ADDRESS: Self = Self {
        name: "connect-address",
        burst: 300,
        refill: Duration::from_secs(1),
    };

    /// Ways back from a provider: 60 at once, and one in five seconds after that, of each person and of each address that nobody
    /// is signed in at.
    pub const CALLBACK: Self = Self {
        name: "callback",
        burst: 60,
        refill: Duration::from_secs(5),
    };

    /// Downloads of somebody: each may go through a whole account.
    pub const EXPORT: Self = Self {
        name: "export",
        burst: 60,
        refill: Duration::from_secs(5),
    };

    /// The same from an address, where several people may sit.
    pub const EXPORT_ADDRESS: Self = Self {
        name: "export-address",
        burst: 300,
        refill: Duration::from_secs(1),
    };

    /// Looks at the activity trail of somebody: 60 at once, and one a second after that.
    pub const ACTIVITY: Self = Self {
        name: "activity",
        burst: 60,
        refill: Duration::from_secs(1),
    };

    /// API keys that somebody makes or revokes: 60 at once, and one in five seconds after that.
    pub const KEYS: Self = Self {
        name: "keys",
        burst: 60,
        refill: Duration::from_secs(5),
    };

    /// Present passwords that somebody who is signed in types: 10 at once, and one in half a minute after that.
    pub const PASSWORD: Self = Self {
        name: "password",
        burst: 10,
        refill: Duration::from_secs(30),
    };

    /// Refusals of somebody that the activity trail tells: 10 at once, and one a minute after that.
    pub const TOLD: Self = Self {
        name: "told",
        burst: 10,
        refill: Duration::from_secs(60),
    };

    /// Requests to the APIs from an address that show no key that counts.
    pub const REFUSED: Self = Self {
        name: "refused",
        burst: 200,
        refill: Duration::from_secs(1),
    };

    /// Answers that are kept under idempotency keys: as many of each owner as a day of steady work needs, and a large
    /// import at once. Each takes some kilobytes of the store for a day.
    pub const KEPT: Self = Self {
        name: "kept",
        burst: 50_000,
        refill: Duration::from_secs(1),
    };

    /// How long it takes until all of it is allowed again.
    pub fn window(self) -> Duration {
        self.refill.saturating_mul(self.burst)
    }
}

/// What a request was told by a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The limit.
    pub limit: Limit,
    /// Requests that may follow at once.
    pub left: u32,
    /// When all of it is allowed again.
    pub whole_in: Duration,
    /// When to come again, where it was refused.
    pub again_in: Option<Duration>,
}

/// The limits on our own routes. Cheap to clone.
#[derive(Clone)]
pub struct Limits {
    store: Store,
    on: bool,
}

impl Limits {
    /// Limits that are counted in `store`, unless they are switched off.
    pub fn new(store: Store, on: bool) -> Self {
        Self { store, on }
    }

    /// Counts a request of somebody; `None` where nothing is limited.
    pub async fn take(&self, limit: Limit, who: &str) -> Result<Option<Allowance>, StoreError> {
        if !self.on {
            return Ok(None);
        }
        let bucket = Bucket {
            burst: limit.burst,
            refill: limit.refill,
        };
        let taken = self
            .store
            .take(&keys::bucket(limit.name, who), bucket)
            .await?;
        // That the trail has told enough of somebody refuses no request.
        if taken.again_in.is_some() && limit != Limit::TOLD {
            metrics::limited(limit.name);
        }
        Ok(Some(Allowance {
            limit,
            left: taken.left,
            whole_in: taken.full_in,
            again_in: taken.again_in,
        }))
    }
}
