//! The refresh of a credential as a procedure: which step comes after which, whatever comes of each.
//!
//! It is a value without time, Redis or network, so that a test can walk through every order of steps of
//! several replicas, with a crash or a fault at each (`model/`). What a step does is in `perform/`.
//!
//! The rules that it keeps: one refresh of a grant at a time over all replicas (the lock); nothing is asked of
//! the provider that was not written down before (the mark), which also proves that Redis takes writes; what
//! the provider granted is stored for as long as that takes, and never asked for again; a record is written
//! only as it was read; a fault of our own changes no state.

use super::super::credential::GrantId;

/// How often a newer pair is looked for after the provider said that the token was just used.
const LOOKS: u8 = 4;

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum Step {
    /// Read the record.
    Look,
    /// Take the grant's lock.
    Take(GrantId),
    /// Somebody else is at it: let a while pass.
    Pause,
    /// Read the record again, with the lock in hand.
    LookAgain(GrantId),
    /// Write down that the provider is about to be asked.
    Mark(Place),
    /// It is not known whether that was written: read.
    LookForMark(GrantId),
    /// Ask the provider.
    Ask(Place),
    /// Store what it granted.
    Keep(Place),
    /// It could not be stored: let a while pass.
    KeepLater(GrantId),
    /// Read which version is to be written over.
    LookToKeep(GrantId),
    /// Store it with the other connections of the same grant.
    Share(End),
    /// That could not be done: let a while pass.
    ShareLater(End),
    /// The provider says that the token is spent: read whether a newer one is there.
    LookForNewer(GrantId, Refusal, u8),
    /// Before the next look.
    LookLater(GrantId, Refusal, u8),
    /// Look whether another connection of the same grant has newer tokens.
    LookAround(Place, Refusal),
    /// Write down what the failure means.
    Settle(Place, Refusal),
    /// Give the lock back.
    Release(Then),
    /// It is over.
    Done(End),
}

/// A record as it was read: its version, and the grant that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) struct Place {
    pub(in crate::vault) version: u64,
    pub(in crate::vault) grant: GrantId,
}

/// How a refresh failed, as far as the order of steps depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum Refusal {
    /// The token is spent or withdrawn, says the provider.
    Spent,
    /// The token was used a moment ago, says the provider.
    Conflict,
    /// Anything else.
    Other,
    /// That was found out earlier.
    Known,
}

/// What follows when the lock is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum Then {
    End(End),
    /// The grant is another one by now: from the start.
    Again,
    /// An earlier attempt may still be under way.
    Wait,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum End {
    /// The record that was read or written last says what there is.
    AsRead,
    /// There is no connection.
    Gone,
    /// There is no connection any more for what the provider granted.
    Orphaned,
    /// Others were at it for too long.
    Busy,
    /// A fault of our own; nothing was changed by it.
    Fault,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum Event {
    /// A record, or that there is none.
    Read(Option<Seen>),
    /// The lock was taken, or somebody has it.
    Took(bool),
    /// A record was written, and has this version; `None`: somebody else was first.
    Wrote(Option<u64>),
    /// The provider granted tokens.
    Granted,
    /// It did not.
    Failed(Refusal),
    /// Newer tokens were found, or not.
    Found(bool),
    /// The step was done, or it does not matter whether it was.
    Passed,
    /// There is no more time to wait.
    Over,
    /// Redis failed. Whether it did what was asked is not known.
    Fault,
}

/// What a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) struct Seen {
    pub(in crate::vault) place: Place,
    pub(in crate::vault) need: Need,
    /// Whether it carries the mark of this very attempt.
    pub(in crate::vault) marked: bool,
}

/// What a record calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::vault) enum Need {
    /// Nothing: its token will do, or no token can be had now.
    Nothing,
    /// A refresh.
    Refresh,
    /// A refresh, but another one may still be under way.
    Underway,
    /// Access has ended, unless another connection of the same grant has newer tokens.
    Newer,
}

impl Step {
    /// The step after this one, by what came of it.
    pub(in crate::vault) fn next(self, event: Event) -> Self {
        match self {
            Self::Look => after_look(event),
            Self::Take(grant) => after_take(grant, event),
            Self::Pause if event == Event::Over => Self::Done(End::Busy),
            Self::Pause => Self::Look,
            Self::LookAgain(grant) => after_look_again(grant, event),
            Self::Mark(place) => after_mark(place, event),
            Self::LookForMark(grant) => after_look_for_mark(grant, event),
            Self::Ask(place) => after_ask(place, event),
            Self::Keep(place) => after_keep(place, event),
            Self::KeepLater(_) if event == Event::Over => FAULT,
            Self::KeepLater(grant) => Self::LookToKeep(grant),
            Self::LookToKeep(grant) => after_look_to_keep(grant, event),
            Self::Share(end) if event == Event::Fault => Self::ShareLater(end),
            Self::Share(end) => Self::Release(Then::End(end)),
            Self::ShareLater(end) if event == Event::Over => Self::Release(Then::End(end)),
            Self::ShareLater(end) => Self::Share(end),
            Self::LookForNewer(grant, refusal, left) => after_newer(grant, refusal, left, event),
            Self::LookLater(grant, refusal, left) => Self::LookForNewer(grant, refusal, left),
            Self::LookAround(place, refusal) => after_look_around(place, refusal, event),
            Self::Settle(place, refusal) => after_settle(place, refusal, event),
            Self::Release(Then::End(end)) => Self::Done(end),
            Self::Release(Then::Again) => Self::Look,
            Self::Release(Then::Wait) => Self::Pause,
            Self::Done(end) => Self::Done(end),
        }
    }
}

const AS_READ: Step = Step::Release(Then::End(End::AsRead));
const GONE: Step = Step::Release(Then::End(End::Gone));
const FAULT: Step = Step::Release(Then::End(End::Fault));

fn after_look(event: Event) -> Step {
    match event {
        Event::Read(None) => Step::Done(End::Gone),
        Event::Read(Some(seen)) => match seen.need {
            Need::Nothing => Step::Done(End::AsRead),
            Need::Refresh | Need::Underway => Step::Take(seen.place.grant),
            Need::Newer => Step::LookAround(seen.place, Refusal::Known),
        },
        _ => Step::Done(End::Fault),
    }
}

fn after_take(grant: GrantId, event: Event) -> Step {
    match event {
        Event::Took(true) => Step::LookAgain(grant),
        Event::Took(false) => Step::Pause,
        // It may have been taken all the same.
        _ => FAULT,
    }
}

fn after_look_again(grant: GrantId, event: Event) -> Step {
    match event {
        Event::Read(None) => GONE,
        Event::Read(Some(seen)) => match seen.need {
            Need::Nothing | Need::Newer => AS_READ,
            _ if seen.place.grant != grant => Step::Release(Then::Again),
            Need::Underway => Step::Release(Then::Wait),
            Need::Refresh => Step::Mark(seen.place),
        },
        _ => FAULT,
    }
}

fn after_mark(place: Place, event: Event) -> Step {
    match event {
        Event::Wrote(Some(version)) => Step::Ask(Place { version, ..place }),
        Event::Wrote(None) => Step::LookAgain(place.grant),
        _ => Step::LookForMark(place.grant),
    }
}

/// Only with the mark in place is the provider asked.
fn after_look_for_mark(grant: GrantId, event: Event) -> Step {
    match event {
        Event::Read(Some(seen)) if seen.marked && seen.place.grant == grant => {
            Step::Ask(seen.place)
        }
        Event::Read(None) => GONE,
        _ => FAULT,
    }
}

fn after_ask(place: Place, event: Event) -> Step {
    match event {
        Event::Granted => Step::Keep(place),
        Event::Failed(Refusal::Other) => Step::Settle(place, Refusal::Other),
        Event::Failed(Refusal::Spent) => Step::LookForNewer(place.grant, Refusal::Spent, 0),
        Event::Failed(Refusal::Conflict) => {
            Step::LookForNewer(place.grant, Refusal::Conflict, LOOKS)
        }
        _ => FAULT,
    }
}

fn after_keep(place: Place, event: Event) -> Step {
    match event {
        Event::Wrote(Some(_)) => Step::Share(End::AsRead),
        Event::Wrote(None) => Step::LookToKeep(place.grant),
        // It may have been written: the next look tells.
        _ => Step::KeepLater(place.grant),
    }
}

/// While the record holds the token that was spent, ours is the newer one.
fn after_look_to_keep(grant: GrantId, event: Event) -> Step {
    match event {
        Event::Read(None) => Step::Share(End::Orphaned),
        Event::Read(Some(seen)) if seen.place.grant == grant => Step::Keep(seen.place),
        Event::Read(Some(_)) => Step::Share(End::AsRead),
        _ => Step::KeepLater(grant),
    }
}

fn after_newer(grant: GrantId, refusal: Refusal, left: u8, event: Event) -> Step {
    let later = left.checked_sub(1);
    match (event, later) {
        (Event::Read(None), _) => GONE,
        (Event::Read(Some(seen)), _) if seen.place.grant != grant => AS_READ,
        // Somebody else found out that access has ended: no later failure makes that less.
        (Event::Read(Some(seen)), _) if seen.need == Need::Newer => AS_READ,
        (_, Some(left)) => Step::LookLater(grant, refusal, left),
        (Event::Read(Some(seen)), None) => Step::LookAround(seen.place, refusal),
        _ => FAULT,
    }
}

fn after_look_around(place: Place, refusal: Refusal, event: Event) -> Step {
    match event {
        Event::Found(true) => Step::Keep(place),
        Event::Found(false) if refusal == Refusal::Known => AS_READ,
        Event::Found(false) => Step::Settle(place, refusal),
        _ => FAULT,
    }
}

fn after_settle(place: Place, refusal: Refusal, event: Event) -> Step {
    match event {
        Event::Wrote(Some(_)) => AS_READ,
        Event::Wrote(None) => Step::LookForNewer(place.grant, refusal, 0),
        _ => FAULT,
    }
}
