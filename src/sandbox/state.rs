//! Everything a stand-in remembers, behind one lock that is never held over a wait.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{App, Endpoints, change::Change, plan::Plan, stand_in::StandIn, store::Store};

/// The state of a stand-in, shared by its servers and their workers.
pub struct State<S: StandIn> {
    pub app: App,
    pub endpoints: Endpoints,
    store: Store,
    inner: Mutex<Inner<S>>,
}

/// What the lock guards.
pub struct Inner<S: StandIn> {
    pub saved: Saved<S::Grants, S::Controls>,
    pub plan: Plan<S::Fault, S::On>,
    pub counters: BTreeMap<String, u64>,
    /// What a restart forgets, beside plan and counters.
    pub memory: S::Memory,
}

/// What survives a restart.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved<G, C> {
    pub grants: G,
    pub controls: C,
}

impl<S: StandIn> State<S> {
    /// What the store remembers, and nothing else.
    pub fn new(app: App, endpoints: Endpoints, store: Store) -> Self {
        let inner = Inner {
            saved: store.load(S::ID),
            plan: Plan::default(),
            counters: BTreeMap::new(),
            memory: S::Memory::default(),
        };
        Self {
            app,
            endpoints,
            store,
            inner: Mutex::new(inner),
        }
    }

    /// Looks at the state, or changes what does not survive a restart.
    pub fn with<T>(&self, work: impl FnOnce(&mut Inner<S>) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what survives a restart, and writes it before the answer goes out.
    pub fn change<T>(&self, work: impl FnOnce(&mut Inner<S>) -> T) -> T {
        self.with(|inner| {
            let result = work(inner);
            self.store.save(S::ID, &inner.saved);
            result
        })
    }

    /// Adds one to a counter. Names are fixed words: nothing of a request goes into them.
    pub fn count(&self, name: &str) {
        self.with(|inner| inner.count(name));
    }
}

impl<S: StandIn> Inner<S> {
    pub fn count(&mut self, name: &str) {
        *self.counters.entry(name.to_owned()).or_default() += 1;
    }

    /// Takes over what a tester asked for.
    pub fn apply(&mut self, change: Change<S>) {
        self.saved.controls = change.controls;
        self.plan = change.plan;
        if change.actions.reset || change.actions.reset_counters {
            self.counters.clear();
        }
        S::act(self, &change.actions);
    }
}
