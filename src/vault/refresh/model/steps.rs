//! What a step does where nothing fails: to the records, the locks, and what its replica knows.

use super::super::procedure::{Event, Need, Place, Refusal, Seen, Step};
use super::world::{
    Explored, Mark, Record, Replica, State, Token, World, chain, descends, grant, token,
};

impl Explored {
    fn connection(&self, replica: usize) -> usize {
        if self.shared { replica } else { 0 }
    }

    fn seen(&self, world: &World, replica: usize, record: Record) -> Seen {
        let demand = &world.replicas[replica];
        let need = match record.state {
            State::Dead => Need::Newer,
            State::Pausing => Need::Nothing,
            State::Good => match record.mark {
                Some(mark) if !mark.old => Need::Underway,
                _ => Need::Refresh,
            },
        };
        // One rotation satisfies a demand that began before it.
        let satisfied = demand.read.is_some_and(|read| read.token != record.token);
        Seen {
            place: Place {
                version: u64::from(record.version),
                grant: grant(record.token),
            },
            need: if satisfied && record.state != State::Dead {
                Need::Nothing
            } else {
                need
            },
            marked: record
                .mark
                .is_some_and(|mark| !mark.old && mark.replica == replica && mark.run == demand.run),
        }
    }

    /// Lets a replica go on with what came of its step.
    pub(super) fn proceed(world: &mut World, replica: usize, event: Event) {
        let it = &mut world.replicas[replica];
        let next = it.step.expect("it runs").next(event);
        it.step = match next {
            Step::Done(_) => None,
            step => Some(step),
        };
        if it.step.is_none() {
            (it.read, it.fresh, it.answer) = (None, None, None);
        }
    }

    /// What the step of a replica does.
    pub(super) fn effect(&self, world: &mut World, replica: usize) -> Event {
        let connection = self.connection(replica);
        let it = world.replicas[replica].clone();
        match it.step.expect("it runs") {
            Step::Look
            | Step::LookAgain(_)
            | Step::LookForMark(_)
            | Step::LookToKeep(_)
            | Step::LookForNewer(..) => self.read(world, replica),
            Step::Take(grant) => Self::take(world, replica, token(grant)),
            Step::Mark(place) => self.mark(world, replica, place),
            Step::Keep(place) => self.keep(world, connection, place, &it),
            Step::Settle(place, refusal) => self.settle(world, connection, place, refusal, &it),
            Step::Share(_) => {
                self.share(world, connection, it.fresh);
                Event::Passed
            }
            Step::LookAround(place, _) => Self::look_around(world, replica, connection, place),
            Step::Release(_) => {
                world.locks.retain(|(_, holder)| *holder != replica);
                Event::Passed
            }
            Step::Pause | Step::KeepLater(_) | Step::ShareLater(_) | Step::LookLater(..) => {
                Event::Passed
            }
            Step::Ask(_) | Step::Done(_) => unreachable!("not performed by itself"),
        }
    }

    fn read(&self, world: &mut World, replica: usize) -> Event {
        let found = world.records[self.connection(replica)];
        let seen = found.map(|record| self.seen(world, replica, record));
        world.replicas[replica].read = found;
        Event::Read(seen)
    }

    fn take(world: &mut World, replica: usize, token: Token) -> Event {
        let free = world.locks.iter().all(|(held, _)| *held != token);
        if free {
            world.locks.push((token, replica));
            world.locks.sort_unstable();
        }
        Event::Took(free)
    }

    fn mark(&self, world: &mut World, replica: usize, place: Place) -> Event {
        let connection = self.connection(replica);
        let it = &world.replicas[replica];
        let (read, run) = (it.was_read(), it.run);
        world.broken |= read.state == State::Dead;
        let mark = Some(Mark {
            replica,
            run,
            old: false,
        });
        let event = self.write(world, connection, place, Record { mark, ..read });
        if let Event::Wrote(Some(_)) = event {
            world.replicas[replica].read = world.records[connection];
            world.broken |= self.twice(world, replica, token(place.grant));
        }
        event
    }

    fn keep(&self, world: &mut World, connection: usize, place: Place, it: &Replica) -> Event {
        let next = Record {
            token: it.fresh.expect("tokens to keep"),
            state: State::Good,
            mark: None,
            ..it.was_read()
        };
        self.write(world, connection, place, next)
    }

    fn settle(
        &self,
        world: &mut World,
        connection: usize,
        place: Place,
        refusal: Refusal,
        it: &Replica,
    ) -> Event {
        let state = match refusal {
            Refusal::Spent => State::Dead,
            _ => State::Pausing,
        };
        let next = Record {
            state,
            mark: None,
            ..it.was_read()
        };
        self.write(world, connection, place, next)
    }

    fn look_around(world: &mut World, replica: usize, connection: usize, place: Place) -> Event {
        let own = token(place.grant);
        let other = world.records[1 - connection].filter(|it| it.state != State::Dead);
        let other = other.map(|record| record.token);
        let newer = other.filter(|other| *other != own && descends(*other, own));
        world.replicas[replica].fresh = newer;
        Event::Found(newer.is_some())
    }

    fn write(&self, world: &mut World, connection: usize, place: Place, next: Record) -> Event {
        let now = world.records[connection];
        if now.is_none_or(|now| u64::from(now.version) != place.version) {
            return Event::Wrote(None);
        }
        if let Some(now) = now {
            let same = chain(now.token) == chain(next.token);
            let revived = now.state == State::Dead && next.state != State::Dead;
            world.broken |= same && next.token < now.token;
            world.broken |= self.rotates && revived && next.token == now.token;
        }
        world.versions += 1;
        let version = world.versions;
        world.records[connection] = Some(Record { version, ..next });
        Event::Wrote(Some(u64::from(version)))
    }

    /// Whether another replica that lives is asking with the same token, though nothing has run out that keeps
    /// them apart: the lock of the grant, and the mark of the connection.
    fn twice(&self, world: &World, replica: usize, sent: Token) -> bool {
        let other = &world.replicas[1 - replica];
        let asks = matches!(other.step, Some(Step::Ask(place)) if token(place.grant) == sent);
        let apart = !world.lock_lapsed || (!self.shared && !world.mark_lapsed);
        // A token that stays may be sent twice without harm, and is where one stores what another is asking for.
        self.rotates && asks && apart
    }

    fn share(&self, world: &mut World, connection: usize, fresh: Option<Token>) {
        let other = 1 - connection;
        if let (Some(record), Some(fresh)) = (world.records[other], fresh)
            && descends(fresh, record.token)
        {
            world.versions += 1;
            world.records[other] = Some(Record {
                version: world.versions,
                token: fresh,
                state: State::Good,
                mark: None,
            });
        }
    }

    /// A connection that lets its tokens go gives them to the other one first.
    pub(super) fn hand_on(&self, world: &mut World, connection: usize) {
        let own = world.records[connection].filter(|it| it.state != State::Dead);
        let other = world.records[1 - connection].map(|record| record.token);
        let own = own.map(|record| record.token);
        if own != other {
            self.share(world, connection, own);
        }
    }
}
