//! Items of a snapshot: how they are stored, and how a page of them is found.

mod fold;
mod index;
mod packed;
mod query;
mod select;

pub use index::{Builder, Found, Index, Picked, Texts};
pub use packed::{Block, Row, Unreadable, modern, pack, unpack};
pub use query::{BadQuery, Dir, Query, Sort};
pub use select::Selection;
