//! What must hold in every world, and what must be reached in some.

use stateright::Property;

use super::world::{Answer, Explored, Record, State, Token, World, chain};

impl Explored {
    pub(super) fn always() -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("a pair that works is kept", |_, world| {
                Self::of_all(world, Self::kept)
            }),
            Property::<Self>::always(
                "access is not said to have ended while it has not",
                |_, world| Self::of_all(world, Self::just),
            ),
            Property::<Self>::always(
                "no older token over a newer, no call for the dead",
                |_, world| !world.broken,
            ),
        ]
    }

    /// Without these the walk would prove little.
    pub(super) fn sometimes() -> Vec<Property<Self>> {
        vec![
            Property::<Self>::sometimes("tokens are renewed twice", |model, world| {
                !model.rotates || world.records.iter().flatten().any(|it| it.token == 2)
            }),
            Property::<Self>::sometimes("access that ended is seen", |model, world| {
                let never = !model.rotates && model.budget.acts == 0;
                never || Self::says_ended(world)
            }),
            Property::<Self>::sometimes("a lost answer is noticed", |model, world| {
                let never = model.budget.crashes + model.budget.troubles == 0;
                let noticed = world.lost[0] && !world.withdrawn && Self::says_ended(world);
                never || !model.rotates || noticed
            }),
        ]
    }

    /// Whether it holds of all records. Of what the person withdrew nothing is claimed.
    fn of_all(world: &World, holds: fn(&World, &Record) -> bool) -> bool {
        let mut records = world.records.iter().flatten();
        world.withdrawn || records.all(|record| holds(world, record))
    }

    fn says_ended(world: &World) -> bool {
        let mut records = world.records.iter().flatten();
        records.any(|record| record.state == State::Dead)
    }

    /// Somebody has a token in hand: a process that holds it to be stored, or an answer on its way to one.
    fn in_hand(world: &World, token: Token) -> bool {
        world.replicas.iter().any(|it| {
            it.step.is_some()
                && (it.fresh == Some(token) || it.answer == Some(Answer::Granted(token)))
        })
    }

    pub(super) fn stored(world: &World, token: Token) -> bool {
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
