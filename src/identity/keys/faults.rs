//! What is wrong with a key that is to be made, all at once: a person corrects a form, or a command, in one go.

use jiff::Timestamp;

use super::{CreateError, New, end, name};

impl New {
    /// All that is wrong with it as it stands; nothing where only the store could refuse it.
    pub fn faults(&self, now: Timestamp) -> Vec<CreateError> {
        let name = name(&self.name).is_none().then_some(CreateError::Name);
        let scopes = self.scopes.is_empty().then_some(CreateError::NoScope);
        let life = self.life.filter(|life| end(now, *life).is_none());
        let life = life.map(|_| CreateError::Life);
        [name, scopes, life].into_iter().flatten().collect()
    }
}
