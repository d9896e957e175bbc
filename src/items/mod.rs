//! Items of a snapshot: filter, sort, page.

mod query;
mod select;

pub use query::{BadQuery, Dir, Query, Sort};
pub use select::{PageSource, Selection, Selector};
