//! Keeps the blocks that an export still needs.

use std::convert::Infallible;
use std::time::Duration;

use crate::load::view::{Shown, View};
use crate::load::{LoadError, report, snapshot};
use crate::store::keys;

/// Well within the time that blocks have left when a newer load let them go.
const EVERY: Duration = Duration::from_secs(20);

impl View {
    /// Keeps them for as long as it is polled.
    pub(super) async fn keep(&self) -> Infallible {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.keep_once().await {
                tracing::debug!(%error, "the blocks of an export could not be looked after; it is tried again");
            }
        }
    }

    /// A snapshot that is still the current one is looked at, no more. When a newer one has taken its place, blocks
    /// that it does not name are let go once more, and so have all of their time again. What was forgotten stays so.
    pub(in crate::load) async fn keep_once(&self) -> Result<(), LoadError> {
        for shown in self.shown.iter() {
            self.keep_one(shown).await?;
        }
        Ok(())
    }

    async fn keep_one(&self, Shown { provider, load }: &Shown) -> Result<(), LoadError> {
        let (setup, owner) = (&self.parts.setup, &self.source.owner);
        let current = report::read(&setup.store, &keys::snapshot(owner, provider)).await?;
        match current {
            None => Ok(()),
            Some(current) if current.id == load.id => {
                snapshot::keep(&self.parts, owner, provider, load).await
            }
            Some(current) => {
                snapshot::let_go(setup, load, Some(&current)).await;
                Ok(())
            }
        }
    }
}
