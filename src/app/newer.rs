//! Data that a newer Patchbay has brought to its schema, as one sees it that runs already.

use std::time::Duration;

use crate::store::Store;
use crate::store::migrate::MigrateError;

/// How often it is looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Waits until the data is of a schema that this program cannot read. Whoever wrote to it any more would spoil it.
pub(super) async fn found(store: &Store) -> MigrateError {
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        // A store that is away says nothing of its schema.
        if let Err(error @ MigrateError::TooNew { .. }) = store.readable().await {
            return error;
        }
    }
}
