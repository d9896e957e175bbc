//! One refresh of a connection at a time in this process: who comes later waits for the same one.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::super::{Parts, VaultError};
use super::perform::Refresh;
use super::{Demand, Token, TokenError};
use crate::flights::{self, Outcome};
use crate::owner::Owner;
use crate::store::{Key, StoreError, keys};

/// A refresh that is under way.
#[derive(Clone)]
pub(in crate::vault) struct Flight {
    outcome: Outcome<Result<Token, TokenError>>,
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
pub(in crate::vault) type Flights = flights::Flights<Key, Flight>;

impl Parts {
    /// Waits for the refresh that is under way, or begins one.
    pub(super) async fn fly(
        self: &Arc<Self>,
        owner: &Owner,
        provider: &str,
        demand: &Demand,
    ) -> Result<Token, TokenError> {
        let key = keys::connection(owner, provider);
        let begin = || self.begin(owner, provider, demand, key.clone());
        let flight = self.flights.join(key.clone(), begin);
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
            let landing = parts.flights.landing(key);
            let refresh = Refresh::new(&parts, &owner, &provider, &demand, told);
            let result = refresh.run().await;
            drop(landing);
            result
        };
        // Part of what asks for it first.
        let refresh = self.refreshes.track_future(refresh.in_current_span());
        let task = self.tasks.spawn(refresh);
        let outcome = flights::outcome(task, |error| {
            tracing::error!(%error, "a refresh broke off");
            Err(TokenError::Passing)
        });
        Flight { outcome, trouble }
    }
}

/// Why nobody waits for a refresh any longer.
fn away() -> TokenError {
    let why = "a refresh waits for it".to_owned();
    VaultError::Store(StoreError::Away(why)).into()
}
