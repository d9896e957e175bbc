//! What only Notion has: walks of a search that dies and shifts, sharing page by page, tokens without an end.

mod sharing;
mod tokens;
mod walks;

use super::{Case, hasty};

/// Notion's stand-in, and somebody who has not connected it.
async fn notion() -> Case {
    Case::one(hasty(&[]).await, "notion").await
}
