//! What a form of the tester's page asks for.

use super::{
    controls::{Controls, is_on},
    params::Params,
    plan::Plan,
    stand_in::StandIn,
};

/// What a tester asks for once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Actions {
    /// Ends all grants.
    pub withdraw: bool,
    pub expire_tokens: bool,
    /// Brings settings, faults, records and counters back to their start, and keeps grants.
    pub reset: bool,
    pub reset_counters: bool,
}

/// The settings, the fault plan and the actions after a form was read.
pub struct Change<S: StandIn> {
    pub controls: S::Controls,
    pub plan: Plan<S::Fault, S::On>,
    pub actions: Actions,
}

impl<S: StandIn> Change<S> {
    /// Reads a form over the present state. Fields that are absent or empty change nothing.
    ///
    /// # Errors
    ///
    /// Names the first field that is unknown or out of range; nothing is changed then.
    pub fn read(
        controls: S::Controls,
        plan: Plan<S::Fault, S::On>,
        form: &Params,
    ) -> Result<Self, String> {
        let mut change = Self {
            controls,
            plan,
            actions: Actions::default(),
        };
        // A reset comes first, so that the other fields of the same form count.
        if form.get("reset").and_then(is_on) == Some(true) {
            change.controls = S::Controls::default();
            change.plan = Plan::default();
            change.actions.reset = true;
        }
        for (name, value) in form.iter().filter(|(_, value)| !value.is_empty()) {
            let set = change.set(name, value);
            set.ok_or_else(|| format!("{name}={value} is not understood"))?;
        }
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
