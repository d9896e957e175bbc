//! What the world is like after something has happened in it.

use super::super::procedure::{Event, Refusal, Step};
use super::acts::{Act, How};
use super::world::{Explored, Record, State, Token, World, chain};

impl Explored {
    /// Lets it happen; `None` where it cannot.
    pub(super) fn happen(&self, world: &mut World, act: Act) -> Option<()> {
        match act {
            Act::Begin(replica) => {
                let it = &mut world.replicas[replica];
                it.run += 1;
                it.step = Some(Step::Look);
            }
            Act::Perform(replica, how) => self.perform(world, replica, how),
            Act::Arrive(replica, how) => self.arrive(world, replica, how),
            Act::Answer(replica) => {
                let event = Self::deliver(world, replica)?;
                Self::proceed(world, replica, event);
            }
            Act::NoAnswer(replica) => {
                world.left.troubles -= 1;
                self.give_up(world, replica);
                Self::proceed(world, replica, Event::Failed(Refusal::Other));
            }
            Act::ArriveStray => self.arrive_stray(world)?,
            Act::Crash(replica) => self.crash(world, replica),
            Act::LockEnds(token) => Self::end_lock(world, token)?,
            Act::MarkAges(connection) => Self::age_mark(world, connection)?,
            Act::PauseEnds(connection) => world.records[connection].as_mut()?.state = State::Good,
            Act::WaitIsOver(replica) => Self::proceed(world, replica, Event::Over),
            Act::Withdraw => {
                world.left.acts -= 1;
                world.withdrawn = true;
            }
            Act::Reconnect(connection) => self.reconnect(world, connection),
            Act::Disconnect(connection) => {
                world.left.acts -= 1;
                self.hand_on(world, connection);
                world.records[connection] = None;
            }
        }
        Some(())
    }

    fn perform(&self, world: &mut World, replica: usize, how: How) {
        let event = match how {
            How::Well => self.effect(world, replica),
            How::FailedBefore | How::FailedAfter => {
                world.left.faults -= 1;
                Event::Fault
            }
        };
        if how == How::FailedAfter {
            let read = world.replicas[replica].read;
            self.effect(world, replica);
            // The replica does not hear what was read, or that it was written.
            world.replicas[replica].read = read;
        }
        Self::proceed(world, replica, event);
    }

    fn crash(&self, world: &mut World, replica: usize) {
        world.left.crashes -= 1;
        self.give_up(world, replica);
        if let Some(token) = world.replicas[replica].fresh {
            world.lost[chain(token)] |= !Self::stored(world, token);
        }
        let it = &mut world.replicas[replica];
        (it.step, it.read, it.fresh, it.answer) = (None, None, None, None);
    }

    fn end_lock(world: &mut World, token: Token) -> Option<()> {
        let holder = world.locks.iter().find(|(held, _)| *held == token)?.1;
        if world.replicas[holder].step.is_some() {
            world.left.lapses -= 1;
            world.lock_lapsed = true;
        }
        world.locks.retain(|(held, _)| *held != token);
        Some(())
    }

    fn age_mark(world: &mut World, connection: usize) -> Option<()> {
        let mark = world.records[connection].as_mut()?.mark.as_mut()?;
        mark.old = true;
        let it = &world.replicas[mark.replica];
        if it.step.is_some() && it.run == mark.run {
            world.left.lapses = world.left.lapses.checked_sub(1)?;
            world.mark_lapsed = true;
        }
        Some(())
    }

    fn reconnect(&self, world: &mut World, connection: usize) {
        world.left.acts -= 1;
        self.hand_on(world, connection);
        world.versions += 1;
        world.records[connection] = Some(Record {
            version: world.versions,
            token: world.live[1],
            state: State::Good,
            mark: None,
        });
    }
}
