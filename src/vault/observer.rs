//! Who hears how connections fare: that they stopped working, or work again. Not of a change of somebody who connected or
//! disconnected, which they know. A change of which it is not known whether it was stored is not told: what comes next is.

use std::sync::Arc;

use super::{Connection, Ended, Parts, State};
use crate::owner::Owner;

/// A turn in how a connection fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Whose it is.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// For better or worse.
    pub turn: Turn,
}

/// How a connection fares from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Its token cannot be renewed just now.
    Retrying,
    /// Access has ended.
    Ended(Ended),
    /// The provider does not accept this Patchbay.
    Misconfigured,
    /// It works again.
    Recovered,
}

/// Hears of each turn. Nobody waits for it, so that it can hold nothing up.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Turned) + Send + Sync>);

impl Observer {
    /// One that is told by a call, which must return at once.
    pub fn new(tell: impl Fn(Turned) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Nobody.
    pub fn none() -> Self {
        Self::new(drop)
    }
}

impl Parts {
    /// Tells of a change that was stored, if it is a turn.
    pub(super) fn observe(
        &self,
        owner: &Owner,
        provider: &str,
        before: &Connection,
        after: &Connection,
    ) {
        if let Some(turn) = turn(before, after) {
            (self.observer.0)(Turned {
                owner: owner.clone(),
                provider: provider.to_owned(),
                turn,
            });
        }
    }
}

fn turn(before: &Connection, after: &Connection) -> Option<Turn> {
    let good = |state| matches!(state, State::Connected | State::Limited);
    if before.state == after.state {
        return None;
    }
    match after.state {
        State::Retrying => Some(Turn::Retrying),
        State::ActionNeeded => Some(Turn::Ended(after.ended.unwrap_or(Ended::Withdrawn))),
        State::Misconfigured => Some(Turn::Misconfigured),
        // Permissions come and go while it works.
        State::Connected | State::Limited => (!good(before.state)).then_some(Turn::Recovered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ends_or_begins_to_work_is_a_turn() {
        use State::{ActionNeeded, Connected, Limited, Misconfigured, Retrying};
        let in_state = |state| {
            let mut connection = Connection::sample();
            connection.state = state;
            connection
        };
        let all = [Connected, Limited, Retrying, ActionNeeded, Misconfigured];
        for before in all {
            for after in all {
                let found = turn(&in_state(before), &in_state(after));
                let good = matches!(before, Connected | Limited);
                let expected = match after {
                    _ if before == after => None,
                    Connected | Limited if good => None,
                    Connected | Limited => Some(Turn::Recovered),
                    Retrying => Some(Turn::Retrying),
                    ActionNeeded => Some(Turn::Ended(Ended::Withdrawn)),
                    Misconfigured => Some(Turn::Misconfigured),
                };
                assert_eq!(found, expected, "{before:?} to {after:?}");
            }
        }
    }
}
