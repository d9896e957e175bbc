//! Everything the stand-in remembers, behind one lock that is never held over a wait.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    controls::{Change, Controls},
    data::Kind,
    faults::Plan,
    grants::Grants,
    overlay::Overlay,
    portals::Portal,
    view::View,
};
use crate::sandbox::{App, Endpoints, store::Store, window::Window};

/// The stand-in's state, shared by its servers.
pub struct State {
    pub app: App,
    pub endpoints: Endpoints,
    pub port: u16,
    pub consent_port: u16,
    store: Store,
    inner: Mutex<Inner>,
}

/// What the lock guards.
#[derive(Default)]
pub struct Inner {
    pub saved: Saved,
    pub plan: Plan,
    pub counters: BTreeMap<String, u64>,
    accounts: BTreeMap<i64, Account>,
}

/// What survives a restart.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pub grants: Grants,
    pub controls: Controls,
}

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

/// The name of our entry in the state file.
const ENTRY: &str = "hubspot";

impl State {
    pub fn new(app: App, endpoints: Endpoints, ports: (u16, u16), store: Store) -> Self {
        let inner = Inner {
            saved: store.load(ENTRY),
            ..Inner::default()
        };
        Self {
            app,
            endpoints,
            port: ports.0,
            consent_port: ports.1,
            store,
            inner: Mutex::new(inner),
        }
    }

    /// Looks at the state, or changes what does not survive a restart.
    pub fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what survives a restart, and writes it before the answer goes out.
    pub fn change<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        self.with(|inner| {
            let result = work(inner);
            self.store.save(ENTRY, &inner.saved);
            result
        })
    }

    /// Adds one to a counter. Names are fixed words: nothing of a request goes into them.
    pub fn count(&self, name: &str) {
        self.with(|inner| inner.count(name));
    }
}

impl Inner {
    pub fn count(&mut self, name: &str) {
        *self.counters.entry(name.to_owned()).or_default() += 1;
    }

    pub fn account(&mut self, hub_id: i64) -> &mut Account {
        self.accounts.entry(hub_id).or_default()
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
    pub fn burst_peak(&self) -> usize {
        self.accounts
            .values()
            .map(|account| account.burst.peak())
            .max()
            .unwrap_or_default()
    }

    /// Takes over what a tester asked for.
    pub fn apply(&mut self, change: Change, now: Timestamp) {
        self.saved.controls = change.controls;
        self.plan = change.plan;
        if change.actions.reset {
            self.accounts.clear();
        }
        if change.actions.reset || change.actions.reset_counters {
            self.counters.clear();
        }
        if change.actions.withdraw {
            self.saved.grants.withdraw();
        }
        if change.actions.expire_tokens {
            self.saved.grants.expire_access(now);
        }
    }
}
