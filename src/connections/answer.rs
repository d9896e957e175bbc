//! The answer to the question which of two accounts to keep.
//!
//! An answer takes its turn, sees what there is now, and is done to its end even if whoever gave it goes away.
//! The candidate goes only after its connection is stored: a process that dies in between loses nothing, and the
//! next answer finds that its work is done.

use std::time::Duration;

use tracing::Instrument as _;

use super::candidate::{Candidate, Kept};
use super::revoke::Loose;
use super::{Connections, Revocation};
use crate::activity::By;
use crate::owner::Owner;
use crate::store::{Lease, keys};
use crate::vault::{Connection, VaultError};

/// Life of the lock on an answer: longer than its few steps can take.
const TURN: Duration = Duration::from_secs(30);
/// How often and at what distance an answer tries to have its turn.
const TRIES: u32 = 10;
const TRY_AGAIN: Duration = Duration::from_millis(100);

/// Which account to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The one that is connected.
    Keep,
    /// The other one, in its place.
    Replace,
}

/// What became of a question.
pub struct Answered {
    /// Which account is connected now.
    pub outcome: Outcome,
    /// What became of the grant that is not used any more.
    pub revocation: Revocation,
    /// Where the person goes on: where they were when they reconnected.
    pub return_to: Option<String>,
}

/// Which account is connected after an answer.
pub enum Outcome {
    /// The one of before.
    Kept {
        /// Its name; none, where nothing was connected.
        account: Option<String>,
        /// Whether that is so because nobody chose in time.
        late: bool,
    },
    /// The other one.
    Connected {
        /// Its name.
        account: String,
        /// Whether it took another one's place.
        replaced: bool,
    },
    /// The question is another one by now.
    Changed,
    /// There is no question: it has been answered already.
    Nothing,
}

/// An outcome, and the grant that has still to be let go.
type Decided = (Outcome, Option<Loose>);
/// The same, and where the person goes on.
type Turned = (Decided, Option<String>);

impl Connections {
    /// Answers the question with this id, or whichever there is.
    pub async fn answer(
        &self,
        owner: &Owner,
        provider: &str,
        id: Option<&str>,
        choice: Choice,
        by: By,
    ) -> Result<Answered, VaultError> {
        let (this, owner, provider) = (self.clone(), owner.clone(), provider.to_owned());
        let id = id.map(str::to_owned);
        let task = async move {
            // A stop waits for the answer, but not for the provider that is told of it.
            let decided = this.in_turn(&owner, &provider, id.as_deref(), (choice, &by));
            let ((outcome, loose), return_to) = this.grants.track_future(decided).await?;
            let revocation = this.let_go(loose).await;
            Ok(Answered {
                outcome,
                revocation,
                return_to,
            })
        };
        let done = self.setup.tasks.spawn(task.in_current_span()).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "an answer broke off");
            Err(VaultError::Format)
        })
    }

    async fn in_turn(
        &self,
        owner: &Owner,
        provider: &str,
        id: Option<&str>,
        chosen: (Choice, &By),
    ) -> Result<Turned, VaultError> {
        let Some(turn) = self.turn(owner, provider).await? else {
            return Ok(((Outcome::Nothing, None), None));
        };
        let decided = match self.candidate(owner, provider).await {
            Ok(None) => Ok(((Outcome::Nothing, None), None)),
            Ok(Some(kept)) if id.is_some_and(|id| id != kept.candidate.id) => {
                Ok(((Outcome::Changed, None), None))
            }
            Ok(Some(kept)) => {
                let return_to = kept.candidate.return_to.clone();
                let decided = self.decide(owner, provider, kept, chosen).await;
                decided.map(|decided| (decided, return_to))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = self.setup.store.release(turn).await {
            tracing::warn!(%error, "the lock on an answer could not be released; it ends by itself");
        }
        decided
    }

    /// The right to answer; `None` where somebody else holds it for long.
    async fn turn(&self, owner: &Owner, provider: &str) -> Result<Option<Lease>, VaultError> {
        for _ in 0..TRIES {
            let lock = keys::candidate_lock(owner, provider);
            if let Some(lease) = self.setup.store.acquire(lock, TURN).await? {
                return Ok(Some(lease));
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
        Ok(None)
    }

    async fn decide(
        &self,
        owner: &Owner,
        provider: &str,
        kept: Kept,
        (choice, by): (Choice, &By),
    ) -> Result<Decided, VaultError> {
        let before = self.readable(owner, provider).await?;
        let same = before.as_ref().is_some_and(|it| kept.candidate.is_for(it));
        let late = self.setup.clock.now() > kept.candidate.counts_until();
        // Of one account there is nothing to choose, and its two grants may share their tokens.
        if same || (choice == Choice::Replace && !late) {
            return self.replace(owner, provider, kept, before, by).await;
        }
        if !self.take_candidate(owner, provider, &kept).await? {
            return Ok((Outcome::Changed, None));
        }
        let account = before.map(|before| before.account.name);
        let loose = kept.candidate.loose(owner, provider);
        Ok((Outcome::Kept { account, late }, Some(loose)))
    }

    async fn replace(
        &self,
        owner: &Owner,
        provider: &str,
        kept: Kept,
        before: Option<Connection>,
        by: &By,
    ) -> Result<Decided, VaultError> {
        let candidate = &kept.candidate;
        if !before.as_ref().is_some_and(|it| supersedes(it, candidate)) {
            let by = candidate.by(by);
            self.store_grant(owner, provider, candidate, before.clone(), &by)
                .await?;
        }
        self.take_candidate(owner, provider, &kept).await?;
        let other = before.filter(|before| !candidate.is_for(before));
        let outcome = Outcome::Connected {
            account: candidate.account.name.clone(),
            replaced: other.is_some(),
        };
        Ok((outcome, other.map(|it| Loose::of(owner, provider, it))))
    }
}

/// Whether the connection was made of this candidate, or of a later grant of the same account. It may hold newer
/// tokens by now, which the candidate's must not overwrite.
fn supersedes(connection: &Connection, candidate: &Candidate) -> bool {
    candidate.is_for(connection) && connection.connected_at >= candidate.made_at
}
