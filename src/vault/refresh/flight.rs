//! One refresh of a connection at a time in this process: who comes later waits for the same one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use tokio_util::sync::CancellationToken;

use super::super::{Parts, VaultError};
use super::perform::Refresh;
use super::{Demand, Token, TokenError};
use crate::owner::Owner;
use crate::store::{Key, StoreError, keys};

/// A refresh that is under way.
#[derive(Clone)]
struct Flight {
    outcome: Shared<BoxFuture<'static, Result<Token, TokenError>>>,
    /// Told once the store has failed it. It goes on; those who wait for it need not.
    trouble: Trouble,
}

/// Whether the store has failed a refresh.
#[derive(Clone, Default)]
pub(super) struct Trouble(CancellationToken);

impl Trouble {
    pub(super) fn tell(&self) {
        self.0.cancel();
    }

    pub(super) fn is_told(&self) -> bool {
        self.0.is_cancelled()
    }
}

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
        tokio::select! {
            biased;
            outcome = flight.outcome => outcome,
            () = flight.trouble.0.cancelled() => Err(away()),
        }
    }

    /// A task of its own: if whoever asked goes away, the refresh still ends and is stored.
    fn begin(self: &Arc<Self>, owner: &Owner, provider: &str, demand: &Demand, key: Key) -> Flight {
        let parts = Arc::clone(self);
        let (owner, provider, demand) = (owner.clone(), provider.to_owned(), demand.clone());
        let trouble = Trouble::default();
        let told = trouble.clone();
        let refresh = async move {
            let landing = Landing(&parts.flights, key);
            let refresh = Refresh::new(&parts, &owner, &provider, &demand, told);
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
        Flight {
            outcome: outcome.boxed().shared(),
            trouble,
        }
    }
}

/// Why nobody waits for a refresh any longer.
fn away() -> TokenError {
    let why = "a refresh waits for it".to_owned();
    VaultError::Store(StoreError::Away(why)).into()
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
