//! What can happen in the world at a moment.

use super::super::procedure::Step;
use super::world::{Explored, Record, State, Token, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Act {
    Begin(usize),
    Perform(usize, How),
    /// The provider acts on the request.
    Arrive(usize, Provider),
    /// Its answer reaches the replica, or never does.
    Answer(usize),
    NoAnswer(usize),
    ArriveStray,
    Crash(usize),
    LockEnds(Token),
    MarkAges(usize),
    PauseEnds(usize),
    WaitIsOver(usize),
    Withdraw,
    Reconnect(usize),
    Disconnect(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum How {
    Well,
    FailedBefore,
    FailedAfter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Provider {
    /// By its rules.
    Fair,
    /// The same, but it says 'conflict' of a token that was just spent.
    Conflict,
    /// It fails before it does anything.
    Fails,
    /// It fails after it did it.
    FailsAfter,
}

impl Explored {
    /// Everything that can happen now.
    pub(super) fn possible(world: &World) -> Vec<Act> {
        let mut acts = Vec::new();
        for replica in 0..2 {
            Self::add_of_replica(world, replica, &mut acts);
        }
        if world.stray.is_some() {
            acts.push(Act::ArriveStray);
        }
        if world.left.lapses > 0 {
            acts.extend(world.locks.iter().map(|(token, _)| Act::LockEnds(*token)));
        }
        for (connection, record) in world.records.iter().enumerate() {
            if let Some(record) = record {
                Self::add_of_record(world, connection, record, &mut acts);
            }
        }
        if world.left.acts > 0 {
            acts.push(Act::Withdraw);
        }
        acts
    }

    fn add_of_replica(world: &World, replica: usize, acts: &mut Vec<Act>) {
        let (it, left) = (&world.replicas[replica], world.left);
        let Some(step) = it.step else {
            if it.run < left.runs {
                acts.push(Act::Begin(replica));
            }
            return;
        };
        match step {
            Step::Ask(_) => Self::add_of_question(world, replica, acts),
            Step::Pause => {
                acts.extend([Act::Perform(replica, How::Well), Act::WaitIsOver(replica)]);
            }
            _ => {
                acts.push(Act::Perform(replica, How::Well));
                if left.faults > 0 {
                    let faults = [How::FailedBefore, How::FailedAfter];
                    acts.extend(faults.map(|how| Act::Perform(replica, how)));
                }
            }
        }
        if left.crashes > 0 {
            acts.push(Act::Crash(replica));
        }
    }

    fn add_of_question(world: &World, replica: usize, acts: &mut Vec<Act>) {
        let troubles = world.left.troubles > 0;
        if world.replicas[replica].answer.is_some() {
            acts.push(Act::Answer(replica));
        } else {
            let mut ways = vec![Provider::Fair, Provider::Conflict];
            if troubles {
                ways.extend([Provider::Fails, Provider::FailsAfter]);
            }
            acts.extend(ways.into_iter().map(|way| Act::Arrive(replica, way)));
        }
        if troubles {
            acts.push(Act::NoAnswer(replica));
        }
    }

    fn add_of_record(world: &World, connection: usize, record: &Record, acts: &mut Vec<Act>) {
        let left = world.left;
        // A mark of a process that is gone grows old by itself; another one's, only if that sleeps.
        let alive = record.mark.is_some_and(|mark| {
            let it = &world.replicas[mark.replica];
            it.step.is_some() && it.run == mark.run
        });
        if record.mark.is_some_and(|mark| !mark.old) && (left.lapses > 0 || !alive) {
            acts.push(Act::MarkAges(connection));
        }
        if record.state == State::Pausing {
            acts.push(Act::PauseEnds(connection));
        }
        if left.acts > 0 {
            acts.extend([Act::Reconnect(connection), Act::Disconnect(connection)]);
        }
    }
}
