//! Everything the stand-in remembers, behind one lock that is never held over a wait.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    change::Change,
    controls::Controls,
    data::World,
    faults::Plan,
    gauge::Gauges,
    grants::{Grants, Share},
    limits::Limits,
    people::Person,
    records::Iterators,
};
use crate::sandbox::{App, clock, store::Store};

/// The stand-in's state, shared by its workers.
pub struct State {
    pub app: App,
    pub port: u16,
    store: Store,
    inner: Mutex<Inner>,
}

/// What the lock guards.
#[derive(Default)]
pub struct Inner {
    pub saved: Saved,
    pub plan: Plan,
    pub counters: BTreeMap<String, u64>,
    pub limits: Limits,
    pub gauges: Gauges,
    pub iterators: Iterators,
    /// How many pages of bases were asked for.
    pub base_offsets: u32,
}

/// What survives a restart. Listings do not: Airtable documents that a restart of its server ends them.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pub grants: Grants,
    pub controls: Controls,
}

/// The name of our entry in the state file.
const ENTRY: &str = "airtable";

impl State {
    pub fn new(app: App, port: u16, store: Store) -> Self {
        let inner = Inner {
            saved: store.load(ENTRY),
            ..Inner::default()
        };
        Self {
            app,
            port,
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

    /// The time by which codes and tokens live, which a tester can move forward.
    pub fn token_time(&self) -> Timestamp {
        let shift = self.saved.controls.shift_s.saturating_mul(1_000);
        clock::plus_ms(clock::now(), shift)
    }

    /// What a person shares.
    pub fn world(&self, person: &'static Person, share: Share) -> World {
        World {
            person,
            share,
            sizes: self.saved.controls.sizes(),
        }
    }

    /// Takes over what a tester asked for.
    pub fn apply(&mut self, change: Change) {
        self.saved.controls = change.controls;
        self.plan = change.plan;
        let actions = change.actions;
        if actions.reset {
            self.limits = Limits::default();
            self.iterators = Iterators::default();
        }
        if actions.reset || actions.reset_counters {
            self.counters.clear();
            self.limits.forget_peaks();
            self.gauges.forget_peaks();
        }
        if actions.withdraw {
            self.saved.grants.withdraw();
        }
        if actions.expire_tokens {
            let now = self.token_time();
            self.saved.grants.expire_access(now);
        }
    }
}
