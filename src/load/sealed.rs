//! The pages of snapshots and of loads, for a rotation of keys.
//!
//! A page's key does not say whose it is. So they are found by the records that name them: an owner's snapshot
//! and an owner's load. A page that neither names is read by nobody, and ends by itself.

use std::sync::Arc;

use async_trait::async_trait;

use super::pages::Place;
use super::report::{self, Part};
use crate::store::keys::{self, Owned};
use crate::store::{Key, Store, StoreError};
use crate::vault::rotate::{Kind, Records};

/// The pages of snapshots.
pub const SNAPSHOTS: Snapshots = Snapshots;
/// The pages of loads that run, and of such as did not come to their end.
pub const RUNNING: Running = Running;

/// See [`SNAPSHOTS`].
pub struct Snapshots;

/// See [`RUNNING`].
pub struct Running;

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
        let parts = parts(store, &key).await?;
        Ok(pages(of, key, parts))
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
        let mut found = parts(store, &key).await?;
        let named = parts(store, &keys::snapshot(&of.owner, &of.provider)).await?;
        found.retain(|part| !named.iter().any(|named| is_same(part, named)));
        Ok(pages(of, key, found))
    }
}

/// The parts that a report names; none where there is no report.
async fn parts(store: &Store, key: &Key) -> Result<Vec<Part>, StoreError> {
    let load = match report::read(store, key).await {
        // Nothing of ours, so it names nothing.
        Err(error) if error.is_of_another_type() => None,
        read => read?,
    };
    Ok(load.map(|load| load.parts).unwrap_or_default())
}

fn is_same(one: &Part, other: &Part) -> bool {
    one.pages_of == other.pages_of && one.stream == other.stream && one.pages <= other.pages
}

fn pages(of: Owned, named_by: Key, parts: Vec<Part>) -> Records {
    let of = Arc::new(of);
    let pages = parts.into_iter().flat_map(move |part| {
        let (of, named_by) = (Arc::clone(&of), named_by.clone());
        (0..part.pages).map(move |number| {
            let place = Place {
                owner: &of.owner,
                provider: &of.provider,
                load: &part.pages_of,
                stream: &part.stream,
                number,
            };
            place.record().named_by(named_by.clone())
        })
    });
    Box::new(pages)
}
