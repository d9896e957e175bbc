//! What somebody entered when access had ended, kept while they reconnect. Sealed, and bound to its owner.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Contacts, Entered};
use crate::owner::Owner;
use crate::store::keys;
use crate::vault::VaultError;
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};

/// How long it is kept.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// The drafts, for a rotation of the keys that seal them.
pub const DRAFTS: ByName = ByName {
    title: "drafts of contacts",
    glob: keys::DRAFTS,
    record: |name| {
        let found = keys::parse_owned(name)?;
        let (owner, id) = (&found.owner, &found.provider[..]);
        let parts = [&owner.org[..], &owner.user, id];
        Some(Record::text(keys::draft(owner, id), binding(&parts)))
    },
};

/// What was entered, and for which contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The provider's id.
    pub provider: String,
    /// The contact's id; `None` for a new one.
    pub contact: Option<String>,
    /// What was entered.
    pub entered: Entered,
}

impl Contacts {
    /// Keeps a draft; answers its id.
    pub async fn keep_draft(&self, owner: &Owner, draft: &Draft) -> Result<String, VaultError> {
        let id = self.setup.entropy.token();
        let plain = serde_json::to_vec(draft).map_err(|_| VaultError::Format)?;
        let parts = [&owner.org[..], &owner.user, &id];
        let sealed = self.setup.ring.seal(binding(&parts), &plain)?;
        let key = keys::draft(owner, &id);
        self.setup.store.set(&key, &sealed, Some(KEPT)).await?;
        Ok(id)
    }

    /// A draft for a contact of a provider. What is gone, cannot be read or is for another contact counts as none.
    pub async fn draft(
        &self,
        owner: &Owner,
        id: &str,
        (provider, contact): (&str, Option<&str>),
    ) -> Result<Option<Draft>, VaultError> {
        let sealed = self.setup.store.get(&keys::draft(owner, id)).await?;
        let parts = [&owner.org[..], &owner.user, id];
        let plain = sealed.and_then(|sealed| {
            let plain = self.setup.ring.open(binding(&parts), &sealed);
            plain
                .inspect_err(|error| tracing::warn!(provider, %error, "a draft cannot be read"))
                .ok()
        });
        let draft = plain.and_then(|plain| serde_json::from_slice::<Draft>(&plain).ok());
        let fits =
            |draft: &Draft| draft.provider == provider && draft.contact.as_deref() == contact;
        Ok(draft.filter(fits))
    }

    /// Lets a draft go, which is of no more use. One that stays ends by itself.
    pub async fn drop_draft(&self, owner: &Owner, id: &str) {
        if let Err(error) = self.setup.store.delete(&keys::draft(owner, id)).await {
            tracing::debug!(%error, "a draft could not be dropped");
        }
    }
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "draft",
        parts,
    }
}
