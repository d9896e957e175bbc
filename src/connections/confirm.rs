//! Authorisations that a program began, and that the person has to confirm.
//!
//! Nobody's browser is tied to them from the beginning, so whoever was led to the provider could give away an account
//! without seeing to whom. The code waits here, sealed, tied to the browser that came back with it, until that browser
//! has shown for whom it is, and somebody said yes. It is good once.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::callback::Returned;
use super::pending::Pending;
use super::refused::{Refused, Visitor};
use super::{Connections, Refusal};
use crate::owner::Owner;
use crate::store::keys;
use crate::vault::once::{Awaited, Found, Kind};
use crate::vault::rotate::ByName;

/// What a rotation of keys has to know of them.
pub const UNCONFIRMED: ByName = ByName {
    title: "authorisations to be confirmed",
    glob: keys::UNCONFIRMED,
    record: |name| Some(KIND.record(keys::parse_unconfirmed(name)?)),
};

static KIND: Kind = Kind {
    purpose: "unconfirmed",
    key: keys::unconfirmed,
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

impl Awaited for Waiting {
    fn begun_at(&self) -> Timestamp {
        self.pending.created_at
    }
}

impl Connections {
    /// Keeps what came back until the person has confirmed it in this browser; answers the id by which it is found.
    pub async fn ask_to_confirm(
        &self,
        returned: Returned,
        browser: &str,
    ) -> Result<String, Refusal> {
        let id = self.setup.entropy.token();
        let waiting = Waiting {
            pending: returned.pending,
            code: returned.code.expose_secret().to_owned(),
            browser: browser.to_owned(),
        };
        self.once(&KIND).keep(&id, &waiting).await?;
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
        let waiting = waiting.map_err(|refused| refused.why.in_window())?;
        Ok(Unconfirmed {
            until: waiting.good_until(),
            owner: waiting.pending.owner,
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
        let taken = self.once(&KIND).take(id).await;
        let waiting = opened(taken.map_err(Refusal::from)?)?;
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
        let found = self.once(&KIND).look(id).await.map_err(Refusal::from)?;
        let late = matches!(found, Found::Expired(_));
        let waiting = opened(found)?;
        let why = if browser != Some(waiting.browser.as_str()) {
            Refusal::OtherBrowser
        } else if waiting.pending.provider != provider {
            Refusal::OtherProvider
        } else if late {
            Refusal::ExpiredState
        } else {
            return Ok(waiting);
        };
        let whose = Some(waiting.pending.owner);
        Err(Refused { why, whose })
    }
}

/// What waits, also if it has waited too long.
fn opened(found: Found<Waiting>) -> Result<Waiting, Refusal> {
    match found {
        Found::Good(waiting) | Found::Expired(waiting) => Ok(waiting),
        Found::Used => Err(Refusal::Confirmed),
        Found::Nothing => Err(Refusal::UnknownState),
    }
}
