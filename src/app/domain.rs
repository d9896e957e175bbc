//! The parts that do the work, for people and for programs.

use tokio_util::sync::CancellationToken;

use super::base::Base;
use crate::config::Config;
use crate::connections::Connections;
use crate::contacts::Contacts;
use crate::idempotency::Answers;
use crate::load::Loads;
use crate::vault::{Observer, Vault};

pub(super) struct Domain {
    pub(super) vault: Vault,
    pub(super) connections: Connections,
    pub(super) contacts: Contacts,
    pub(super) loads: Loads,
    pub(super) answers: Answers,
    /// That the process was asked to end, for who asks whether it is ready.
    pub(super) leaving: CancellationToken,
    /// That requests are to end: who waits for long is told to ask elsewhere.
    pub(super) ends: CancellationToken,
}

impl Domain {
    /// Puts them together; `observer` hears how connections fare.
    pub(super) fn new(base: &Base, config: &Config, observer: Observer) -> Self {
        let vault = base.vault(config, observer);
        let loads = base.loads(config, &vault);
        Self {
            connections: base.connections(config, &vault, &loads),
            contacts: base.contacts(&vault, &loads),
            answers: base.answers(),
            loads,
            vault,
            leaving: CancellationToken::new(),
            ends: CancellationToken::new(),
        }
    }
}
