//! The properties that the contacts of an account can have, remembered for some minutes in this process.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::{Barrier, Desk};
use crate::owner::Owner;
use crate::providers::Property;

/// How long they count: what an administrator adds there shows here after this.
const COUNTS: Duration = Duration::from_secs(5 * 60);
/// How many accounts are remembered; the definitions of one are some hundred kilobytes.
const ACCOUNTS: u64 = 50;

/// What is remembered of each account, for each person: permissions decide what they see of it.
#[derive(Clone)]
pub(super) struct Known(Cache<(Owner, String), Arc<Vec<Property>>>);

impl Default for Known {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(ACCOUNTS);
        Self(cache.time_to_live(COUNTS).build())
    }
}

impl Known {
    /// What is remembered, or else what is `asked` for; nothing where that fails, which is not remembered.
    pub(super) async fn of(
        &self,
        desk: &Desk,
        asked: impl Future<Output = Result<Vec<Property>, Barrier>>,
    ) -> Arc<Vec<Property>> {
        let provider = desk.profile.id;
        let key = (
            desk.owner.clone(),
            format!("{provider} {}", desk.account.id),
        );
        if let Some(known) = self.0.get(&key).await {
            return known;
        }
        match asked.await {
            Ok(properties) => {
                let properties = Arc::new(properties);
                self.0.insert(key, Arc::clone(&properties)).await;
                properties
            }
            Err(error) => {
                tracing::warn!(provider, %error, "the properties of contacts could not be asked for");
                Arc::default()
            }
        }
    }
}
