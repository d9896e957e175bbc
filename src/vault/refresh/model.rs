//! Every order of steps of two replicas that refresh, with faults and crashes at each: the procedure that runs is
//! the one that is explored.
//!
//! The world is small: one or two connections of one grant, a lock a grant, a provider that rotates its refresh
//! token or does not. Tokens are numbers that grow. Budgets bound what may go wrong in one history, so that the
//! whole of it can be walked through; within them every step may fail before or after it had its effect,
//! every lock may run out at any time, and a process may die anywhere.

use stateright::{Checker, Model, Property};

use super::super::GrantId;
use super::procedure::{Event, Need, Place, Refusal, Seen, Step};

type Token = u8;

/// Which world is explored, and how much may go wrong in it.
#[derive(Clone)]
struct Explored {
    /// Both replicas work for one connection, or each for one of its own that shares the grant.
    shared: bool,
    /// The provider gives a new refresh token each time, and refuses the old one.
    rotates: bool,
    budget: Budget,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Budget {
    /// Demands of each replica.
    runs: u8,
    /// Operations of Redis that fail, before or after their effect.
    faults: u8,
    /// Processes that die.
    crashes: u8,
    /// Locks that run out under their holder, and marks that seem to be of the past.
    lapses: u8,
    /// Answers of the provider that are failures or are lost.
    troubles: u8,
    /// What a person does meanwhile: withdraws at the provider, connects anew, disconnects.
    acts: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    records: [Option<Record>; 2],
    versions: u8,
    locks: Vec<(Token, usize)>,
    replicas: [Replica; 2],
    /// The refresh token that works; of a grant that was made anew, 100 and more.
    live: [Token; 2],
    withdrawn: bool,
    /// A request whose sender is gone may still be acted on.
    stray: Option<Token>,
    left: Budget,
    /// A rotated pair of this grant was lost in a way that nobody can help: its answer, or the one process that
    /// had it.
    lost: [bool; 2],
    /// A lock has run out under a holder that lives; a mark has seemed to be of the past while its maker lives.
    lock_lapsed: bool,
    mark_lapsed: bool,
    /// Something that must never be was seen.
    broken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Record {
    version: u8,
    token: Token,
    state: State,
    mark: Option<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    Good,
    Pausing,
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Mark {
    replica: usize,
    run: u8,
    old: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Replica {
    step: Option<Step>,
    run: u8,
    read: Option<Record>,
    fresh: Option<Token>,
    /// What the provider answered, on its way.
    answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Granted(Token),
    Failed(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
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
enum How {
    Well,
    FailedBefore,
    FailedAfter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Provider {
    /// By its rules.
    Fair,
    /// The same, but it says 'conflict' of a token that was just spent.
    Conflict,
    /// It fails before it does anything.
    Fails,
    /// It fails after it did it.
    FailsAfter,
}

const fn chain(token: Token) -> usize {
    if token < 100 { 0 } else { 1 }
}

fn grant(token: Token) -> GrantId {
    GrantId(u128::from(token))
}

fn token(grant: GrantId) -> Token {
    u8::try_from(grant.0).expect("a token of the model")
}

/// Later tokens of a grant come of earlier ones.
fn descends(token: Token, from: Token) -> bool {
    chain(token) == chain(from) && token >= from
}

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
    fn proceed(world: &mut World, replica: usize, event: Event) {
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

    fn read(&self, world: &mut World, replica: usize) -> Event {
        let found = world.records[self.connection(replica)];
        let seen = found.map(|record| self.seen(world, replica, record));
        world.replicas[replica].read = found;
        Event::Read(seen)
    }

    /// What a step does where nothing fails.
    fn effect(&self, world: &mut World, replica: usize) -> Event {
        let connection = self.connection(replica);
        let it = world.replicas[replica].clone();
        let read = || it.read.expect("a record was read");
        match it.step.expect("it runs") {
            Step::Look
            | Step::LookAgain(_)
            | Step::LookForMark(_)
            | Step::LookToKeep(_)
            | Step::LookForNewer(..) => self.read(world, replica),
            Step::Take(grant) => {
                let token = token(grant);
                let free = world.locks.iter().all(|(held, _)| *held != token);
                if free {
                    world.locks.push((token, replica));
                    world.locks.sort_unstable();
                }
                Event::Took(free)
            }
            Step::Mark(place) => {
                if read().state == State::Dead {
                    world.broken = true;
                }
                let mark = Some(Mark {
                    replica,
                    run: it.run,
                    old: false,
                });
                let next = Record { mark, ..read() };
                let event = self.write(world, connection, place, next);
                if let Event::Wrote(Some(_)) = event {
                    world.replicas[replica].read = world.records[connection];
                    world.broken |= self.twice(world, replica, token(place.grant));
                }
                event
            }
            Step::Keep(place) => {
                let next = Record {
                    token: it.fresh.expect("tokens to keep"),
                    state: State::Good,
                    mark: None,
                    ..read()
                };
                self.write(world, connection, place, next)
            }
            Step::Settle(place, refusal) => {
                let state = match refusal {
                    Refusal::Spent => State::Dead,
                    _ => State::Pausing,
                };
                let next = Record {
                    state,
                    mark: None,
                    ..read()
                };
                self.write(world, connection, place, next)
            }
            Step::Share(_) => {
                self.share(world, connection, it.fresh);
                Event::Passed
            }
            Step::LookAround(place, _) => {
                let own = token(place.grant);
                let other = world.records[1 - connection].filter(|it| it.state != State::Dead);
                let other = other.map(|record| record.token);
                let newer = other.filter(|other| *other != own && descends(*other, own));
                world.replicas[replica].fresh = newer;
                Event::Found(newer.is_some())
            }
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
    fn hand_on(&self, world: &mut World, connection: usize) {
        let own = world.records[connection].filter(|it| it.state != State::Dead);
        let other = world.records[1 - connection].map(|record| record.token);
        let own = own.map(|record| record.token);
        if own != other {
            self.share(world, connection, own);
        }
    }

    /// What the provider does with a refresh token; whether it rotated.
    fn provide(&self, world: &mut World, sent: Token, how: Provider) -> (Answer, bool) {
        let chain = chain(sent);
        if how == Provider::Fails {
            return (Answer::Failed(Refusal::Other), false);
        }
        if world.withdrawn || world.live[chain] != sent {
            let refusal = match how {
                Provider::Conflict => Refusal::Conflict,
                _ => Refusal::Spent,
            };
            return (Answer::Failed(refusal), false);
        }
        if self.rotates {
            world.live[chain] += 1;
        }
        let answer = match how {
            Provider::FailsAfter => Answer::Failed(Refusal::Other),
            _ => Answer::Granted(world.live[chain]),
        };
        (answer, self.rotates)
    }

    /// Somebody has a token in hand: a process that holds it to be stored, or an answer on its way to one.
    fn in_hand(world: &World, token: Token) -> bool {
        world.replicas.iter().any(|it| {
            it.step.is_some()
                && (it.fresh == Some(token) || it.answer == Some(Answer::Granted(token)))
        })
    }

    fn stored(world: &World, token: Token) -> bool {
        let mut records = world.records.iter().flatten();
        records.any(|record| record.token == token)
    }

    /// Whether the grant of a record can still be worked with, now or when those who are at it are done.
    fn kept(world: &World, record: &Record) -> bool {
        let chain = chain(record.token);
        let live = world.live[chain];
        world.lost[chain] || Self::stored(world, live) || Self::in_hand(world, live)
    }

    /// No record says that access has ended while it has not, but for as long as somebody is about to mend that.
    fn just(world: &World, record: &Record) -> bool {
        let chain = chain(record.token);
        let live = world.live[chain];
        let wrong = record.state == State::Dead && record.token == live;
        world.lost[chain] || !wrong || Self::in_hand(world, live)
    }
}

impl Model for Explored {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        let record = |version| Record {
            version,
            token: 0,
            state: State::Good,
            mark: None,
        };
        let replica = || Replica {
            step: None,
            run: 0,
            read: None,
            fresh: None,
            answer: None,
        };
        vec![World {
            records: [Some(record(1)), self.shared.then(|| record(2))],
            versions: 2,
            locks: Vec::new(),
            replicas: [replica(), replica()],
            live: [0, 100],
            withdrawn: false,
            stray: None,
            left: self.budget,
            lost: [false; 2],
            lock_lapsed: false,
            mark_lapsed: false,
            broken: false,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Act>) {
        let left = world.left;
        for replica in 0..2 {
            let it = &world.replicas[replica];
            let Some(step) = it.step else {
                if it.run < left.runs {
                    actions.push(Act::Begin(replica));
                }
                continue;
            };
            match (step, it.answer) {
                (Step::Ask(_), None) => {
                    let mut ways = vec![Provider::Fair, Provider::Conflict];
                    if left.troubles > 0 {
                        ways.extend([Provider::Fails, Provider::FailsAfter]);
                        actions.push(Act::NoAnswer(replica));
                    }
                    actions.extend(ways.into_iter().map(|way| Act::Arrive(replica, way)));
                }
                (Step::Ask(_), Some(_)) => {
                    actions.push(Act::Answer(replica));
                    if left.troubles > 0 {
                        actions.push(Act::NoAnswer(replica));
                    }
                }
                (Step::Pause, _) => {
                    actions.extend([Act::Perform(replica, How::Well), Act::WaitIsOver(replica)]);
                }
                _ => {
                    actions.push(Act::Perform(replica, How::Well));
                    if left.faults > 0 {
                        let faults = [How::FailedBefore, How::FailedAfter];
                        actions.extend(faults.map(|how| Act::Perform(replica, how)));
                    }
                }
            }
            if left.crashes > 0 {
                actions.push(Act::Crash(replica));
            }
        }
        if world.stray.is_some() {
            actions.push(Act::ArriveStray);
        }
        if left.lapses > 0 {
            actions.extend(world.locks.iter().map(|(token, _)| Act::LockEnds(*token)));
        }
        for (connection, record) in world.records.iter().enumerate() {
            let Some(record) = record else { continue };
            // A mark of a process that is gone grows old by itself; another one's, only if that sleeps.
            let alive = record.mark.is_some_and(|mark| {
                let it = &world.replicas[mark.replica];
                it.step.is_some() && it.run == mark.run
            });
            if record.mark.is_some_and(|mark| !mark.old) && (left.lapses > 0 || !alive) {
                actions.push(Act::MarkAges(connection));
            }
            if record.state == State::Pausing {
                actions.push(Act::PauseEnds(connection));
            }
            if left.acts > 0 {
                actions.extend([Act::Reconnect(connection), Act::Disconnect(connection)]);
            }
        }
        if left.acts > 0 {
            actions.push(Act::Withdraw);
        }
    }

    fn next_state(&self, before: &World, act: Act) -> Option<World> {
        let mut world = before.clone();
        match act {
            Act::Begin(replica) => {
                let it = &mut world.replicas[replica];
                it.run += 1;
                it.step = Some(Step::Look);
            }
            Act::Perform(replica, How::Well) => {
                let event = self.effect(&mut world, replica);
                Self::proceed(&mut world, replica, event);
            }
            Act::Perform(replica, how) => {
                world.left.faults -= 1;
                let read = world.replicas[replica].read;
                if how == How::FailedAfter {
                    self.effect(&mut world, replica);
                    // The replica does not hear what was read, or that it was written.
                    world.replicas[replica].read = read;
                }
                Self::proceed(&mut world, replica, Event::Fault);
            }
            Act::Arrive(replica, how) => self.arrive(&mut world, replica, how),
            Act::Answer(replica) => {
                let event = match world.replicas[replica].answer.take()? {
                    Answer::Granted(token) => {
                        world.replicas[replica].fresh = Some(token);
                        Event::Granted
                    }
                    Answer::Failed(refusal) => Event::Failed(refusal),
                };
                Self::proceed(&mut world, replica, event);
            }
            Act::NoAnswer(replica) => {
                world.left.troubles -= 1;
                self.give_up(&mut world, replica);
                Self::proceed(&mut world, replica, Event::Failed(Refusal::Other));
            }
            Act::ArriveStray => {
                let sent = world.stray.take()?;
                let (_, rotated) = self.provide(&mut world, sent, Provider::Fair);
                world.lost[chain(sent)] |= rotated;
            }
            Act::Crash(replica) => {
                world.left.crashes -= 1;
                self.give_up(&mut world, replica);
                if let Some(token) = world.replicas[replica].fresh {
                    world.lost[chain(token)] |= !Self::stored(&world, token);
                }
                let it = &mut world.replicas[replica];
                (it.step, it.read, it.fresh, it.answer) = (None, None, None, None);
            }
            Act::LockEnds(token) => {
                let holder = world.locks.iter().find(|(held, _)| *held == token)?.1;
                if world.replicas[holder].step.is_some() {
                    world.left.lapses -= 1;
                    world.lock_lapsed = true;
                }
                world.locks.retain(|(held, _)| *held != token);
            }
            Act::MarkAges(connection) => {
                let mark = world.records[connection].as_mut()?.mark.as_mut()?;
                let it = &before.replicas[mark.replica];
                mark.old = true;
                if it.step.is_some() && it.run == mark.run {
                    world.left.lapses = world.left.lapses.checked_sub(1)?;
                    world.mark_lapsed = true;
                }
            }
            Act::PauseEnds(connection) => world.records[connection].as_mut()?.state = State::Good,
            Act::WaitIsOver(replica) => Self::proceed(&mut world, replica, Event::Over),
            Act::Withdraw => {
                world.left.acts -= 1;
                world.withdrawn = true;
            }
            Act::Reconnect(connection) => {
                world.left.acts -= 1;
                self.hand_on(&mut world, connection);
                world.versions += 1;
                world.records[connection] = Some(Record {
                    version: world.versions,
                    token: world.live[1],
                    state: State::Good,
                    mark: None,
                });
            }
            Act::Disconnect(connection) => {
                world.left.acts -= 1;
                self.hand_on(&mut world, connection);
                world.records[connection] = None;
            }
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("a pair that works is kept", |_, world| {
                let excused = world.withdrawn;
                excused
                    || world
                        .records
                        .iter()
                        .flatten()
                        .all(|it| Explored::kept(world, it))
            }),
            Property::<Self>::always(
                "access is not said to have ended while it has not",
                |_, world| {
                    let excused = world.withdrawn;
                    excused
                        || world
                            .records
                            .iter()
                            .flatten()
                            .all(|it| Explored::just(world, it))
                },
            ),
            Property::<Self>::always(
                "no older token over a newer, no call for the dead",
                |_, world| !world.broken,
            ),
            Property::<Self>::sometimes("tokens are renewed twice", |model, world| {
                !model.rotates || world.records.iter().flatten().any(|it| it.token == 2)
            }),
            Property::<Self>::sometimes("access that ended is seen", |model, world| {
                let never = !model.rotates && model.budget.acts == 0;
                never
                    || world
                        .records
                        .iter()
                        .flatten()
                        .any(|it| it.state == State::Dead)
            }),
            Property::<Self>::sometimes("a lost answer is noticed", |model, world| {
                if model.budget.crashes + model.budget.troubles == 0 {
                    return true;
                }
                let noticed = world
                    .records
                    .iter()
                    .flatten()
                    .any(|it| it.state == State::Dead);
                !model.rotates || (world.lost[0] && !world.withdrawn && noticed)
            }),
        ]
    }
}

impl Explored {
    fn arrive(&self, world: &mut World, replica: usize, how: Provider) {
        if matches!(how, Provider::Fails | Provider::FailsAfter) {
            world.left.troubles -= 1;
        }
        let sent = world.replicas[replica]
            .read
            .expect("a record was read")
            .token;
        let (answer, rotated) = self.provide(world, sent, how);
        world.lost[chain(sent)] |= rotated && how == Provider::FailsAfter;
        world.replicas[replica].answer = Some(answer);
    }

    /// Nobody waits for the answer any more.
    fn give_up(&self, world: &mut World, replica: usize) {
        let it = &mut world.replicas[replica];
        let asking = matches!(it.step, Some(Step::Ask(_)));
        match it.answer.take() {
            Some(Answer::Granted(token)) => {
                world.lost[chain(token)] |= self.rotates && !Self::stored(world, token);
            }
            Some(Answer::Failed(_)) => {}
            None if asking => world.stray = it.read.map(|read| read.token),
            None => {}
        }
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
