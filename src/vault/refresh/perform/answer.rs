//! What whoever asked hears when a refresh has ended.

use super::super::procedure::End;
use super::super::{Token, TokenError};
use super::Refresh;

impl Refresh<'_> {
    pub(super) async fn answer(self, end: End) -> Result<Token, TokenError> {
        if end == End::Orphaned && self.shared_with == 0 {
            self.end_orphan().await;
        }
        let Some(record) = self.record.filter(|_| end != End::Orphaned) else {
            return Err(match (end, self.fault) {
                (End::Fault, Some(fault)) => fault.into(),
                _ => TokenError::NotConnected,
            });
        };
        if end == End::AsRead {
            self.parts.index(self.owner, self.provider, &record).await;
        }
        let token = self.parts.token_of(&record.connection, self.demand);
        // A fault of our own is what is the matter only where no token works.
        match (token, self.fault) {
            (Err(TokenError::Passing), Some(fault)) if end == End::Fault => Err(fault.into()),
            (token, _) => token,
        }
    }

    /// The person disconnected while the provider granted these.
    async fn end_orphan(&self) {
        if let Some(fresh) = &self.fresh {
            let ended = self
                .parts
                .let_go(self.owner, self.provider, &self.account, fresh);
            let ended = ended.await;
            tracing::info!(?ended, "tokens of a connection that is gone were let go");
        }
    }
}
