//! What the stand-in remembers, and what it tells of it.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    HubSpot,
    controls::Controls,
    data::Kind,
    endpoint::Call,
    faults::{FAULTS, Fault, On, TARGETS},
    grants::Grants,
    overlay::Overlay,
    portals::{PORTALS, Portal},
    view::View,
};
use crate::sandbox::{
    change::Actions, clock, stand_in::StandIn, state, truth::Truth, window::Window,
};

pub type State = state::State<HubSpot>;
pub type Inner = state::Inner<HubSpot>;

/// What belongs to each account, by its id.
pub type Accounts = BTreeMap<i64, Account>;

/// What belongs to one account.
pub struct Account {
    pub overlay: Arc<Overlay>,
    /// Calls of the last ten seconds, without searches.
    pub burst: Window,
    /// Searches of the last second.
    pub search: Window,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            overlay: Arc::default(),
            burst: Window::new(10_000),
            search: Window::new(1_000),
        }
    }
}

impl Inner {
    pub fn account(&mut self, hub_id: i64) -> &mut Account {
        self.memory.entry(hub_id).or_default()
    }

    /// The records of a kind in an account, as a read sees them at `now`.
    pub fn view(&mut self, portal: &'static Portal, kind: Kind, now: Timestamp) -> View {
        let controls = &self.saved.controls;
        let size = match kind {
            _ if portal.is_empty => 0,
            Kind::Contacts => controls.contacts,
            Kind::Companies => controls.companies,
            Kind::Deals => controls.deals,
        };
        let overlay = Arc::clone(&self.account(portal.hub_id).overlay);
        View {
            portal,
            kind,
            size,
            overlay,
            now,
            horizon: now,
        }
    }

    /// The most calls any account made within ten seconds.
    fn burst_peak(&self) -> usize {
        let peaks = self.memory.values().map(|account| account.burst.peak());
        peaks.max().unwrap_or_default()
    }
}

impl StandIn for HubSpot {
    const ID: &'static str = "hubspot";
    const NAME: &'static str = "HubSpot";
    const FAULTS: &'static [&'static str] = &FAULTS;
    const TARGETS: &'static [&'static str] = &TARGETS;
    const FIGURES: &'static [(&'static str, &'static str)] = &[
        ("grants", "live grants"),
        ("access_tokens", "live access tokens"),
        ("burst_peak", "most calls in 10 s"),
    ];

    type Controls = Controls;
    type Fault = Fault;
    type On = On;
    type Grants = Grants;
    type Memory = Accounts;
    type Call = Call;

    fn act(inner: &mut Inner, actions: &Actions) {
        if actions.reset {
            inner.memory.clear();
        }
        if actions.withdraw {
            inner.saved.grants.withdraw();
        }
        if actions.expire_tokens {
            inner.saved.grants.expire_access(clock::now());
        }
    }

    fn report(inner: &Inner) -> Value {
        json!({
            "grants": inner.saved.grants.live(),
            "access_tokens": inner.saved.grants.live_access(clock::now()),
            "burst_peak": inner.burst_peak(),
            "accounts": PORTALS.iter().map(|portal| portal.hub_id).collect::<Vec<_>>(),
        })
    }

    fn truth(state: &State) -> Vec<Truth> {
        PORTALS.iter().map(|portal| truth(portal, state)).collect()
    }
}

fn truth(portal: &'static Portal, state: &State) -> Truth {
    let count = |kind| {
        let view = state.with(|inner| inner.view(portal, kind, clock::now()));
        view.live_from(0).count() as u64
    };
    Truth::new(
        portal.hub_id.to_string(),
        [
            ("Contact", count(Kind::Contacts)),
            ("Company", count(Kind::Companies)),
            ("Deal", count(Kind::Deals)),
        ],
    )
}
