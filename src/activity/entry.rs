//! An entry: who did what, to what, and what came of it.

use super::{Action, Actor, By, Outcome};
use crate::owner::Owner;

/// Longest object or detail, in characters.
const LONGEST: usize = 200;

/// Something that was done. It holds no secret and no content of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// In which org.
    pub org: String,
    /// Who did it, and from where.
    pub by: By,
    /// What.
    pub action: Action,
    /// Whom it concerns beside who did it: this user sees it as one of theirs.
    pub whose: Option<String>,
    /// The provider's id, where it is about one.
    pub provider: Option<String>,
    /// To what: a contact's id, a file, a key's name, a member.
    pub object: String,
    /// What came of it.
    pub outcome: Outcome,
    /// A word more about that.
    pub detail: String,
}

impl Entry {
    /// What somebody did in an org. It concerns themselves, unless it is said whom else; whether it was done, refused or
    /// failed follows from the action, unless that is said.
    pub fn new(by: &By, org: &str, action: Action) -> Self {
        Self {
            org: org.to_owned(),
            by: by.clone(),
            action,
            whose: by.actor.user().map(str::to_owned),
            provider: None,
            object: String::new(),
            outcome: action.outcome(),
            detail: String::new(),
        }
    }

    /// What somebody did to what is an owner's.
    pub fn of(by: &By, owner: &Owner, action: Action) -> Self {
        Self::new(by, &owner.org, action).whose(&owner.user)
    }

    /// Whom it concerns.
    #[must_use]
    pub fn whose(mut self, user: &str) -> Self {
        self.whose = Some(user.to_owned());
        self
    }

    /// Of which provider.
    #[must_use]
    pub fn at(mut self, provider: &str) -> Self {
        self.provider = Some(provider.to_owned());
        self
    }

    /// To what. Never a secret.
    #[must_use]
    pub fn about(mut self, object: &str) -> Self {
        self.object = shortened(object);
        self
    }

    /// A word more about what came of it. Never a secret.
    #[must_use]
    pub fn saying(mut self, detail: &str) -> Self {
        self.detail = shortened(detail);
        self
    }

    /// It was not allowed, because of this.
    #[must_use]
    pub fn refused(mut self, why: &str) -> Self {
        self.outcome = Outcome::Refused;
        self.saying(why)
    }

    /// It went wrong, because of this.
    #[must_use]
    pub fn failed(mut self, why: &str) -> Self {
        self.outcome = Outcome::Failed;
        self.saying(why)
    }

    /// Whether a member sees it: it concerns them, or they did it.
    pub fn concerns(&self, user: &str) -> bool {
        [self.whose.as_deref(), self.by.actor.user()].contains(&Some(user))
    }

    /// Whom it concerns, where that is not who did it or what it is about.
    pub fn concerned(&self) -> Option<&str> {
        let whose = self.whose.as_deref()?;
        let told = self.by.actor.user() == Some(whose) || self.object == whose;
        (!told).then_some(whose)
    }

    /// The name that somebody looks for its actor by; empty for Patchbay and the operator.
    pub fn actor_name(&self) -> &str {
        match &self.by.actor {
            Actor::Key { name, .. } => name,
            other => other.user().unwrap_or_default(),
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
