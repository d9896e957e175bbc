//! Items of a snapshot: how they are stored, how a page of them is found, and how they are written into a file.

mod export;
mod fold;
mod index;
mod packed;
mod query;
mod select;

pub use export::{Encoder, Format};
pub use index::{Builder, Found, Index, Month, Months, Picked, Portrait, Texts};
pub use packed::{Block, Row, Unreadable, modern, pack, unpack, unpack_row};
pub use query::{BadQuery, Dir, MAX_ID, Order, Query, Sort, View};
pub use select::{Kinds, Selection};
