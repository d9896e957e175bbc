//! A program says that the provider refused a token that it had from here.

use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Checked, Connections};
use crate::activity::{Action, By, Entry};
use crate::owner::Owner;
use crate::vault::{Counted, Reader, TokenError};

/// What a report of a refused token came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// Another token is stored by now: ask for it.
    NotCurrent,
    /// It was the stored one, and another has taken its place.
    Renewed,
    /// It is the stored one, it cannot be renewed, and the provider takes it: nothing was changed.
    Works,
}

impl Connections {
    /// Takes a report that the provider answered 401 to the token with this SHA-256.
    pub async fn report_rejected(
        &self,
        owner: &Owner,
        provider: &str,
        digest: &[u8; 32],
        (reader, by): (&Reader, &By),
    ) -> Result<Reported, TokenError> {
        let vault = &self.setup.vault;
        if vault.note_report(owner, provider, reader).await == Counted::First {
            let entry = Entry::of(by, owner, Action::TokenRejected).at(provider);
            self.setup.activity.note(&entry).await;
        }
        let stored = vault.get(owner, provider).await?;
        let credential = stored
            .ok_or(TokenError::NotConnected)?
            .connection
            .credential;
        let own = Sha256::digest(credential.access.expose_secret().as_bytes());
        if !bool::from(own.as_slice().ct_eq(digest)) {
            return Ok(Reported::NotCurrent);
        }
        if credential.refresh.is_none() {
            return self.ask_whether_it_works(owner, provider).await;
        }
        let renewed = vault.rejected(owner, provider, &credential.access).await;
        renewed.map(|_| Reported::Renewed)
    }

    /// A token that cannot be renewed is not given up for a program's word.
    async fn ask_whether_it_works(
        &self,
        owner: &Owner,
        provider: &str,
    ) -> Result<Reported, TokenError> {
        match self.check(owner, provider).await {
            Checked::Works { .. } => Ok(Reported::Works),
            Checked::NoToken(error) => Err(error),
            Checked::NotConfigured => Err(TokenError::Misconfigured),
            Checked::Failed(_) | Checked::Late => Err(TokenError::Passing),
        }
    }
}
