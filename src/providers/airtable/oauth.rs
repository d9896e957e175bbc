//! Airtable's own ways at the token endpoint, and who an account is.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::{Account, GrantFailure, classify_by_oauth};
use super::wire;
use crate::outbound::oauth::GrantError;
use crate::outbound::{Call, CallError, Request};

pub(super) const SCHEMA: &str = "schema.bases:read";
pub(super) const RECORDS: &str = "data.records:read";
pub(super) const EMAIL: &str = "user.email:read";

/// How long a refresh token that was just used up is answered with 409. Its length is not documented.
const CONFLICT: Duration = Duration::from_secs(30);

/// 409, whatever its body: the same refresh token was used a moment ago. The grant lives on with the tokens that
/// the other call was answered with.
pub(super) fn classify(error: &GrantError) -> GrantFailure {
    match error {
        GrantError::Refused { status: 409, .. } => GrantFailure::Conflict(CONFLICT),
        error => classify_by_oauth(error),
    }
}

/// Needs no permission; tells the email address if that may be seen.
pub(super) fn whoami() -> Request {
    Request::get("/v0/meta/whoami")
}

pub(super) async fn account(call: &Call) -> Result<Account, CallError> {
    let who: wire::WhoAmI = call.read(&whoami()).await?;
    if who.id.is_empty() {
        return Err(CallError::Broken("it does not say who this is".to_owned()));
    }
    let name = who.email.map(|email| email.trim().to_owned());
    let name = name.filter(|email| !email.is_empty());
    Ok(Account {
        name: name.unwrap_or_else(|| format!("Airtable user {}", who.id)),
        facts: vec![("User id".to_owned(), who.id.clone())],
        id: who.id,
        extra: BTreeMap::new(),
        counted_as: None,
    })
}
