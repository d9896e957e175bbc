//! Making, changing and deleting a contact.

use super::mark::Form;
use super::merge::{Merged, merge, there};
use super::{Barrier, Conflict, Desk, Entered, Outcome};
use crate::activity::Action;
use crate::load::Change;
use crate::patience;
use crate::providers::{Contact, ContactError};

impl Desk {
    /// Makes a contact of what was entered. `token` is the form's.
    pub async fn create(&self, token: &str, entered: Entered) -> Result<Outcome, Barrier> {
        let mut faults = entered.faults(self.facts());
        faults.extend(entered.needs_one_of(self.facts()));
        if !faults.is_empty() {
            return Ok(Outcome::Refused(faults));
        }
        let desk = self.clone();
        self.once(Form::new(token, None, Some(&entered)), async move {
            let properties = entered.changed().filter(|(_, value)| !value.is_empty());
            let properties = properties.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let properties = properties.collect();
            let now = desk.service.setup.clock.now();
            let made = desk
                .capability
                .create(&desk.call, &desk.account, &properties, now);
            match made.await {
                Ok(contact) => Ok(desk.put(contact, Action::ContactCreated, Vec::new()).await),
                Err(error) => desk.failed(error),
            }
        })
        .await
    }

    /// Changes a contact to what was entered, unless the same was changed elsewhere meanwhile.
    pub async fn update(
        &self,
        token: &str,
        id: &str,
        entered: Entered,
    ) -> Result<Outcome, Barrier> {
        let faults = entered.faults(self.facts());
        if !faults.is_empty() {
            return Ok(Outcome::Refused(faults));
        }
        let (desk, id) = (self.clone(), id.to_owned());
        let form = Form::new(token, Some(&id), Some(&entered));
        self.once(form, async move { desk.change(&id, &entered).await })
            .await
    }

    /// Deletes a contact.
    pub async fn delete(&self, token: &str, id: &str) -> Result<Outcome, Barrier> {
        let (desk, id) = (self.clone(), id.to_owned());
        self.once(Form::new(token, Some(&id), None), async move {
            let deleted = desk.capability.delete(&desk.call, &desk.account, &id);
            match deleted.await {
                Ok(()) => Ok(desk.deleted(id).await),
                Err(error) => desk.failed_of(&id, error).await,
            }
        })
        .await
    }

    async fn once(
        &self,
        form: Form,
        work: impl Future<Output = Result<Outcome, Barrier>> + Send + 'static,
    ) -> Result<Outcome, Barrier> {
        // It waits for the store no longer than a request does, though it outlives one.
        let work = patience::scope(patience::PER_REQUEST, work);
        let work = async move { work.await.0 };
        self.service.once(&self.owner, form, self.until, work).await
    }

    async fn change(&self, id: &str, entered: &Entered) -> Result<Outcome, Barrier> {
        let (capability, call, account) = (self.capability, &self.call, &self.account);
        let contact = match capability.get(call, account, id, &entered.more).await {
            Ok(contact) => contact,
            Err(error) => return self.failed_of(id, error).await,
        };
        if contact.id != id {
            return Ok(absorbed(entered, contact));
        }
        let (merged, elsewhere) = merge(entered, &contact);
        let send = match merged {
            Merged::Conflict(both) => {
                return Ok(Outcome::Conflict(Box::new(Conflict { contact, both })));
            }
            Merged::Send(send) if send.is_empty() => {
                return Ok(Outcome::nothing_to_do(contact, elsewhere));
            }
            Merged::Send(send) => send,
        };
        let contact = match capability.update(call, account, id, &send).await {
            Ok(contact) => contact,
            Err(ContactError::Unread(error)) => {
                let provider = self.profile.id;
                tracing::warn!(provider, %error, "a changed contact could not be read");
                // It is shown as it was read before, with what was sent.
                capability.with(account, &contact, &send)
            }
            Err(error) => return self.failed_of(id, error).await,
        };
        Ok(self.put(contact, Action::ContactChanged, elsewhere).await)
    }

    /// Notes a contact that was made or changed: in the trail, and among the items that were loaded.
    async fn put(&self, contact: Contact, action: Action, elsewhere: Vec<String>) -> Outcome {
        let item = self.capability.item(&self.account, &contact);
        self.note_action(action, &contact.id).await;
        self.note_change(Change::Put(Box::new(item))).await;
        Outcome::done(contact, elsewhere)
    }

    /// Notes a contact that was deleted.
    async fn deleted(&self, id: String) -> Outcome {
        self.note_action(Action::ContactDeleted, &id).await;
        self.note_gone(&id).await;
        Outcome::deleted(id)
    }

    /// A contact that is there no more is not among the loaded items either.
    async fn note_gone(&self, id: &str) {
        let stream = self.profile.stream(self.facts().stream);
        let kind = stream.and_then(|stream| stream.kinds.first());
        let change = Change::Gone {
            kind: kind.map_or("", |kind| kind.id).to_owned(),
            id: id.to_owned(),
        };
        self.note_change(change).await;
    }

    /// What was done is not undone because it cannot be noted: the next load brings it.
    async fn note_change(&self, change: Change) {
        let (setup, provider) = (&self.service.setup, self.profile.id);
        let noted = setup.loads.note_change(&self.owner, provider, change);
        if let Err(error) = noted.await {
            tracing::warn!(provider, %error, "a changed contact is not shown among the items before the next load");
        }
    }

    /// What a failed change of a contact comes to.
    async fn failed_of(&self, id: &str, error: ContactError) -> Result<Outcome, Barrier> {
        if matches!(error, ContactError::NotFound) {
            self.note_gone(id).await;
        }
        self.failed(error)
    }

    fn failed(&self, error: ContactError) -> Result<Outcome, Barrier> {
        Ok(match error {
            ContactError::Refused(faults) => Outcome::Refused(faults),
            ContactError::Taken(taken) => Outcome::Taken(taken),
            ContactError::NotFound => Outcome::NotFound,
            ContactError::Unclear(error) => Outcome::unclear(error.to_string()),
            // Only a change ends so, which is told apart before.
            ContactError::Unread(error) => return self.failed(*error),
            ContactError::MissingPermission(scope) => {
                return Err(Barrier::of_permission(scope, |scope| self.has(scope)));
            }
            ContactError::Call(error) => return Err(Barrier::of_call(error, &self.bearer)),
        })
    }
}

/// What comes of a change of a contact that was merged into another since its form was made: nothing is changed before
/// the person has seen the other, which is told by its id.
pub(super) fn absorbed(entered: &Entered, contact: Contact) -> Outcome {
    let is_other = |(name, value): &(&str, &str)| there(&contact, name) != *value;
    let both = entered.changed().filter(is_other);
    let both = both.map(|(name, _)| name.to_owned()).collect();
    Outcome::Conflict(Box::new(Conflict { contact, both }))
}
