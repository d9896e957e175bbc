//! Authorisations that a program began, and that the person has to confirm.
//!
//! Nobody's browser is tied to them from the beginning, so whoever was led to the provider could give away an account
//! without seeing to whom. The code waits here, sealed, tied to the browser that came back with it, until that browser
//! has shown for whom it is, and somebody said yes. It is good once.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::callback::Returned;
use super::pending::{KEPT, Pending, USED};
use super::refused::{Refused, Visitor};
use super::{Connections, Refusal};
use crate::digest::digest;
use crate::owner::Owner;
use crate::store::keys;
use crate::vault::VaultError;
use crate::vault::cipher::Binding;
use crate::vault::rotate::{ByName, Record};

/// What a rotation of keys has to know of them.
pub const UNCONFIRMED: ByName = ByName {
    title: "authorisations to be confirmed",
    glob: keys::UNCONFIRMED,
    record: |name| {
        let hash = keys::parse_unconfirmed(name)?;
        let key = keys::unconfirmed(hash);
        Some(Record::text_or(USED, key, binding(&[hash])))
    },
};

/// What the person is asked to confirm.
pub struct Unconfirmed {
    /// Who would get access.
    pub owner: Owner,
    /// Until when the answer counts.
    pub until: Timestamp,
}

/// What is kept until then.
#[derive(Serialize, Deserialize)]
struct Waiting {
    pending: Pending,
    code: String,
    /// What ties it to the browser that came back with it.
    browser: String,
}

impl Connections {
    /// Keeps what came back until the person has confirmed it in this browser; answers the id by which it is found.
    pub async fn ask_to_confirm(
        &self,
        returned: Returned,
        browser: &str,
    ) -> Result<String, Refusal> {
        let id = self.setup.entropy.token();
        let hash = digest(&id);
        let waiting = Waiting {
            pending: returned.pending,
            code: returned.code.expose_secret().to_owned(),
            browser: browser.to_owned(),
        };
        let plain = serde_json::to_vec(&waiting).map_err(|_| VaultError::Format)?;
        let sealed = self.setup.ring.seal(binding(&[&hash]), &plain);
        let sealed = sealed.map_err(VaultError::from)?;
        let key = keys::unconfirmed(&hash);
        let kept = self.setup.store.set(&key, &sealed, Some(KEPT)).await;
        kept.map_err(VaultError::from)?;
        Ok(id)
    }

    /// What waits to be confirmed in this browser.
    pub async fn unconfirmed(
        &self,
        provider: &str,
        browser: Option<&str>,
        id: &str,
    ) -> Result<Unconfirmed, Refusal> {
        let waiting = self.waiting(provider, browser, id).await;
        let pending = waiting.map_err(|refused| refused.why.in_window())?.pending;
        Ok(Unconfirmed {
            until: pending.good_until(),
            owner: pending.owner,
        })
    }

    /// Takes it, to be finished or dropped; nobody else can take it after.
    pub async fn take_unconfirmed(
        &self,
        provider: &str,
        browser: Option<&str>,
        id: &str,
        visitor: &Visitor,
    ) -> Result<Returned, Refusal> {
        match self.take_waiting(provider, browser, id).await {
            Ok(returned) => Ok(returned),
            Err(refused) => {
                self.note_refused(provider, visitor, &refused).await;
                Err(refused.why.in_window())
            }
        }
    }

    async fn take_waiting(
        &self,
        provider: &str,
        browser: Option<&str>,
        id: &str,
    ) -> Result<Returned, Refused> {
        // A browser that it does not wait for must not take it away from the other.
        self.waiting(provider, browser, id).await?;
        let key = keys::unconfirmed(&digest(id));
        let sealed = self.setup.store.swap(&key, USED, KEPT).await;
        let sealed = sealed.map_err(|error| Refusal::from(VaultError::from(error)))?;
        let waiting = self.open_waiting(id, sealed)?;
        Ok(Returned {
            pending: waiting.pending,
            code: waiting.code.into(),
        })
    }

    async fn waiting(
        &self,
        provider: &str,
        browser: Option<&str>,
        id: &str,
    ) -> Result<Waiting, Refused> {
        let key = keys::unconfirmed(&digest(id));
        let sealed = self.setup.store.get(&key).await;
        let sealed = sealed.map_err(|error| Refusal::from(VaultError::from(error)))?;
        let waiting = self.open_waiting(id, sealed)?;
        let why = if browser != Some(waiting.browser.as_str()) {
            Refusal::OtherBrowser
        } else if waiting.pending.provider != provider {
            Refusal::OtherProvider
        } else if waiting.pending.good_until() < self.setup.clock.now() {
            Refusal::ExpiredState
        } else {
            return Ok(waiting);
        };
        let whose = Some(waiting.pending.owner);
        Err(Refused { why, whose })
    }

    fn open_waiting(&self, id: &str, sealed: Option<Vec<u8>>) -> Result<Waiting, Refusal> {
        let sealed = sealed.ok_or(Refusal::UnknownState)?;
        if sealed == USED {
            return Err(Refusal::Confirmed);
        }
        let plain = self.setup.ring.open(binding(&[&digest(id)]), &sealed);
        let plain = plain.map_err(VaultError::from)?;
        let waiting = serde_json::from_slice(&plain).map_err(|_| VaultError::Format)?;
        Ok(waiting)
    }
}

fn binding<'a>(parts: &'a [&'a str]) -> Binding<'a> {
    Binding {
        purpose: "unconfirmed",
        parts,
    }
}
