//! The memory that exports may take, all of them together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::load::LoadError;

/// In MiB: two large exports at once, or many small ones. It is a quarter of what a Patchbay shall do with.
const ALL: usize = 64;
/// The most that one takes: a million contacts are about a dozen batches of it.
const MOST: u32 = 32;
/// Items that a MiB is meant for.
const ITEMS_A_MIB: u64 = 2_500;
/// How long an export waits for others to end. Those who wait get their place in the order in which they came.
const WAIT: Duration = Duration::from_secs(10);

/// See the module.
pub(in crate::load) struct Room(Arc<Semaphore>);

/// A part of the room, given back when it is dropped.
pub(super) struct Place(OwnedSemaphorePermit);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(ALL)))
    }
}

impl Room {
    /// A place for an export of a snapshot of so many items.
    pub(super) async fn place(&self, items: u64) -> Result<Place, LoadError> {
        let mib = u32::try_from(1 + items / ITEMS_A_MIB)
            .unwrap_or(MOST)
            .min(MOST);
        let place = Arc::clone(&self.0).acquire_many_owned(mib);
        match timeout(WAIT, place).await {
            Ok(Ok(place)) => Ok(Place(place)),
            _ => Err(LoadError::Crowded),
        }
    }
}

impl Place {
    /// Bytes that a batch may take.
    pub(super) fn bytes(&self) -> usize {
        self.0.num_permits() << 20
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn as_many_run_as_there_is_room_for() {
        let room = Room::default();
        let (one, _other) = (room.place(1_000_000).await, room.place(u64::MAX).await);
        assert!(matches!(room.place(1).await, Err(LoadError::Crowded)));
        let soon = async {
            tokio::time::sleep(WAIT / 2).await;
            drop(one);
        };
        let (place, ()) = tokio::join!(room.place(1), soon);
        assert!(place.is_ok(), "it waits for those who end in time");
        let small = (0..31).map(|_| room.place(100));
        let small = futures_util::future::join_all(small).await;
        assert!(small.iter().all(Result::is_ok), "many small ones");
    }
}
