//! The index of what is due, built anew from the records where it is missing: after an upgrade from a version
//! without it, or after a Redis that evicts keys has lost it.

use super::super::Connections;
use crate::store::{Walk, keys};
use crate::vault::VaultError;

/// An entry that says that the index is whole. It lies in the index, so that it is lost with it; and it has another name
/// since holders are listed beside the index, so that they are once.
const WHOLE: &str = "whole-with-holders";
/// It is never due.
const NEVER: i64 = i64::MAX / 4096;

impl Connections {
    pub(super) async fn ensure_index(&self) -> Result<(), VaultError> {
        let store = &self.setup.store;
        match store.scheduled(&keys::due(), WHOLE).await {
            Ok(Some(_)) => return Ok(()),
            Ok(None) => {}
            Err(error) if error.is_of_another_type() => {
                tracing::error!("something else lies where the index of what is due belongs");
                store.delete(&keys::due()).await?;
            }
            Err(error) => return Err(error.into()),
        }
        let (mut walk, mut found) = (Walk::default(), 0);
        while let Some(names) = store.walk(keys::CONNECTIONS, &mut walk).await? {
            for name in &names {
                self.setup.vault.restore_index(name).await?;
            }
            found += names.len();
        }
        store.schedule(&keys::due(), WHOLE, NEVER).await?;
        tracing::info!(
            connections = found,
            "the index of what is due was built anew"
        );
        Ok(())
    }
}
