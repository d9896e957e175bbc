//! What pages say of a connection, a load and its items: plain values for the templates.

mod account;
mod banners;
mod facts;
mod head;
mod health;
mod progress;

pub use account::AccountSide;
pub use banners::shortfalls;
pub use facts::{Facts, Renewal};
pub use head::{Chip, Head, LONGEST_ACCOUNT};
pub use health::{Trouble, why_ended};
pub use progress::Progress;

/// A message across the page.
pub struct Banner {
    /// Its colour: `info`, `warn` or `danger`.
    pub tone: &'static str,
    /// What is the matter.
    pub title: String,
    /// What it means and what to do.
    pub text: String,
}
