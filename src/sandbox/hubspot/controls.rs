//! What a tester can change while the stand-in runs.

use serde::{Deserialize, Serialize};

use super::{controls_form::FIELDS, data::MAX_SIZE, grants::Policy};
use crate::sandbox::controls::{self, Fields, is_on, number};

/// The settings. They survive a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Controls {
    pub contacts: u64,
    pub companies: u64,
    pub deals: u64,
    /// How long every call takes at least.
    pub latency_ms: u64,
    /// Life of access tokens issued from now on, in seconds.
    pub expires_in: i64,
    /// Whether a refresh replaces the refresh token.
    pub rotate: bool,
    /// Whether a second install of one account answers with the first one's refresh token.
    pub share_refresh: bool,
    pub rate_limit: bool,
    /// Calls in ten seconds per account, without searches.
    pub burst: usize,
    /// Searches in a second per account.
    pub search_burst: usize,
    /// How long a write stays invisible to searches.
    pub search_delay_ms: i64,
    pub client_secret_valid: bool,
    /// Whether the accounts are gone: token calls answer `BAD_HUB`.
    pub portal_deleted: bool,
    /// Seconds in the `Retry-After` of a 477.
    pub retry_after: u64,
    /// Whether waits are short: a 429 and a 477 ask for a second.
    pub quick: bool,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            contacts: 2_500,
            companies: 300,
            deals: 150,
            latency_ms: 0,
            expires_in: 1_800,
            rotate: false,
            share_refresh: false,
            rate_limit: true,
            burst: 110,
            search_burst: 5,
            search_delay_ms: 10_000,
            client_secret_valid: true,
            portal_deleted: false,
            retry_after: 10,
            quick: false,
        }
    }
}

impl Controls {
    pub fn policy(&self) -> Policy {
        Policy {
            life_ms: self.expires_in.saturating_mul(1_000),
            rotate: self.rotate,
            share: self.share_refresh,
        }
    }

    fn hurry(&mut self, quick: bool) {
        self.quick = quick;
        if quick {
            self.retry_after = 1;
        }
    }

    /// Little of everything, and yet several pages of each list.
    fn shrink(&mut self, small: bool) {
        if small {
            (self.contacts, self.companies, self.deals) = (250, 120, 110);
        }
    }
}

impl controls::Controls for Controls {
    const FIELDS: Fields = FIELDS;

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "contacts" => self.contacts = number(value, MAX_SIZE)?,
            "companies" => self.companies = number(value, MAX_SIZE)?,
            "deals" => self.deals = number(value, MAX_SIZE)?,
            "latency_ms" => self.latency_ms = number(value, 60_000)?,
            "expires_in" => self.expires_in = number(value, 31_536_000)?,
            "rotate" => self.rotate = is_on(value)?,
            "share_refresh" => self.share_refresh = is_on(value)?,
            "rate_limit" => self.rate_limit = is_on(value)?,
            "burst" => self.burst = number(value, 100_000)?,
            "search_burst" => self.search_burst = number(value, 100_000)?,
            "search_delay_ms" => self.search_delay_ms = number(value, 3_600_000)?,
            "client_secret_valid" => self.client_secret_valid = is_on(value)?,
            "portal_deleted" => self.portal_deleted = is_on(value)?,
            "retry_after" => self.retry_after = number(value, 86_400)?,
            "quick" => self.hurry(is_on(value)?),
            "small" => self.shrink(is_on(value)?),
            _ => return None,
        }
        Some(())
    }

    fn latency_ms(&self) -> u64 {
        self.latency_ms
    }

    fn is_quick(&self) -> bool {
        self.quick
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{
        change::{self, Actions},
        hubspot::{HubSpot, faults::Plan},
        params::Params,
    };

    type Change = change::Change<HubSpot>;

    fn read(form: &str) -> Result<Change, String> {
        Change::read(
            Controls::default(),
            Plan::default(),
            &Params::parse(form.as_bytes()),
        )
    }

    #[test]
    fn changes_only_what_was_given() {
        let change =
            read("contacts=7&rotate=on&deals=&fail_next=2&fail_kind=502html&fail_on=token")
                .unwrap();
        assert_eq!((change.controls.contacts, change.controls.deals), (7, 150));
        assert!(change.controls.rotate);
        assert_eq!(change.plan.fail_next, 2);
        assert_eq!(change.actions, Actions::default());
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for form in [
            "contact=1",
            "contacts=-1",
            "contacts=many",
            "rotate=yes",
            "fail_kind=418",
            "contacts=99999999",
        ] {
            assert!(read(form).is_err(), "{form}");
        }
    }

    #[test]
    fn a_reset_takes_the_other_fields_of_its_form() {
        let start = Controls {
            burst: 1,
            ..Controls::default()
        };
        let form = Params::parse(b"contacts=9&reset=1");
        let change = Change::read(start, Plan::default(), &form).unwrap();
        assert!(change.actions.reset);
        assert_eq!((change.controls.contacts, change.controls.burst), (9, 110));
    }
}
