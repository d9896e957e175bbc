//! What a form of the tester's page asks for.

use super::{controls::Controls, faults::Plan};
use crate::sandbox::{
    controls::{each, is_on, wants_reset},
    params::Params,
};

/// What a tester asks for once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Actions {
    pub withdraw: bool,
    pub expire_tokens: bool,
    pub reset: bool,
    pub reset_counters: bool,
}

/// The settings, the fault plan and the actions after a form was read.
#[derive(Debug, Clone)]
pub struct Change {
    pub controls: Controls,
    pub plan: Plan,
    pub actions: Actions,
}

impl Change {
    /// Reads a form over the present state. Fields that are absent or empty change nothing.
    ///
    /// # Errors
    ///
    /// Names the first field that is unknown or out of range; nothing is changed then.
    pub fn read(controls: Controls, plan: Plan, form: &Params) -> Result<Self, String> {
        let mut change = Self {
            controls,
            plan,
            actions: Actions::default(),
        };
        // A reset comes first, so that the other fields of the same form count.
        if wants_reset(form) {
            change.controls = Controls::default();
            change.plan = Plan::default();
            change.actions.reset = true;
        }
        each(form, |name, value| change.set(name, value))?;
        Ok(change)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let actions = &mut self.actions;
        match name {
            "withdraw" => actions.withdraw = is_on(value)?,
            "expire_tokens" => actions.expire_tokens = is_on(value)?,
            "reset_counters" => actions.reset_counters = is_on(value)?,
            "reset" => _ = is_on(value)?,
            _ if name.starts_with("fail_") => self.plan.set(name, value)?,
            _ => self.controls.set(name, value)?,
        }
        Some(())
    }
}
