//! An entry of the trail as the page shows it.

use jiff::Timestamp;

use super::words;
use crate::activity::{Actor, Noted, Outcome};
use crate::providers::Profile;
use crate::web::words::When;

/// An entry of the trail as the page shows it.
pub struct Row {
    pub when: When,
    pub who: Who,
    pub what: &'static str,
    /// The provider's name; empty where it is about none.
    pub provider: String,
    /// What it is about; may be empty.
    pub object: String,
    /// Whom it concerns, where that is not said yet.
    pub whose: Option<String>,
    pub result: Told,
    /// Empty for what nobody asked for from anywhere.
    pub address: String,
    /// The request's id; may be empty.
    pub request: String,
}

/// Who did it.
pub enum Who {
    /// A person.
    User(String),
    /// A program.
    Key { name: String, user: String },
    /// Somebody who has no name here.
    Nameless(&'static str),
}

/// What came of it.
pub struct Told {
    /// As the style sheet knows it.
    pub tone: &'static str,
    pub word: &'static str,
    /// A word more; may be empty.
    pub detail: String,
}

impl Row {
    pub fn new(
        noted: &Noted,
        mut profiles: impl Iterator<Item = &'static Profile>,
        now: Timestamp,
    ) -> Self {
        let entry = &noted.entry;
        let peer = &entry.by.peer;
        let provider = entry.provider.as_deref().map(|id| {
            let known = profiles.find(|profile| profile.id == id);
            known.map_or(id, |profile| profile.name).to_owned()
        });
        let address = peer.address.map(|address| address.to_string());
        Self {
            when: When::new(noted.at, now),
            who: Who::new(&entry.by.actor),
            what: words::action(entry.action),
            provider: provider.unwrap_or_default(),
            object: entry.object.clone(),
            whose: entry.concerned().map(str::to_owned),
            result: Told::new(entry.outcome, &entry.detail),
            address: address.unwrap_or_default(),
            request: peer.request.clone().unwrap_or_default(),
        }
    }
}

impl Who {
    fn new(actor: &Actor) -> Self {
        match actor {
            Actor::User(user) => Self::User(user.clone()),
            Actor::Key { name, user, .. } => Self::Key {
                name: name.clone(),
                user: user.clone(),
            },
            Actor::Operator => Self::Nameless("The operator"),
            Actor::Patchbay => Self::Nameless("Patchbay"),
            Actor::Unknown => Self::Nameless("Somebody"),
        }
    }
}

impl Told {
    fn new(outcome: Outcome, detail: &str) -> Self {
        Self {
            tone: match outcome {
                Outcome::Done => "done",
                Outcome::Refused => "cut",
                Outcome::Failed => "failed",
            },
            word: words::outcome(outcome),
            detail: detail.to_owned(),
        }
    }
}
