//! Records: their listing by GET and by POST, and single ones.

mod asked;
mod iterators;
mod order;
mod page;
mod query;
mod sort;

pub use asked::{from_body, from_query};
pub use iterators::Iterators;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use jiff::Timestamp;

use super::{
    answer,
    data::Table,
    failure::Failure,
    guard::Caller,
    state::{Inner, State},
};
use crate::sandbox::traffic::wants_empty_page;
use asked::Asked;
use iterators::{Listing, Next, Owner};
use order::Order;
use page::Page;
use query::{Look, Query};

/// Answers with a page of a listing.
pub fn list(
    request: &HttpRequest,
    caller: &Caller,
    state: &Data<State>,
    (table, asked): (Table, Asked),
    now: Timestamp,
) -> Result<HttpResponse, Failure> {
    let query = Query::read(&asked, table)?;
    let wish = Wish {
        owner: Owner::of(caller),
        table,
        query: &query,
        wants_rows: !wants_empty_page(request),
        now,
    };
    let (rows, offset) = match asked.text("offset")? {
        Some(offset) => state.with(|inner| wish.resume(inner, offset))?,
        None => {
            // Sorting may take a while, so it is done before the state is held.
            let order = Order::of(&query, table, &caller.world, now);
            state.with(|inner| wish.begin(inner, order))
        }
    };
    let page = Page {
        query: &query,
        table,
        world: &caller.world,
        now,
    };
    Ok(answer::json(StatusCode::OK, &page.body(rows, offset)))
}

/// The rows of a page, and the offset to the next one.
type Rows = (Vec<u32>, Option<String>);

/// One page that is wanted.
struct Wish<'a> {
    owner: Owner,
    table: Table,
    query: &'a Query,
    wants_rows: bool,
    now: Timestamp,
}

impl Wish<'_> {
    fn begin(&self, inner: &mut Inner, order: Order) -> Rows {
        let (owner, query) = (self.owner.clone(), self.query.clone());
        let listing = Listing::new(owner, self.table, query, order, self.now);
        let controls = &mut inner.saved.controls;
        let life_ms = controls.iterator_life_s.saturating_mul(1_000);
        let fatal = &mut controls.iterators_die_after;
        let number = inner
            .memory
            .iterators
            .begin(listing, fatal, life_ms, self.now);
        self.step(inner, number, 0)
    }

    fn resume(&self, inner: &mut Inner, offset: &str) -> Result<Rows, Failure> {
        let controls = &inner.saved.controls;
        let life_ms = controls.iterator_life_s.saturating_mul(1_000);
        let rules = (controls.iterator_bound, life_ms);
        let asked = (&self.owner, self.table, self.query);
        match inner
            .memory
            .iterators
            .resume(offset, asked, rules, self.now)
        {
            Next::Page(number, start) => Ok(self.step(inner, number, start)),
            Next::Forgotten => Err(Failure::no_iterator()),
            Next::NeverIssued => Err(Failure::bad_offset(offset)),
        }
    }

    fn step(&self, inner: &mut Inner, number: u64, start: usize) -> Rows {
        let is_shortened = inner.saved.controls.short_pages;
        inner.memory.iterators.step(number, start, |listing| {
            let size = if self.wants_rows {
                self.query.page_size
            } else {
                0
            };
            if is_shortened {
                listing.shortened(start, size)
            } else {
                size
            }
        })
    }
}

/// Answers with one record.
pub fn show(
    request: &HttpRequest,
    caller: &Caller,
    (table, record): (Table, &str),
    now: Timestamp,
) -> Result<HttpResponse, Failure> {
    let world = &caller.world;
    let look = Look::read(&from_query(request)?, &query::ONE)?;
    let record = world.record(table, record).ok_or_else(Failure::no_model)?;
    let query = Query::of_one(look);
    let page = Page {
        query: &query,
        table,
        world,
        now,
    };
    Ok(answer::json(StatusCode::OK, &page.row(record)))
}
