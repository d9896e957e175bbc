//! Asking a provider whose a token is.

use std::sync::Arc;
use std::time::Duration;

use super::{Account, Api, Introduction, Pace, Provider};
use crate::outbound::oauth::{Client, Grant};
use crate::outbound::{Bearer, Call, CallError, NoAnswer, Outbound};

/// The longest that it may take. Somebody sits in front of this: not all the tries that a load would make.
const IN_TIME: Duration = Duration::from_secs(30);

/// Asks the provider who a grant belongs to, whose access token `bearer` has.
pub async fn introduce(
    provider: &dyn Provider,
    api: &Api,
    (client, outbound): (&Client, &Outbound),
    grant: &Grant,
    bearer: Arc<dyn Bearer>,
) -> Result<Account, CallError> {
    // Whom it counts for is what is asked; and a grant that is there must not wait for a store that is away.
    let unlimited = Api {
        pace: Pace::Unlimited,
        ..api.clone()
    };
    let target = unlimited.target(provider.profile(), "introduction");
    let call = Call::new(outbound.clone(), target, bearer);
    let introduction = Introduction {
        call: &call,
        client,
        outbound,
        grant,
    };
    tokio::time::timeout(IN_TIME, provider.account(introduction))
        .await
        .unwrap_or(Err(CallError::NoAnswer(NoAnswer::Late)))
}
