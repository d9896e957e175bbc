//! Every order of steps of two replicas that refresh, with faults and crashes at each: the procedure that runs is
//! the one that is explored.
//!
//! The world is small: one or two connections of one grant, a lock a grant, a provider that rotates its refresh
//! token or does not. Tokens are numbers that grow. Budgets bound what may go wrong in one history, so that the
//! whole of it can be walked through; within them every step may fail before or after it had its effect,
//! every lock may run out at any time, and a process may die anywhere.

mod acts;
mod happen;
mod properties;
mod provider;
mod steps;
mod world;

use stateright::{Checker, Model, Property};

use acts::Act;
use world::{Budget, Explored, World};

impl Model for Explored {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        vec![self.beginning()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Act>) {
        actions.extend(Self::possible(world));
    }

    fn next_state(&self, before: &World, act: Act) -> Option<World> {
        let mut world = before.clone();
        self.happen(&mut world, act)?;
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = Self::always();
        properties.extend(Self::sometimes());
        properties
    }
}

fn explore(shared: bool, rotates: bool, budget: Budget) {
    let model = Explored {
        shared,
        rotates,
        budget,
    };
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!(
        "{} states, {shared} {rotates} {budget:?}",
        checker.unique_state_count()
    );
    checker.assert_properties();
}

/// Redis fails, a process dies, a lock runs out.
const FAULTS: Budget = Budget {
    runs: 2,
    faults: 1,
    crashes: 1,
    lapses: 1,
    troubles: 0,
    acts: 0,
};

/// The provider fails as well, and people do things meanwhile.
const ALL: Budget = Budget {
    runs: 1,
    faults: 1,
    crashes: 1,
    lapses: 1,
    troubles: 1,
    acts: 1,
};

#[test]
fn one_connection_whose_tokens_rotate() {
    explore(false, true, FAULTS);
    explore(false, true, Budget { faults: 2, ..ALL });
}

#[test]
fn one_connection_whose_refresh_token_stays() {
    explore(false, false, FAULTS);
    explore(false, false, ALL);
}

#[test]
fn two_connections_of_one_grant_whose_tokens_rotate() {
    explore(
        true,
        true,
        Budget {
            crashes: 0,
            ..FAULTS
        },
    );
    explore(true, true, ALL);
}

#[test]
fn two_connections_of_one_grant_whose_refresh_token_stays() {
    explore(
        true,
        false,
        Budget {
            crashes: 0,
            ..FAULTS
        },
    );
    explore(true, false, ALL);
}

/// As much as can go wrong in some minutes of an optimised build:
/// `cargo test --release --lib vault::refresh::model -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes and gigabytes"]
fn far_more_of_everything() {
    for (shared, rotates) in [(false, true), (false, false), (true, true), (true, false)] {
        explore(shared, rotates, Budget { runs: 2, ..ALL });
        explore(
            shared,
            rotates,
            Budget {
                faults: 3,
                ..FAULTS
            },
        );
    }
}
