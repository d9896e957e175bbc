//! Who a grant belongs to, as the token answer itself says, what is peculiar in refusals, and how it ends.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::Value;

use super::super::{Account, GrantFailure, Tokens, classify_by_oauth};
use super::wire;
use crate::outbound::oauth::{Client, Grant, GrantError};
use crate::outbound::{CallError, Outbound, Request};

/// The workspace is the account. Requests are counted by the authorization, which the bot stands for.
pub(super) fn account(grant: &Grant) -> Result<Account, CallError> {
    let answer = Value::Object(grant.extra.clone());
    let who = serde_json::from_value(answer).ok();
    let who: wire::Authorization = who
        .filter(wire::Authorization::is_whole)
        .ok_or_else(|| CallError::Broken("it does not say which workspace this is".to_owned()))?;
    let name = who.workspace_name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    let mut facts = vec![("Workspace id".to_owned(), who.workspace_id.clone())];
    if let Some(person) = who.person() {
        facts.push(("Allowed by".to_owned(), person));
    }
    Ok(Account {
        name: name.unwrap_or("Notion workspace").to_owned(),
        id: who.workspace_id,
        facts,
        extra: BTreeMap::new(),
        counted_as: Some(who.bot_id),
    })
}

/// The bot that the connection is. It works with any capability.
pub(super) fn me() -> Request {
    Request::get("/v1/users/me")
}

/// 529 is an overload, which asks for a pause as a 429 does. A conflict (409) is one of the moment, too.
pub(super) fn classify(error: &GrantError) -> GrantFailure {
    match error {
        GrantError::Refused { status: 529, .. } => GrantFailure::Limited,
        GrantError::Refused { status: 409, .. } => GrantFailure::Passing,
        error => classify_by_oauth(error),
    }
}

/// Ends the authorization by its access token.
pub(super) async fn revoke(
    client: &Client,
    outbound: &Outbound,
    tokens: Tokens<'_>,
) -> Result<bool, GrantError> {
    let Some(url) = client.revoke_url.clone() else {
        return Ok(false);
    };
    let fields = [("token", tokens.access.expose_secret())];
    client.post(outbound, url, &fields).await.map(|_| true)
}
