//! Migrations: brings the key space to this program's schema, or says why it must not be touched.
//!
//! The numbered changes stand in `migrations/`, where a README says what one consists of.

use std::time::Duration;

use super::nodes::Node;
use super::walk::Place;
use super::{Store, StoreError, keys};

/// One numbered change of the key space.
pub struct Migration {
    /// The schema number that the store has after it.
    pub number: u32,
    /// The lowest schema number of a program that can work with the store after it.
    pub readable_since: u32,
    /// What to do with each key of a glob; `None` where no key changes.
    pub each: Option<Each>,
}

/// A script for one key, and the glob of the keys it concerns.
pub struct Each {
    /// Glob of key names, as `SCAN … MATCH` takes it.
    pub keys: &'static str,
    /// Lua; the key is `KEYS[1]`.
    pub script: &'static str,
}

/// The changes, in order. A new one is a folder in `migrations/` and a line here.
pub const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    readable_since: 1,
    each: None,
}];

/// The schema that this program knows.
pub const KNOWN: u32 = MIGRATIONS[MIGRATIONS.len() - 1].number;

/// How long one replica may hold the lock without a sign of life.
const LOCK_LIFE: Duration = Duration::from_secs(30);
/// How often a replica that waits for another's migration looks again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The store cannot be brought to this program's schema.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The store was written by a newer program that this one does not understand.
    #[error(
        "the store has schema {found}, which programs older than schema {needed} cannot read; this one knows schema {known}: run a newer Patchbay"
    )]
    TooNew {
        /// The store's schema.
        found: u32,
        /// The oldest schema that may read it.
        needed: u32,
        /// The newest one known here.
        known: u32,
    },
    /// The lock was lost in the middle: this one was slow, and another replica goes on.
    #[error("another replica is migrating the store; start again when it is done")]
    Busy,
    /// Redis failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The schema of the store as it was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Number of the last migration; 0 for an empty store.
    pub number: u32,
    /// The lowest schema number of a program that can work with it.
    pub readable_since: u32,
}

impl Store {
    /// The schema that the store says it has.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let (number, readable_since): (Option<u32>, Option<u32>) = self
            .run(
                redis::cmd("HMGET")
                    .arg(keys::schema())
                    .arg("number")
                    .arg("readable_since"),
            )
            .await?;
        Ok(Schema {
            number: number.unwrap_or(0),
            readable_since: readable_since.unwrap_or(0),
        })
    }

    /// That this program can read the data; an error where a newer one has changed it too much.
    pub async fn readable(&self) -> Result<(), MigrateError> {
        self.up_to_date(KNOWN).await.map(|_| ())
    }

    /// Runs `migrations` that are still due; answers how many there were.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<usize, MigrateError> {
        let known = migrations.last().map_or(0, |last| last.number);
        let mut told = false;
        while !self.up_to_date(known).await? {
            if let Some(lease) = self.acquire(keys::migration_lock(), LOCK_LIFE).await? {
                let result = self.run_due(migrations, &lease).await;
                self.release(lease).await?;
                return result;
            }
            // The lock is renewed while its holder works, and ends by itself if that one dies.
            if !told {
                tracing::info!("waiting for another replica, which migrates the store");
                told = true;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(0)
    }

    /// Whether nothing is due; an error where the store is too new for this program.
    async fn up_to_date(&self, known: u32) -> Result<bool, MigrateError> {
        let found = self.schema().await?;
        if found.readable_since > known {
            return Err(MigrateError::TooNew {
                found: found.number,
                needed: found.readable_since,
                known,
            });
        }
        Ok(found.number >= known)
    }

    async fn run_due(
        &self,
        migrations: &[Migration],
        lease: &super::Lease,
    ) -> Result<usize, MigrateError> {
        let found = self.schema().await?;
        let due: Vec<_> = migrations
            .iter()
            .filter(|migration| migration.number > found.number)
            .collect();
        for migration in &due {
            if let Some(each) = &migration.each {
                self.run_over(migration.number, each, lease).await?;
            }
            self.set_schema(migration).await?;
            tracing::info!(schema = migration.number, "migrated the store");
        }
        Ok(due.len())
    }

    async fn set_schema(&self, migration: &Migration) -> Result<(), StoreError> {
        self.run::<()>(
            redis::cmd("HSET")
                .arg(keys::schema())
                .arg("number")
                .arg(migration.number)
                .arg("readable_since")
                .arg(migration.readable_since),
        )
        .await?;
        self.delete(&keys::migration_cursor()).await.map(drop)
    }

    /// Runs the script on every key of the glob, node by node, from where an earlier run was cut off.
    async fn run_over(
        &self,
        number: u32,
        each: &Each,
        lease: &super::Lease,
    ) -> Result<(), MigrateError> {
        // Once more at the end: slots may have gone over to a node that was done.
        loop {
            let mut all_done = true;
            for node in self.nodes().await? {
                all_done &= !self.run_over_node(number, each, &node, lease).await?;
            }
            if all_done {
                return Ok(());
            }
        }
    }

    /// The same on the keys of one node; answers whether there was something to do.
    async fn run_over_node(
        &self,
        number: u32,
        each: &Each,
        node: &Node,
        lease: &super::Lease,
    ) -> Result<bool, MigrateError> {
        let script = redis::Script::new(each.script);
        let name = format!("{number}@{}", node.share());
        let mut place = self.walk_place(&name).await?;
        let is_left = place.is_some();
        while let Some(from) = place {
            let (next, found) = self.scan(node, &from, each.keys).await?;
            for key in found {
                self.script::<()>(script.prepare_invoke().key(key)).await?;
            }
            self.set_walk_place(&name, next.as_ref()).await?;
            place = next;
            if !self.renew(lease, LOCK_LIFE).await? {
                return Err(MigrateError::Busy);
            }
        }
        Ok(is_left)
    }

    /// Where the walk of a node goes on; `None` when it is done.
    async fn walk_place(&self, name: &str) -> Result<Option<Place>, StoreError> {
        let text: Option<String> = self
            .run(redis::cmd("HGET").arg(keys::migration_cursor()).arg(name))
            .await?;
        Ok(match text.as_deref() {
            None => Some(Place::default()),
            Some("done") => None,
            Some(text) => Some(Place::parse(text)),
        })
    }

    async fn set_walk_place(&self, name: &str, place: Option<&Place>) -> Result<(), StoreError> {
        let text = place.map_or_else(|| "done".to_owned(), Place::to_string);
        self.run(
            redis::cmd("HSET")
                .arg(keys::migration_cursor())
                .arg(name)
                .arg(text),
        )
        .await
    }
}
