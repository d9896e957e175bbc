//! One refresh of a connection at a time in this process: who comes later waits for the same one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::super::Parts;
use super::perform::Refresh;
use super::{Demand, Token, TokenError};
use crate::owner::Owner;
use crate::store::{Key, keys};

type Flight = Shared<BoxFuture<'static, Result<Token, TokenError>>>;

/// The refreshes that are under way in this process.
#[derive(Default)]
pub(in crate::vault) struct Flights(Mutex<HashMap<Key, Flight>>);

impl Parts {
    /// Waits for the refresh that is under way, or begins one.
    pub(super) async fn fly(
        self: &Arc<Self>,
        owner: &Owner,
        provider: &str,
        demand: &Demand,
    ) -> Result<Token, TokenError> {
        let key = keys::connection(owner, provider);
        let flight = {
            let mut flights = self.flights.lock();
            let begin = || self.begin(owner, provider, demand, key.clone());
            flights.entry(key.clone()).or_insert_with(begin).clone()
        };
        flight.await
    }

    /// A task of its own: if whoever asked goes away, the refresh still ends and is stored.
    fn begin(self: &Arc<Self>, owner: &Owner, provider: &str, demand: &Demand, key: Key) -> Flight {
        let parts = Arc::clone(self);
        let (owner, provider, demand) = (owner.clone(), provider.to_owned(), demand.clone());
        let refresh = async move {
            let landing = Landing(&parts.flights, key);
            let refresh = Refresh::new(&parts, &owner, &provider, &demand);
            let result = refresh.run().await;
            drop(landing);
            result
        };
        let task = self.tasks.spawn(self.refreshes.track_future(refresh));
        let outcome = async {
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "a refresh broke off");
                Err(TokenError::Passing)
            })
        };
        outcome.boxed().shared()
    }
}

impl Flights {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a flight off the list, however it ends.
struct Landing<'a>(&'a Flights, Key);

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
    }
}
