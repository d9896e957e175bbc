//! What is done to a store beside the Patchbay that serves from it: migrations, the rotation of keys, API keys,
//! accounts.

use tokio_util::sync::CancellationToken;

use super::{StartError, parts, ready};
use crate::alias::Names;
use crate::clock::{Clock, Entropy};
use crate::config::{Config, RedisTarget};
use crate::identity::{ApiKeys, People};
use crate::store::Store;
use crate::store::embedded::{Embedded, Joined};
use crate::store::migrate::MIGRATIONS;
use crate::vault::rotate::{self, Event, Figures, Kind, Mode};
use crate::{connections, contacts, idempotency, identity, load};

/// All that is sealed.
const SEALED: &[&dyn Kind] = &[
    &rotate::CONNECTIONS,
    &connections::PENDING,
    &connections::UNCONFIRMED,
    &connections::CANDIDATES,
    &identity::SIGNING_IN,
    &contacts::DRAFTS,
    &idempotency::ANSWERED,
    &load::SNAPSHOTS,
    &load::RUNNING,
    &load::CHANGES,
];

/// Migrates the store alone, as `patchbay migrate` does; answers how many migrations were due.
pub async fn migrate(mut config: Config) -> Result<usize, StartError> {
    if matches!(config.redis.target, RedisTarget::Embedded) {
        // A data folder with data and no keys is one that has lost them.
        parts::ensure_keys(&mut config, &Entropy::system())?;
    }
    let to_its_end = CancellationToken::new();
    let work = async |store: Store| Ok(store.migrate(MIGRATIONS).await?);
    with_store(&config, &to_its_end, work).await
}

/// Seals anew with the first key what an older one sealed, as `patchbay keys rotate` does; answers the figures
/// of each kind of records. `stop` ends it in order, between two records.
pub async fn rotate(
    mut config: Config,
    mode: Mode,
    stop: &CancellationToken,
    tell: impl FnMut(Event<'_>),
) -> Result<Vec<Figures>, StartError> {
    let entropy = Entropy::system();
    parts::ensure_keys(&mut config, &entropy)?;
    let ring = parts::ring(&config.keys, &entropy)?;
    with_store(&config, stop, async |store| {
        refuse_unready(&config, &store).await?;
        rotate::rotate(&store, &ring, SEALED, mode, tell)
            .await
            .map_err(StartError::BrokeOff)
    })
    .await
}

/// Works with the API keys of everybody, as `patchbay key` does; answers what came of it.
pub async fn with_api_keys<T>(
    config: &Config,
    work: impl AsyncFnOnce(ApiKeys) -> T,
) -> Result<T, StartError> {
    let to_its_end = CancellationToken::new();
    with_store(config, &to_its_end, async |store| {
        refuse_unready(config, &store).await?;
        let keys = ApiKeys::new(store, Clock::system(), Entropy::system());
        Ok(work(keys).await)
    })
    .await
}

/// What the log calls people, as `patchbay user list` shows it; `None` without a session key.
pub fn names_in_log(config: &mut Config) -> Result<Option<Names>, StartError> {
    parts::ensure_keys(config, &Entropy::system())?;
    Ok(parts::names(&config.keys))
}

/// Works with everybody's accounts, as `patchbay user` does; answers what came of it.
pub async fn with_people<T>(
    mut config: Config,
    work: impl AsyncFnOnce(People) -> T,
) -> Result<T, StartError> {
    let entropy = Entropy::system();
    parts::ensure_keys(&mut config, &entropy)?;
    let setup = parts::setup_key(&config)?;
    let to_its_end = CancellationToken::new();
    with_store(&config, &to_its_end, async |store| {
        refuse_unready(&config, &store).await?;
        let people = People::new(store, Clock::system(), entropy, setup);
        Ok(work(people).await)
    })
    .await
}

/// Where everything is kept, in words for an operator, who may have meant another place.
pub fn place(config: &Config) -> String {
    match &config.redis.target {
        RedisTarget::Embedded => {
            let folder = &config.server.data_dir;
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
            format!("the data folder {}", folder.display())
        }
        other => format!("Redis at {}", other.place()),
    }
}

/// Lets nothing work with a store that is not of this version.
pub(super) async fn refuse_unready(config: &Config, store: &Store) -> Result<(), StartError> {
    match store.not_ready().await {
        Some(why) => Err(StartError::NotReady(place(config), why)),
        None => Ok(()),
    }
}

/// Works with the store of a configuration, until `stop`; an embedded one is shared with the Patchbay that uses
/// it, if one does.
pub(super) async fn with_store<T>(
    config: &Config,
    stop: &CancellationToken,
    work: impl AsyncFnOnce(Store) -> Result<T, StartError>,
) -> Result<T, StartError> {
    let stopped = || Err(StartError::Stopped);
    let joined = match config.redis.target {
        RedisTarget::Embedded => {
            let join = Embedded::join(&config.server.data_dir);
            let Some(joined) = stop.run_until_cancelled(join).await else {
                return stopped();
            };
            Some(joined?)
        }
        _ => None,
    };
    let target = parts::target(&config.redis, joined.as_ref().map(Joined::url))?;
    let store = Store::new(&target, Entropy::system())?;
    let work = async {
        ready::wait_for(&store, &config.redis).await?;
        work(store.clone()).await
    };
    let done = stop.run_until_cancelled(work).await;
    ready::stop(joined.map(Joined::stop)).await;
    done.unwrap_or_else(stopped)
}
