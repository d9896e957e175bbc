//! The server's side of paging: an offset points at a listing that dies when it rests too long.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{order::Order, query::Query};
use crate::sandbox::{
    airtable::{
        controls::Bound,
        data::{
            Table,
            id::{Place, decode, encode},
        },
        guard::Caller,
    },
    clock, opaque,
};

/// Rows from here on are in no table; they stand in the offset of a page without rows.
const NO_ROW: u32 = 0x80_0000;
/// More listings than that are not remembered.
const MOST: usize = 10_000;

/// Whose a listing is. The token is kept as its hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    grant: String,
    token: String,
}

/// One listing.
#[derive(Debug)]
pub struct Listing {
    owner: Owner,
    table: Table,
    query: Query,
    order: Order,
    last_used: Timestamp,
    pages: u64,
    /// It dies once it has given so many pages.
    dies_after: Option<u64>,
    /// Which place each offset leads to, by the row that it names.
    issued: BTreeMap<u32, usize>,
    empty_pages: u32,
}

/// Every listing that is remembered.
#[derive(Debug, Default)]
pub struct Iterators {
    listings: BTreeMap<u64, Listing>,
    begun: u64,
}

/// Where an offset leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// To this place of this listing.
    Page(u64, usize),
    /// To a listing that is gone.
    Forgotten,
    /// Nowhere: it was not issued for this table, query and owner.
    NeverIssued,
}

impl Owner {
    pub fn of(caller: &Caller) -> Self {
        Self {
            grant: caller.grant.clone(),
            token: opaque::s256(&caller.token),
        }
    }
}

impl Listing {
    pub fn new(owner: Owner, table: Table, query: Query, order: Order, now: Timestamp) -> Self {
        Self {
            owner,
            table,
            query,
            order,
            last_used: now,
            pages: 0,
            dies_after: None,
            issued: BTreeMap::new(),
            empty_pages: 0,
        }
    }

    /// A size that is smaller now and then. Nothing forbids Airtable that, and only the offset tells the end.
    pub fn shortened(&self, start: usize, size: usize) -> usize {
        let draw = self.table.draw(30 + start as u64);
        if size > 1 && draw.is_multiple_of(3) {
            1 + usize::try_from(draw / 3 % (size as u64 - 1)).unwrap_or_default()
        } else {
            size
        }
    }

    fn is_over(&self, life_ms: i64, now: Timestamp) -> bool {
        let rests = now >= clock::plus_ms(self.last_used, life_ms);
        rests || self.dies_after.is_some_and(|pages| self.pages >= pages)
    }

    /// The row that the offset to `next` names: the last one of the page, as recorded.
    fn issue(&mut self, next: usize, last: Option<u32>) -> u32 {
        let row = last.unwrap_or_else(|| {
            self.empty_pages += 1;
            NO_ROW + self.empty_pages
        });
        self.issued.insert(row, next);
        row
    }
}

impl Iterators {
    /// How many listings are remembered.
    pub fn count(&self) -> usize {
        self.listings.len()
    }

    /// Remembers a new listing and says its number. `fatal` is after how many pages it dies if it has more; the
    /// listing that takes it sets it back to nothing.
    pub fn begin(
        &mut self,
        mut listing: Listing,
        fatal: &mut u64,
        life_ms: i64,
        now: Timestamp,
    ) -> u64 {
        self.listings
            .retain(|_, listing| !listing.is_over(life_ms, now));
        while self.listings.len() >= MOST {
            self.listings.pop_first();
        }
        let pages = listing
            .order
            .length()
            .div_ceil(listing.query.page_size.max(1)) as u64;
        if *fatal > 0 && pages > *fatal {
            listing.dies_after = Some(std::mem::take(fatal));
        }
        // With the moment in it a number does not come again after a restart.
        self.begun = (self.begun + 1) & 0xffff;
        let moment = now.as_millisecond().unsigned_abs();
        let number = moment << 16 | self.begun;
        self.listings.insert(number, listing);
        number
    }

    /// Where an offset leads. Time tells whether its listing is still there.
    pub fn resume(
        &mut self,
        offset: &str,
        (owner, table, query): (&Owner, Table, &Query),
        (bound, life_ms): (Bound, i64),
        now: Timestamp,
    ) -> Next {
        let Some((number, row)) = read(offset, table) else {
            return Next::NeverIssued;
        };
        let Some(listing) = self.listings.get_mut(&number) else {
            return Next::Forgotten;
        };
        let is_same =
            listing.owner.grant == owner.grant && listing.table == table && listing.query == *query;
        let Some(place) = listing.issued.get(&row).copied().filter(|_| is_same) else {
            return Next::NeverIssued;
        };
        let is_refreshed = bound == Bound::Token && listing.owner.token != owner.token;
        if is_refreshed || listing.is_over(life_ms, now) {
            self.listings.remove(&number);
            return Next::Forgotten;
        }
        listing.last_used = now;
        Next::Page(number, place)
    }

    /// The rows of a page that begins at `start`, and the offset to the next one if there is one.
    pub fn step(
        &mut self,
        number: u64,
        start: usize,
        size: impl FnOnce(&Listing) -> usize,
    ) -> (Vec<u32>, Option<String>) {
        let Some(listing) = self.listings.get_mut(&number) else {
            return (Vec::new(), None);
        };
        let end = (start + size(listing)).min(listing.order.length());
        let rows: Vec<u32> = (start..end)
            .filter_map(|place| listing.order.at(place))
            .collect();
        listing.pages += 1;
        if end >= listing.order.length() {
            return (rows, None);
        }
        let row = listing.issue(end, rows.last().copied());
        let row = listing.table.place(row).id("rec");
        (rows, Some(format!("{}/{row}", encode("itr", number))))
    }
}

/// The number and the row in an offset, if it has the form of those that were issued for this table.
fn read(offset: &str, table: Table) -> Option<(u64, u32)> {
    let (iterator, record) = offset.split_once('/')?;
    let place = Place::of_id("rec", record)?;
    let is_here = place == table.place(place.row);
    Some((decode("itr", iterator)?, place.row)).filter(|_| is_here)
}
