//! The memory that exports may take, all of them together, and what of it one person may have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::load::LoadError;
use crate::owner::Owner;

/// In MiB: two large exports at once, or many small ones. It is a quarter of what a Patchbay shall do with.
const ALL: usize = 64;
/// The most that one takes: a million contacts are about a dozen batches of it.
const MOST: u32 = 32;
/// What a large one is content with where the most is not free, or where its owner has another one already: so the two
/// largest of one person leave room for somebody else's.
const ENOUGH: u32 = 16;
/// Items that a MiB is meant for.
const ITEMS_A_MIB: u64 = 2_500;
/// Exports of an owner at once.
const OF_ONE_OWNER: usize = 2;
/// How long an export waits for others to end. Those who wait get their place in the order in which they came.
const WAIT: Duration = Duration::from_secs(10);

/// See the module.
pub(in crate::load) struct Room {
    all: Arc<Semaphore>,
    /// Those whose exports run or wait.
    owners: Mutex<HashMap<Owner, Weak<Semaphore>>>,
}

/// A part of the room, given back when it is dropped.
pub(super) struct Place {
    memory: OwnedSemaphorePermit,
    _own: OwnedSemaphorePermit,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(ALL)),
            owners: Mutex::default(),
        }
    }
}

impl Room {
    /// A place for an owner's export of a snapshot of so many items.
    pub(super) async fn place(&self, owner: &Owner, items: u64) -> Result<Place, LoadError> {
        let until = Instant::now() + WAIT;
        let share = self.share(owner);
        let own = timeout_at(until, Arc::clone(&share).acquire_owned()).await;
        let Ok(Ok(own)) = own else {
            return Err(LoadError::OwnCrowded);
        };
        let most = match share.available_permits() {
            0 => ENOUGH,
            _ => MOST,
        };
        let wanted = u32::try_from(1 + items / ITEMS_A_MIB).unwrap_or(most);
        let memory = timeout_at(until, self.memory(wanted.min(most))).await;
        let memory = memory.ok().flatten().ok_or(LoadError::Crowded)?;
        Ok(Place { memory, _own: own })
    }

    /// So many MiB, or enough of them as soon as there are.
    async fn memory(&self, wanted: u32) -> Option<OwnedSemaphorePermit> {
        let at_once = Arc::clone(&self.all).try_acquire_many_owned(wanted);
        if let Ok(memory) = at_once {
            return Some(memory);
        }
        let enough = wanted.min(ENOUGH);
        Arc::clone(&self.all).acquire_many_owned(enough).await.ok()
    }

    /// What an owner's exports share. It is forgotten when none of them runs or waits any more.
    fn share(&self, owner: &Owner) -> Arc<Semaphore> {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = owners.get(owner).and_then(Weak::upgrade) {
            return share;
        }
        owners.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(OF_ONE_OWNER));
        owners.insert(owner.clone(), Arc::downgrade(&share));
        share
    }
}

impl Place {
    /// Bytes that a batch may take.
    pub(super) fn bytes(&self) -> usize {
        self.memory.num_permits() << 20
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    fn owner(user: &str) -> Owner {
        Owner {
            org: "acme".to_owned(),
            user: user.to_owned(),
        }
    }

    /// The MiB of a place, if it was given.
    fn mib(place: &Result<Place, LoadError>) -> Option<usize> {
        place.as_ref().ok().map(|place| place.bytes() >> 20)
    }

    #[tokio::test(start_paused = true)]
    async fn as_many_run_as_there_is_room_for() {
        let room = Room::default();
        let (ada, bob, cleo) = (owner("ada"), owner("bob"), owner("cleo"));
        let one = room.place(&ada, 1_000_000).await;
        let _other = room.place(&bob, u64::MAX).await;
        let crowded = room.place(&cleo, 1).await;
        assert!(matches!(crowded, Err(LoadError::Crowded)));
        let soon = async {
            tokio::time::sleep(WAIT / 2).await;
            drop(one);
        };
        let (place, ()) = tokio::join!(room.place(&cleo, 1), soon);
        assert!(place.is_ok(), "it waits for those who end in time");
        let many: Vec<Owner> = (0..31).map(|nth| owner(&nth.to_string())).collect();
        let small = join_all(many.iter().map(|owner| room.place(owner, 100))).await;
        assert!(small.iter().all(Result::is_ok), "many small ones");
    }

    #[tokio::test(start_paused = true)]
    async fn one_person_leaves_room_for_others() {
        let room = Room::default();
        let (ada, bob) = (owner("ada"), owner("bob"));
        let mut hers = vec![
            room.place(&ada, u64::MAX).await,
            room.place(&ada, u64::MAX).await,
        ];
        let taken: Vec<_> = hers.iter().map(mib).collect();
        assert_eq!(taken, [Some(32), Some(16)]);
        let third = room.place(&ada, 1).await;
        assert!(matches!(third, Err(LoadError::OwnCrowded)));
        let large = room.place(&bob, u64::MAX).await;
        assert_eq!(mib(&large), Some(16), "as large a one as there is room for");
        let soon = async {
            tokio::time::sleep(WAIT / 2).await;
            hers.pop();
        };
        let (place, ()) = tokio::join!(room.place(&ada, 1), soon);
        assert!(place.is_ok(), "it waits for her own");
    }

    #[tokio::test(start_paused = true)]
    async fn who_exports_no_more_is_forgotten() {
        let room = Room::default();
        for nth in 0..100 {
            let place = room.place(&owner(&nth.to_string()), 1).await;
            drop(place.expect("a place"));
        }
        let known = room.owners.lock().expect("sound").len();
        assert_eq!(known, 1, "the last one, until another comes");
    }
}
