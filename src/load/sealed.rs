//! The pages of snapshots and of loads, and what was changed since, for a rotation of keys.
//!
//! A page's key does not say whose it is. So they are found by the records that name them: an owner's snapshot
//! and an owner's load. A page that neither names is read by nobody, and ends by itself. What was changed since lies in
//! maps, whose names say whose they are.

use std::sync::Arc;

use async_trait::async_trait;

use super::changes;
use super::pages::Place;
use super::report::{self, Load, Run};
use crate::store::keys::{self, Owned};
use crate::store::{Key, Store, StoreError};
use crate::vault::rotate::{Kind, Records};

/// The pages of snapshots.
pub const SNAPSHOTS: Snapshots = Snapshots;
/// The pages of loads that run, and of such as did not come to their end.
pub const RUNNING: Running = Running;

/// What was changed since it was loaded.
pub const CHANGES: Changed = Changed;

/// See [`SNAPSHOTS`].
pub struct Snapshots;

/// See [`RUNNING`].
pub struct Running;

/// See [`CHANGES`].
pub struct Changed;

#[async_trait]
impl Kind for Snapshots {
    fn title(&self) -> &'static str {
        "pages of items"
    }

    fn glob(&self) -> &'static str {
        keys::SNAPSHOTS
    }

    async fn records(&self, store: &Store, name: &str) -> Result<Records, StoreError> {
        let Some(of) = keys::parse_owned(name) else {
            return Ok(Box::new(std::iter::empty()));
        };
        let key = keys::snapshot(&of.owner, &of.provider);
        let runs = runs(store, &key).await?;
        Ok(blocks(of, key, runs))
    }
}

#[async_trait]
impl Kind for Running {
    fn title(&self) -> &'static str {
        "pages of running loads"
    }

    fn glob(&self) -> &'static str {
        keys::LOADS
    }

    /// Those that the snapshot names, as it does when the load has ended, are not named again.
    async fn records(&self, store: &Store, name: &str) -> Result<Records, StoreError> {
        let Some(of) = keys::parse_owned(name) else {
            return Ok(Box::new(std::iter::empty()));
        };
        let key = keys::load(&of.owner, &of.provider);
        let mut found = runs(store, &key).await?;
        let named = runs(store, &keys::snapshot(&of.owner, &of.provider)).await?;
        found.retain(|run| !named.contains(run));
        Ok(blocks(of, key, found))
    }
}

#[async_trait]
impl Kind for Changed {
    fn title(&self) -> &'static str {
        "changed items"
    }

    fn glob(&self) -> &'static str {
        keys::CHANGES
    }

    async fn records(&self, store: &Store, name: &str) -> Result<Records, StoreError> {
        let Some(of) = keys::parse_owned(name) else {
            return Ok(Box::new(std::iter::empty()));
        };
        let map = keys::changes(&of.owner, &of.provider);
        let fields = match store.note_fields(&map).await {
            // Nothing of ours.
            Err(error) if error.is_of_another_type() => Vec::new(),
            read => read?,
        };
        let records = fields.into_iter();
        Ok(Box::new(records.map(move |field| {
            changes::record(&of.owner, &of.provider, field)
        })))
    }
}

/// The runs of blocks that a report names, each with its stream; none where there is no report.
async fn runs(store: &Store, key: &Key) -> Result<Vec<(String, Run)>, StoreError> {
    let load = match report::read(store, key).await {
        // Nothing of ours, so it names nothing.
        Err(error) if error.is_of_another_type() => None,
        read => read?,
    };
    let named = load.iter().flat_map(Load::runs);
    Ok(named
        .map(|(stream, run)| (stream.to_owned(), run.clone()))
        .collect())
}

fn blocks(of: Owned, named_by: Key, runs: Vec<(String, Run)>) -> Records {
    let of = Arc::new(of);
    let blocks = runs.into_iter().flat_map(move |(stream, run)| {
        let (of, named_by) = (Arc::clone(&of), named_by.clone());
        run.numbers().map(move |number| {
            let place = Place {
                owner: &of.owner,
                provider: &of.provider,
                of: &run.of,
                stream: &stream,
                number,
            };
            place.record().named_by(named_by.clone())
        })
    });
    Box::new(blocks)
}
