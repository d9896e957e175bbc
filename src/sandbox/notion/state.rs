//! What the stand-in remembers, and what it tells of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Notion,
    codes::Codes,
    controls::Controls,
    endpoint::Call,
    faults::{FAULTS, Fault, On, TARGETS},
    grants::Grants,
    search::Cursors,
    truth::truth,
    workspaces::WORKSPACES,
};
use crate::sandbox::{change::Actions, stand_in::StandIn, state, truth::Truth, window::Window};

pub type State = state::State<Notion>;
pub type Inner = state::Inner<Notion>;

/// What a restart forgets.
#[derive(Default)]
pub struct Memory {
    pub codes: Codes,
    pub cursors: Cursors,
    /// The calls of each authorization, by the key of its workspace.
    rates: BTreeMap<&'static str, Rate>,
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

impl Memory {
    pub fn rate(&mut self, workspace: &'static str) -> &mut Rate {
        self.rates.entry(workspace).or_default()
    }

    /// The most calls any authorization made within a window.
    fn peak(&self, of: fn(&Rate) -> &Window) -> usize {
        let peaks = self.rates.values().map(|rate| of(rate).peak());
        peaks.max().unwrap_or_default()
    }
}

impl StandIn for Notion {
    const ID: &'static str = "notion";
    const NAME: &'static str = "Notion";
    const FAULTS: &'static [&'static str] = &FAULTS;
    const TARGETS: &'static [&'static str] = &TARGETS;
    const FIGURES: &'static [(&'static str, &'static str)] = &[
        ("grants", "live grants"),
        ("access_tokens", "live access tokens"),
        ("burst_peak", "most calls in 60 s"),
        ("second_peak", "most calls in 1 s"),
    ];

    type Controls = Controls;
    type Fault = Fault;
    type On = On;
    type Grants = Grants;
    type Memory = Memory;
    type Call = Call;

    fn act(inner: &mut Inner, actions: &Actions) {
        if actions.reset {
            inner.memory.rates.clear();
            inner.memory.cursors = Cursors::default();
        }
        if actions.withdraw {
            inner.saved.grants.withdraw();
        }
        if actions.expire_tokens {
            inner.saved.grants.expire_access();
        }
    }

    fn report(inner: &Inner) -> Value {
        json!({
            "grants": inner.saved.grants.live(),
            "access_tokens": inner.saved.grants.live_access(),
            "burst_peak": inner.memory.peak(|rate| &rate.minute),
            "second_peak": inner.memory.peak(|rate| &rate.second),
            "workspaces": WORKSPACES.iter().map(|workspace| workspace.key).collect::<Vec<_>>(),
        })
    }

    fn truth(state: &State) -> Vec<Truth> {
        truth(&state.with(|inner| inner.saved.controls.clone()))
    }
}
