//! Why there is no token for a connection, in the words that programs know.

use std::sync::Arc;
use std::time::Duration;

use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::providers::Profile;
use crate::vault::{TokenError, VaultError};

/// When to ask again where the operator must mend something first.
const OPERATOR_TIME: Duration = Duration::from_secs(60);

/// Earlier front ends know by the first words of a 400 that they must connect again.
pub(super) fn refusal(error: TokenError, name: &str, owner: &Owner) -> Failure {
    let why = format!("{error}.");
    match error {
        TokenError::NotConnected => {
            let (org, user) = (&owner.org, &owner.user);
            let title = format!("No {name} credentials found for org={org}, user={user}");
            Failure::new(Kind::BadRequest, title, format!("Connect {name} first."))
        }
        TokenError::Ended(_) => {
            let title = format!("The connection to {name} must be made anew");
            Failure::new(Kind::Unauthenticated, title, why)
        }
        TokenError::Passing => {
            let title = format!("{name} does not answer as it should");
            Failure::new(Kind::Provider, title, why)
        }
        TokenError::Misconfigured => {
            let title = format!("{name} is not set up as it should be");
            Failure::new(Kind::Unavailable, title, why).retry_after(Some(OPERATOR_TIME))
        }
        TokenError::Own(fault) => own(fault),
    }
}

/// A fault of our own, which says nothing of the connection.
pub(super) fn own(fault: Arc<VaultError>) -> Failure {
    if matches!(*fault, VaultError::Store(_)) {
        return Failure::of(Kind::Unavailable).because(fault);
    }
    let title = "The stored credential cannot be read";
    let text = "Tell the operator: the log of Patchbay has the cause.";
    let failure = Failure::new(Kind::Unavailable, title, text).retry_after(Some(OPERATOR_TIME));
    failure.because(fault)
}

/// The operator does not offer the provider.
pub(super) fn not_configured(profile: &Profile) -> Failure {
    let (name, prefix) = (profile.name, profile.id.to_uppercase());
    let text = format!(
        "The operator must give Patchbay its client id and secret first: {prefix}_CLIENT_ID and {prefix}_CLIENT_SECRET."
    );
    let title = format!("{name} is not configured here");
    let failure = Failure::new(Kind::Unavailable, title, text);
    failure.retry_after(Some(OPERATOR_TIME))
}
