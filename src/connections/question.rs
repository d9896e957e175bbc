//! The account guard: a reconnect that brings another account changes nothing by itself. The person is asked which
//! of the two to keep; `answer.rs` does what they say.

use jiff::Timestamp;

use tracing::Instrument as _;

use super::candidate::Kept;
use super::{Choice, Connections};
use crate::activity::By;
use crate::owner::Owner;
use crate::providers::Account;
use crate::vault::{Connection, VaultError};

/// The question which of two accounts to keep.
pub struct Question {
    /// Tells it from a later question about the same connection.
    pub id: String,
    /// The account that is connected, if it still is and can be read.
    pub old: Option<Account>,
    /// The account that the person came back as.
    pub new: Account,
    /// Until when the answer counts.
    pub until: Timestamp,
    /// Whether nothing is left to choose: it is too late, or both are the same account by now.
    pub over: bool,
}

impl Connections {
    /// The question that waits for an answer, if any.
    pub async fn question(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Option<Question>, VaultError> {
        let Some(Kept { candidate, .. }) = self.candidate(owner, provider).await? else {
            return Ok(None);
        };
        let before = self.readable(owner, provider).await?;
        let same = before.as_ref().is_some_and(|it| candidate.is_for(it));
        let until = candidate.counts_until();
        Ok(Some(Question {
            over: same || self.setup.clock.now() > until,
            id: candidate.id,
            old: before.map(|before| before.account),
            new: candidate.account,
            until,
        }))
    }

    /// The account that waits to be chosen beside the connected one. A candidate that nobody chose in time is
    /// let go in passing.
    pub(super) async fn other_account(
        &self,
        owner: &Owner,
        provider: &str,
        connected: Option<&Connection>,
    ) -> Result<Option<Account>, VaultError> {
        let Some(Kept { candidate, .. }) = self.candidate(owner, provider).await? else {
            return Ok(None);
        };
        if self.setup.clock.now() > candidate.counts_until() {
            self.end_question(owner, provider, candidate.id);
            return Ok(None);
        }
        let other = connected.is_some_and(|it| !candidate.is_for(it));
        Ok(other.then_some(candidate.account))
    }

    /// Lets a candidate go that nobody chose in time.
    pub(super) async fn end_late_question(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<(), VaultError> {
        let Some(Kept { candidate, .. }) = self.candidate(owner, provider).await? else {
            return Ok(());
        };
        if self.setup.clock.now() > candidate.counts_until() {
            let (id, by) = (Some(&candidate.id[..]), By::patchbay());
            self.answer(owner, provider, id, Choice::Keep, by).await?;
        }
        Ok(())
    }

    /// Answers for whoever did not, without anybody waiting for it.
    fn end_question(&self, owner: &Owner, provider: &str, id: String) {
        let (this, owner, provider) = (self.clone(), owner.clone(), provider.to_owned());
        let task = async move {
            let by = By::patchbay();
            let done = this.answer(&owner, &provider, Some(&id), Choice::Keep, by);
            if let Err(error) = done.await {
                tracing::warn!(provider, %error, "a candidate that nobody chose could not be let go");
            }
        };
        self.setup.tasks.spawn(task.in_current_span());
    }
}
