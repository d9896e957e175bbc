//! The fictional accounts an app can be connected to. HubSpot calls an account a portal or a hub.

use std::{ops::Range, sync::LazyLock};

/// One account.
#[derive(Debug)]
pub struct Portal {
    pub hub_id: i64,
    pub name: &'static str,
    /// The person who installs the app there.
    pub user_id: i64,
    pub user_email: &'static str,
    /// The customer's own web domain, which is not the host of HubSpot's pages.
    pub hub_domain: &'static str,
    /// The host of HubSpot's pages for this account, needed for links to records.
    pub ui_domain: &'static str,
    /// The data centre. Refresh tokens begin with it.
    pub region: &'static str,
    pub time_zone: &'static str,
    pub currency: &'static str,
    pub utc_offset: &'static str,
    pub utc_offset_ms: i64,
    /// Makes the records of the accounts differ.
    pub seed: u64,
    /// Whether nothing was ever entered there.
    pub is_empty: bool,
}

/// The app's numeric id, which some answers name.
pub const APP_ID: i64 = 1_000_001;

/// Every account; the first is preselected.
pub static PORTALS: [Portal; 3] = [
    Portal {
        hub_id: 147_000_286,
        name: "Sample Portal",
        user_id: 50_000_001,
        user_email: "installer@example.com",
        hub_domain: "example.com",
        ui_domain: "app-eu1.hubspot.com",
        region: "eu1",
        time_zone: "US/Eastern",
        currency: "USD",
        utc_offset: "-04:00",
        utc_offset_ms: -14_400_000,
        seed: 1,
        is_empty: false,
    },
    Portal {
        hub_id: 147_000_999,
        name: "Second Portal",
        user_id: 50_000_002,
        user_email: "second.installer@example.org",
        hub_domain: "example.org",
        ui_domain: "app.hubspot.com",
        region: "na1",
        time_zone: "Europe/Berlin",
        currency: "EUR",
        utc_offset: "+01:00",
        utc_offset_ms: 3_600_000,
        seed: 2,
        is_empty: false,
    },
    Portal {
        hub_id: 147_001_555,
        name: "New Portal",
        user_id: 50_000_003,
        user_email: "newcomer@example.net",
        hub_domain: "example.net",
        ui_domain: "app.hubspot.com",
        region: "na1",
        time_zone: "Europe/London",
        currency: "GBP",
        utc_offset: "+00:00",
        utc_offset_ms: 0,
        seed: 3,
        is_empty: true,
    },
];

/// The ids of further accounts, for crowds of people who have one each. The consent page does not list them; whoever
/// sends one of these ids as the account gets it.
const FURTHER: Range<i64> = 148_000_000..148_000_100;

static FURTHER_PORTALS: LazyLock<Vec<Portal>> =
    LazyLock::new(|| FURTHER.zip(1_000..).map(further).collect());

/// Like the second account, with an id and records of its own.
fn further((hub_id, seed): (i64, u64)) -> Portal {
    let [_, second, _] = &PORTALS;
    Portal {
        hub_id,
        name: "Further Portal",
        seed,
        ..*second
    }
}

/// The account with this id.
pub fn find(hub_id: i64) -> Option<&'static Portal> {
    let further = || FURTHER_PORTALS.iter().find(|one| one.hub_id == hub_id);
    let listed = PORTALS.iter().find(|portal| portal.hub_id == hub_id);
    listed.or_else(further)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_accounts_have_ids_and_seeds_of_their_own() {
        let last = find(FURTHER.end - 1).unwrap();
        let first = find(FURTHER.start).unwrap();
        assert!(PORTALS.iter().all(|portal| portal.seed != first.seed));
        assert_ne!(first.seed, last.seed);
        assert!(find(FURTHER.end).is_none());
        assert_eq!(find(PORTALS[0].hub_id).map(|one| one.seed), Some(1));
    }
}
