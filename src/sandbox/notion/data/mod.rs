//! The objects of a workspace, computed from their position: nothing is stored, so a workspace of 200,000 pages
//! costs no memory.

mod ids;
mod odd;
mod pages;
mod parent;
mod sources;
mod title;

pub use ids::{Id, Kind, id, index_of, read as read_id};
pub use odd::Odd;
pub use pages::Page;
pub use parent::{Parent, Within};
pub use sources::{Database, Source};
pub use title::{Runs, Title};

use jiff::Timestamp;

use super::workspaces::Workspace;
use crate::sandbox::{clock, hash::hash};

/// The most pages and databases of a workspace.
pub const MAX_PAGES: u64 = 200_000;
pub const MAX_DATABASES: u64 = 2_000;

/// The newest edit, to the minute as Notion writes it.
const NEWEST_MS: i64 = 1_795_000_020_000;
const MINUTE_MS: i64 = 60_000;

/// What an authorization sees of a workspace: all of it or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Space {
    pub workspace: &'static Workspace,
    pub pages: u64,
    pub databases: u64,
}

impl Space {
    pub fn page(self, index: u64) -> Option<Page> {
        (index < self.pages).then_some(Page { space: self, index })
    }

    pub fn page_of(self, id: Id) -> Option<Page> {
        self.page(index_of(self.workspace.seed, Kind::Page, id)?)
    }

    pub fn database(self, index: u64) -> Option<Database> {
        (index < self.databases).then_some(Database { space: self, index })
    }

    pub fn database_of(self, id: Id) -> Option<Database> {
        self.database(index_of(self.workspace.seed, Kind::Database, id)?)
    }

    pub fn source(self, ordinal: u64) -> Option<Source> {
        (ordinal < self.sources()).then_some(Source {
            space: self,
            ordinal,
        })
    }

    pub fn source_of(self, id: Id) -> Option<Source> {
        self.source(index_of(self.workspace.seed, Kind::Source, id)?)
    }

    /// How many data sources there are.
    pub fn sources(self) -> u64 {
        sources::before(self.databases)
    }

    pub fn id(self, kind: Kind, index: u64) -> Id {
        id(self.workspace.seed, kind, index)
    }

    /// A number that depends on an object and on what it is drawn for.
    fn draw(self, kind: Kind, salt: u64, index: u64) -> u64 {
        hash([self.workspace.seed, kind as u64, index, salt])
    }
}

/// A moment so many minutes before the newest edit.
fn minutes_ago(minutes: u64) -> Timestamp {
    let minutes = i64::try_from(minutes).unwrap_or_default();
    clock::from_ms(NEWEST_MS.saturating_sub(minutes.saturating_mul(MINUTE_MS)))
}

/// One of `list`.
fn pick<T: Copy + Default>(list: &[T], draw: u64) -> T {
    let place = usize::try_from(draw % list.len().max(1) as u64);
    place
        .ok()
        .and_then(|place| list.get(place))
        .copied()
        .unwrap_or_default()
}
