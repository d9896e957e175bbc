//! Connections taken along from one Patchbay to another, beside the one that serves.

use tokio_util::sync::CancellationToken;

use super::base::Base;
use super::commands::{refuse_unready, with_store};
use super::{Extras, StartError, parts};
use crate::config::Config;
use crate::transfer::Transfer;
use crate::vault::Observer;

/// Takes connections along, as `patchbay export` and `import` do; answers what came of it.
pub async fn with_transfer<T>(
    mut config: Config,
    work: impl AsyncFnOnce(&Transfer) -> T,
) -> Result<T, StartError> {
    let extras = Extras::default();
    parts::ensure_keys(&mut config, &extras.entropy)?;
    let to_its_end = CancellationToken::new();
    with_store(&config, &to_its_end, async |store| {
        refuse_unready(&config, &store).await?;
        let base = Base::new(&config, &extras, store)?;
        let vault = base.vault(&config, Observer::none());
        let loads = base.loads(&config, &vault);
        let transfer = base.transfer(&config, vault, loads);
        Ok(work(&transfer).await)
    })
    .await
}
