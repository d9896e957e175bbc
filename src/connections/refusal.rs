//! Why a callback is refused, and how a page says it.

use super::pending::Pending;
use crate::error::{Failure, Kind};
use crate::outbound::CallError;
use crate::outbound::oauth::GrantError;
use crate::providers::GrantFailure;
use crate::vault::VaultError;

/// Where to go on after most refusals.
const AGAIN: &str = "Nothing was stored. Go to Connections and connect again.";
/// The same in a window that a program opened, whose person need not know our other pages.
const AGAIN_THERE: &str = "Nothing was stored. Connect again where you came from.";
const CLOSE: &str = "You can close this window.";

/// Why a callback is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It has no state.
    #[error("no state")]
    MissingState,
    /// Nothing was begun with this state.
    #[error("unknown state")]
    UnknownState,
    /// It was begun too long ago.
    #[error("expired state")]
    ExpiredState,
    /// It has been used.
    #[error("used state")]
    UsedState,
    /// It was begun for another provider.
    #[error("state of another provider")]
    OtherProvider,
    /// It was begun in another browser session.
    #[error("state of another session")]
    OtherSession,
    /// It waits to be confirmed in another browser.
    #[error("waits in another browser")]
    OtherBrowser,
    /// It was confirmed, or dropped, already.
    #[error("confirmed already")]
    Confirmed,
    /// Someone else than the provider sent it.
    #[error("wrong issuer")]
    WrongIssuer,
    /// It has neither code nor error.
    #[error("no code")]
    MissingCode,
    /// The provider reports an error other than a denial.
    #[error("the provider reports {0}")]
    Reported(String),
    /// The provider is not configured any more.
    #[error("not configured")]
    NotConfigured,
    /// The code was not exchanged.
    #[error("the exchange failed: the provider {error}")]
    Exchange {
        /// What it means.
        failure: GrantFailure,
        /// What happened.
        error: GrantError,
    },
    /// The provider does not say whose grant it is.
    #[error("the account is unknown: the provider {0}")]
    Account(CallError),
    /// It cannot be stored just now.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The task that was to make it is gone.
    #[error("the exchange broke off")]
    Dropped,
    /// It was begun by a program, so that the person sits in a window of its own.
    #[error(transparent)]
    InWindow(Box<Refusal>),
}

impl Refusal {
    /// The same, where a program began what is refused.
    pub(super) fn of(self, pending: &Pending) -> Self {
        match pending.session {
            Some(_) => self,
            None => self.in_window(),
        }
    }

    pub(super) fn in_window(self) -> Self {
        Self::InWindow(Box::new(self))
    }

    /// Why, in words that hold nothing of what was sent, for the trail; `None` for a fault of our own.
    pub(super) fn reason(&self) -> Option<&'static str> {
        Some(match self {
            Self::MissingState => "it has no state",
            Self::UnknownState => "its state is unknown",
            Self::ExpiredState => "its state has expired",
            Self::UsedState => "its state was used before",
            Self::OtherProvider => "it was begun for another provider",
            Self::OtherSession => "it was begun in another browser session",
            Self::OtherBrowser => "it waits in another browser",
            Self::Confirmed => "it was answered before",
            Self::WrongIssuer => "it comes from another issuer",
            Self::MissingCode => "it has no code",
            Self::Reported(_) => "the provider reports an error",
            Self::NotConfigured => "the provider is not configured",
            Self::Exchange { .. } => "the provider did not exchange the code",
            Self::Account(_) => "the provider did not say which account it is",
            Self::InWindow(refusal) => return refusal.reason(),
            Self::Vault(_) | Self::Dropped => return None,
        })
    }

    /// The refusal in words, for a page; `name` is the provider's.
    pub fn into_failure(self, name: &str) -> Failure {
        match self {
            // What our store keeps from being done can be tried again from there.
            Self::InWindow(refusal) if !matches!(*refusal, Self::Vault(_)) => {
                let mut failure = refusal.words(name, AGAIN_THERE);
                failure.message = format!("{} {CLOSE}", failure.message).into();
                failure
            }
            refusal => refusal.words(name, AGAIN),
        }
    }

    fn words(self, name: &str, again: &'static str) -> Failure {
        let cause = self.to_string();
        let bad = |title: String| Failure::new(Kind::BadRequest, title, again);
        let failure = match self {
            Self::MissingState => bad(format!("The answer from {name} has no state")),
            Self::UnknownState => bad("Patchbay did not begin this connection".to_owned()),
            Self::ExpiredState => bad("This connection was begun too long ago".to_owned()),
            Self::UsedState => Failure::new(
                Kind::BadRequest,
                "This answer has been used already",
                "What it brought was handled when it came first: nothing more is to be done here.",
            ),
            Self::OtherProvider => bad(format!("This connection was not begun for {name}")),
            Self::WrongIssuer => bad(format!("This answer does not come from {name}")),
            Self::MissingCode => bad(format!("The answer from {name} has no code")),
            Self::Reported(error) => bad(format!("{name} reports an error: {error}")),
            Self::NotConfigured => bad(format!("{name} is not configured here")),
            Self::OtherSession => Failure::new(
                Kind::Forbidden,
                "This connection was begun in another browser session",
                "Nothing was stored. Sign in here, go to Connections and connect again.",
            ),
            Self::OtherBrowser => Failure::new(
                Kind::Forbidden,
                "This question waits in another browser",
                "Only the browser that came back with it can answer. Nothing was stored, and it still waits there.",
            ),
            Self::Confirmed => Failure::new(
                Kind::BadRequest,
                "This question has been answered already",
                "What was answered first counts.",
            ),
            Self::Exchange { failure, .. } => exchange_failure(name, failure),
            Self::Account(_) => Failure::new(
                Kind::Provider,
                format!("{name} does not say which account this is"),
                "Nothing was stored. Try to connect again in a while.",
            ),
            Self::Vault(error) => return error.into(),
            Self::Dropped => Failure::of(Kind::Internal),
            Self::InWindow(refusal) => return refusal.words(name, again),
        };
        failure.because(cause)
    }
}

fn exchange_failure(name: &str, failure: GrantFailure) -> Failure {
    let (kind, title, message) = match failure {
        GrantFailure::Withdrawn => (
            Kind::BadRequest,
            format!("{name} does not accept the code any more"),
            "Nothing was stored. Codes are good once and for a few minutes: connect again."
                .to_owned(),
        ),
        GrantFailure::Misconfigured => (
            Kind::Provider,
            format!("{name} does not accept this Patchbay"),
            format!(
                "Nothing was stored. The client id, the secret or the redirect URL is not what {name} has on record: tell the operator."
            ),
        ),
        GrantFailure::Passing | GrantFailure::Limited | GrantFailure::Conflict(_) => (
            Kind::Provider,
            format!("{name} does not answer as it should"),
            "Nothing was stored. Try to connect again in a while.".to_owned(),
        ),
    };
    Failure::new(kind, title, message)
}
