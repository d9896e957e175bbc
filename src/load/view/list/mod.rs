//! Items for a program that reads them all, some at a time, and may change them meanwhile.

mod along;
mod position;
mod sorted;

use std::sync::Arc;

use super::{Filtered, Indexed, Shown, View, aside};
use crate::item::Item;
use crate::items::{Found, Order, Query};
use crate::load::changes;
use crate::load::shelf::Edition;
use crate::load::{LoadError, Loads};
use crate::owner::Owner;
use along::Along;
use position::At;
use sorted::Sorted;

pub use position::{Misplaced, Position};

/// What is to be listed.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Which items. Only what it filters by counts, not its order nor its page.
    pub query: Query,
    /// In which order.
    ///
    /// As they were loaded, a list opens few blocks, and what is done to items meanwhile does not disturb it: every item
    /// that is there from its beginning to its end comes exactly once. One that was changed keeps its place, and those
    /// that were made through Patchbay come behind the others of their provider; one that is made while the list is read
    /// may come or not. Sorted, it is over with the first change.
    pub order: Order,
    /// How many at a time; at least one.
    pub most: u32,
}

/// Some items of a list.
#[derive(Debug)]
pub struct Listed {
    /// The items.
    pub items: Vec<Item>,
    /// How many items the whole list has at this moment.
    pub total: u64,
    /// Where it goes on; `None` at its end.
    pub next: Option<Position>,
    /// More items were changed since they were loaded than are shown as they are now.
    pub more_changed: bool,
    /// Of which edition they are: see [`Loads::edition`].
    pub edition: String,
}

/// Rows of a list, and where it goes on behind them.
struct Page {
    rows: Vec<u32>,
    next: Option<At>,
}

/// How a list goes on.
enum Way {
    Along(Along),
    Sorted(Sorted),
}

impl Loads {
    /// The items of some snapshots that come from a position on; without one from the beginning.
    pub async fn list(
        &self,
        owner: &Owner,
        shown: &[Shown],
        listing: &Listing,
        after: Option<&Position>,
    ) -> Result<Listed, LoadError> {
        let view = View::new(&self.parts, owner, shown);
        view.list(listing, after).await
    }

    /// What lists and pages of these snapshots are of at this moment, in a few digits: while they stay the same, so does
    /// every answer. Nothing is built or read for it.
    pub async fn edition(&self, owner: &Owner, shown: &[Shown]) -> Result<String, LoadError> {
        let editions = changes::editions(&self.parts.setup, owner, shown).await?;
        Ok(in_digits(&editions))
    }
}

impl View {
    async fn list(&self, listing: &Listing, after: Option<&Position>) -> Result<Listed, LoadError> {
        let list = listing.digest();
        if after.is_some_and(|after| after.list != list) {
            return Err(Misplaced::OtherList.into());
        }
        let query = listing.sorted();
        let way = self.way(listing.order, after.map(|after| &after.at))?;
        let Filtered { indexed, found } = self.filtered(&query).await?;
        let (of, most) = (Arc::clone(&indexed), listing.most.max(1));
        let walked = aside(move || way.page(&of, &query, found.as_deref(), most));
        let (page, total) = walked.await??;
        Ok(Listed {
            items: self.items(&indexed, &page.rows).await?,
            total,
            next: page.next.map(|at| Position { list, at }),
            more_changed: indexed.more_changed,
            edition: in_digits(&indexed.editions),
        })
    }

    /// How a list goes on. What is known without an index to be over is told without one.
    fn way(&self, order: Order, at: Option<&At>) -> Result<Way, Misplaced> {
        match order {
            Order::AsLoaded => Ok(Way::Along(Along::new(&self.shown, at)?)),
            Order::By(..) => Ok(Way::Sorted(Sorted::new(at)?)),
        }
    }
}

fn in_digits(editions: &[Edition]) -> String {
    format!("{:032x}", Edition::digest(editions))
}

impl Way {
    fn page(
        &self,
        indexed: &Indexed,
        query: &Query,
        found: Option<&Found>,
        most: u32,
    ) -> Result<(Page, u64), Misplaced> {
        match self {
            Self::Along(along) => along.page(indexed, query, found, most),
            Self::Sorted(sorted) => sorted.page(indexed, query, found, most),
        }
    }
}

impl Listing {
    /// The query with the order of the list, where that is one.
    fn sorted(&self) -> Query {
        match self.order {
            Order::AsLoaded => self.query.clone(),
            Order::By(sort, dir) => Query {
                sort,
                dir,
                ..self.query.clone()
            },
        }
    }
}
