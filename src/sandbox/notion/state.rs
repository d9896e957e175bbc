//! Everything the stand-in remembers, behind one lock that is never held over a wait.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{
    codes::Codes,
    controls::{Change, Controls},
    faults::Plan,
    grants::Grants,
    search::Cursors,
};
use crate::sandbox::{App, store::Store, window::Window};

/// The stand-in's state.
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
    pub codes: Codes,
    pub cursors: Cursors,
    /// The calls of each authorization, by the key of its workspace.
    rates: BTreeMap<&'static str, Rate>,
}

/// What survives a restart.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pub grants: Grants,
    pub controls: Controls,
}

/// The calls of one authorization.
pub struct Rate {
    pub minute: Window,
    pub second: Window,
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            minute: Window::new(60_000),
            second: Window::new(1_000),
        }
    }
}

/// The name of our entry in the state file.
const ENTRY: &str = "notion";

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

    pub fn rate(&mut self, workspace: &'static str) -> &mut Rate {
        self.rates.entry(workspace).or_default()
    }

    /// The most calls any authorization made within a minute, and within a second.
    pub fn peaks(&self) -> (usize, usize) {
        let most =
            |peak: fn(&Rate) -> usize| self.rates.values().map(peak).max().unwrap_or_default();
        (
            most(|rate| rate.minute.peak()),
            most(|rate| rate.second.peak()),
        )
    }

    /// Takes over what a tester asked for.
    pub fn apply(&mut self, change: Change) {
        self.saved.controls = change.controls;
        self.plan = change.plan;
        if change.actions.reset {
            self.rates.clear();
            self.cursors = Cursors::default();
        }
        if change.actions.reset || change.actions.reset_counters {
            self.counters.clear();
        }
        if change.actions.withdraw {
            self.saved.grants.withdraw();
        }
        if change.actions.expire_tokens {
            self.saved.grants.expire_access();
        }
    }
}
