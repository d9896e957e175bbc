//! The small world that is explored.

use super::super::super::GrantId;
use super::super::procedure::{Refusal, Step};

pub(super) type Token = u8;

/// Which world is explored, and how much may go wrong in it.
#[derive(Clone)]
pub(super) struct Explored {
    /// Both replicas work for one connection, or each for one of its own that shares the grant.
    pub(super) shared: bool,
    /// The provider gives a new refresh token each time, and refuses the old one.
    pub(super) rotates: bool,
    pub(super) budget: Budget,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    /// Demands of each replica.
    pub(super) runs: u8,
    /// Operations of Redis that fail, before or after their effect.
    pub(super) faults: u8,
    /// Processes that die.
    pub(super) crashes: u8,
    /// Locks that run out under their holder, and marks that seem to be of the past.
    pub(super) lapses: u8,
    /// Answers of the provider that are failures or are lost.
    pub(super) troubles: u8,
    /// What a person does meanwhile: withdraws at the provider, connects anew, disconnects.
    pub(super) acts: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) records: [Option<Record>; 2],
    pub(super) versions: u8,
    pub(super) locks: Vec<(Token, usize)>,
    pub(super) replicas: [Replica; 2],
    /// The refresh token that works; of a grant that was made anew, 100 and more.
    pub(super) live: [Token; 2],
    pub(super) withdrawn: bool,
    /// A request whose sender is gone may still be acted on.
    pub(super) stray: Option<Token>,
    pub(super) left: Budget,
    /// A rotated pair of this grant was lost in a way that nobody can help: its answer, or the one process that
    /// had it.
    pub(super) lost: [bool; 2],
    /// A lock has run out under a holder that lives; a mark has seemed to be of the past while its maker lives.
    pub(super) lock_lapsed: bool,
    pub(super) mark_lapsed: bool,
    /// Something that must never be was seen.
    pub(super) broken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Record {
    pub(super) version: u8,
    pub(super) token: Token,
    pub(super) state: State,
    pub(super) mark: Option<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum State {
    Good,
    Pausing,
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    pub(super) replica: usize,
    pub(super) run: u8,
    pub(super) old: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Replica {
    pub(super) step: Option<Step>,
    pub(super) run: u8,
    pub(super) read: Option<Record>,
    pub(super) fresh: Option<Token>,
    /// What the provider answered, on its way.
    pub(super) answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Granted(Token),
    Failed(Refusal),
}

pub(super) const fn chain(token: Token) -> usize {
    if token < 100 { 0 } else { 1 }
}

pub(super) fn grant(token: Token) -> GrantId {
    GrantId(u128::from(token))
}

pub(super) fn token(grant: GrantId) -> Token {
    u8::try_from(grant.0).expect("a token of the model")
}

/// Later tokens of a grant come of earlier ones.
pub(super) fn descends(token: Token, from: Token) -> bool {
    chain(token) == chain(from) && token >= from
}

impl Replica {
    /// A process that was not asked for anything yet.
    fn idle() -> Self {
        Self {
            step: None,
            run: 0,
            read: None,
            fresh: None,
            answer: None,
        }
    }

    /// The record that it read last.
    pub(super) fn was_read(&self) -> Record {
        self.read.expect("a record was read")
    }
}

impl Explored {
    /// All is well.
    pub(super) fn beginning(&self) -> World {
        let record = |version| Record {
            version,
            token: 0,
            state: State::Good,
            mark: None,
        };
        World {
            records: [Some(record(1)), self.shared.then(|| record(2))],
            versions: 2,
            locks: Vec::new(),
            replicas: [Replica::idle(), Replica::idle()],
            live: [0, 100],
            withdrawn: false,
            stray: None,
            left: self.budget,
            lost: [false; 2],
            lock_lapsed: false,
            mark_lapsed: false,
            broken: false,
        }
    }
}
