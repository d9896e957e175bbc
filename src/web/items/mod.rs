//! Items: the table of them on a connection's page and on one of its own, as files, and each by itself.

mod chips;
pub mod clear;
pub mod export;
mod files;
pub mod index;
pub mod item;
mod pager;
mod picture;
mod place;
pub mod reading;
#[cfg(test)]
mod samples;
mod table;
mod told;

pub use picture::Picture;
pub use table::{Row, Table};
