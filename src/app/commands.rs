//! What is done to a store beside the Patchbay that serves from it: migrations, the rotation of keys, a look at
//! what it may lose.

use super::{StartError, parts, ready};
use crate::clock::Entropy;
use crate::config::{Config, RedisTarget};
use crate::store::embedded::{Embedded, Joined};
use crate::store::migrate::MIGRATIONS;
use crate::store::{Store, Warning};
use crate::vault::rotate::{self, Event, Figures, Kind, Mode};
use crate::{connections, load};

/// All that is sealed.
const SEALED: &[&dyn Kind] = &[
    &rotate::CONNECTIONS,
    &connections::PENDING,
    &load::SNAPSHOTS,
    &load::RUNNING,
];

/// Migrates the store alone, as `patchbay migrate` does; answers how many migrations were due.
pub async fn migrate(config: &Config) -> Result<usize, StartError> {
    with_store(config, async |store| Ok(store.migrate(MIGRATIONS).await?)).await
}

/// Seals anew with the first key what an older one sealed, as `patchbay keys rotate` does; answers the figures
/// of each kind of records.
pub async fn rotate(
    mut config: Config,
    mode: Mode,
    tell: impl FnMut(Event<'_>),
) -> Result<Vec<Figures>, StartError> {
    let entropy = Entropy::system();
    parts::ensure_keys(&mut config, &entropy)?;
    let ring = parts::ring(&config.keys, &entropy)?;
    with_store(&config, async |store| {
        if let Some(why) = store.not_ready().await {
            return Err(StartError::NotReady(why));
        }
        rotate::rotate(&store, &ring, SEALED, mode, tell)
            .await
            .map_err(StartError::BrokeOff)
    })
    .await
}

/// What an outside Redis may lose, as `patchbay config` shows it. The embedded one is set up to lose nothing,
/// and is not started for this.
pub async fn warnings(config: &Config) -> Result<Vec<Warning>, StartError> {
    if matches!(config.redis.target, RedisTarget::Embedded) {
        return Ok(Vec::new());
    }
    let target = parts::target(&config.redis, None)?;
    let store = Store::new(&target, Entropy::system())?;
    store.warnings().await.map_err(StartError::Settings)
}

/// Works with the store of a configuration; an embedded one is shared with the Patchbay that uses it, if one
/// does.
async fn with_store<T>(
    config: &Config,
    work: impl AsyncFnOnce(Store) -> Result<T, StartError>,
) -> Result<T, StartError> {
    let joined = match config.redis.target {
        RedisTarget::Embedded => Some(Embedded::join(&config.server.data_dir).await?),
        _ => None,
    };
    let target = parts::target(&config.redis, joined.as_ref().map(Joined::url))?;
    let store = Store::new(&target, Entropy::system())?;
    let done = match ready::wait_for(&store).await {
        Ok(()) => work(store).await,
        Err(error) => Err(error),
    };
    ready::stop(joined.map(Joined::stop)).await;
    done
}
