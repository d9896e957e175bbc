//! What only Airtable has: limits for each base, bases that cannot be read, listings that die, refresh tokens
//! that are good for one try.

mod crowd;
mod limits;
mod lists;
mod tokens;

use super::{Case, hasty};

/// Airtable's stand-in, and somebody who has not connected it.
async fn airtable() -> Case {
    Case::one(hasty(&[]).await, "airtable").await
}
