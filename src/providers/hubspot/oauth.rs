//! HubSpot's own ways at the token endpoint, and who an account is.

use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use serde_json::Value;

use super::super::{Account, GrantFailure, Introduction, Tokens, classify_by_oauth};
use super::{api_version, wire};
use crate::outbound::oauth::{Client, Grant, GrantError};
use crate::outbound::{CallError, Outbound, Request};

/// The host of an account's pages where HubSpot does not say which.
const DEFAULT_UI_HOST: &str = "app.hubspot.com";
/// Under this name the UI host is kept with the account.
pub(super) const UI_HOST: &str = "ui_host";

/// HubSpot lists granted scopes as an array named `scopes`, not as the standard `scope`.
pub(super) fn granted_scopes(grant: &Grant) -> Option<Vec<String>> {
    let scopes = grant.extra.get("scopes")?.as_array()?;
    Some(
        scopes
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

/// HubSpot's own codes for a code or refresh token that is no longer good.
const GONE: &[&str] = &[
    "BAD_REFRESH_TOKEN",
    "BAD_HUB",
    "BAD_AUTH_CODE",
    "EXPIRED_AUTH_CODE",
];

/// Its codes for a client or request that is wrong. Which `error` comes with most of them is not documented, and
/// OAuth has a redirect URI or verifier that does not fit as `invalid_grant`: so these go before it.
const OUR_FAULTS: &[&str] = &[
    "BAD_CLIENT_ID",
    "BAD_CLIENT_SECRET",
    "BAD_REDIRECT_URI",
    "BAD_GRANT_TYPE",
    "BAD_SCOPES",
    "BAD_CODE_VERIFIER",
];

/// By OAuth's `error`, which answers of before 2026 have not, then by HubSpot's own code. 423: the account is locked
/// for a moment; 477: it moves between data centres.
pub(super) fn classify(error: &GrantError) -> GrantFailure {
    let GrantError::Refused {
        status,
        error: word,
        code,
        ..
    } = error
    else {
        return classify_by_oauth(error);
    };
    let is = |known: &[&str]| code.as_deref().is_some_and(|code| known.contains(&code));
    match status {
        423 | 477 => GrantFailure::Passing,
        429 | 500.. => classify_by_oauth(error),
        _ if is(OUR_FAULTS) => GrantFailure::Misconfigured,
        _ if word.is_some() || code.is_none() => classify_by_oauth(error),
        _ if is(GONE) => GrantFailure::Withdrawn,
        _ => GrantFailure::Misconfigured,
    }
}

/// Needs the permission `oauth` alone, which every grant has.
pub(super) fn details() -> Request {
    Request::get(concat!("/account-info/", api_version!(), "/details"))
}

/// Hub id and UI host from account-info; the account's own domain from introspection, which may fail
/// without harm.
pub(super) async fn account(introduction: Introduction<'_>) -> Result<Account, CallError> {
    let details: wire::AccountDetails = introduction.call.read(&details()).await?;
    let ui_host = details
        .ui_domain
        .filter(|host| wire::is_hubspot_host(host))
        .unwrap_or_else(|| DEFAULT_UI_HOST.to_owned());
    let domain = domain(&introduction).await;
    let id = details.portal_id.to_string();
    let mut facts = vec![("Hub id".to_owned(), id.clone())];
    if let Some(domain) = &domain {
        facts.push(("Account domain".to_owned(), domain.clone()));
    }
    facts.push(("Pages at".to_owned(), ui_host.clone()));
    Ok(Account {
        name: domain.unwrap_or_else(|| format!("Hub {id}")),
        id,
        facts,
        extra: BTreeMap::from([(UI_HOST.to_owned(), ui_host)]),
        counted_as: None,
    })
}

/// `hub_domain` of the token's introspection: the customer's own web domain.
async fn domain(introduction: &Introduction<'_>) -> Option<String> {
    let mut url = introduction.client.token_url.clone();
    url.path_segments_mut().ok()?.push("introspect");
    let fields = [
        ("token", introduction.grant.access.expose_secret()),
        ("token_type_hint", "access_token"),
    ];
    let answer = introduction
        .client
        .post(introduction.outbound, url, &fields)
        .await;
    let answer = answer
        .inspect_err(|error| tracing::warn!(%error, "HubSpot's introspection failed"))
        .ok()?;
    let domain = answer.get("hub_domain")?.as_str()?.trim();
    (!domain.is_empty()).then(|| domain.to_owned())
}

/// Ends the refresh token. Access tokens already issued live on until they expire.
pub(super) async fn revoke(
    client: &Client,
    outbound: &Outbound,
    tokens: Tokens<'_>,
) -> Result<bool, GrantError> {
    let Some((url, refresh)) = client.revoke_url.clone().zip(tokens.refresh) else {
        return Ok(false);
    };
    let fields = [
        ("token", refresh.expose_secret()),
        ("token_type_hint", "refresh_token"),
    ];
    client.post(outbound, url, &fields).await.map(|_| true)
}
