//! Grants: what the token endpoint, those beside it, the callback and the account's own call say.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::check::{Payload, Verdict, ensure, same};
use super::rules::rule;
use crate::outbound::CallError;
use crate::outbound::oauth::{Grant, GrantError};
use crate::providers::testing::{CLIENT_SECRET, client, grant};
use crate::providers::{Account, Introduction, Tokens};
use crate::testing::http::{Reply, Server, pairs};

/// A code or token that is sent, and must stand in no message.
const SPENT: &str = "secret-code-or-token";

/// What an exchange and a refresh come to, when both are answered like this.
async fn both(payload: &Payload<'_>) -> [Result<Grant, GrantError>; 2] {
    let server = Server::in_turn([payload.reply()]).await;
    let client = client(payload.facts.provider().profile(), &server);
    let spent = SecretString::from(SPENT);
    [
        client.exchange(payload.outbound, &spent, None).await,
        client.refresh(payload.outbound, &spent).await,
    ]
}

/// A token answer is read whole, and says whose it is where it is the one to say it.
pub async fn granted(payload: &Payload<'_>) -> Verdict {
    let said = |field: &str| payload.body[field].as_str();
    for grant in both(payload).await {
        let grant = grant.map_err(|error| format!("is no grant: {error}"))?;
        same(
            "the token",
            Some(grant.access.expose_secret()),
            said("access_token"),
        )?;
        let refresh = grant.refresh.as_ref().map(ExposeSecret::expose_secret);
        same("the refresh token", refresh, said("refresh_token"))?;
        let life = payload.body["expires_in"].as_u64().map(Duration::from_secs);
        same("the token's life", grant.expires_in, life)?;
        let scopes = payload.facts.provider().granted_scopes(&grant);
        same("what was granted", scopes, scopes_of(&payload.body))?;
        if payload.facts.grant_tells_the_account() {
            let account = account(payload, &grant, |_| Reply::new(500, "")).await;
            whole(account)?;
        }
    }
    Ok(())
}

/// OAuth's text of scopes, or HubSpot's list.
fn scopes_of(body: &Value) -> Option<Vec<String>> {
    let text = body["scope"]
        .as_str()
        .map(|text| text.split(' ').map(str::to_owned).collect());
    let list = body["scopes"].as_array().map(|list| {
        let texts = list.iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    });
    text.or(list)
}

/// A refusal means for the connection what its status and code say, and tells nobody what was sent.
pub async fn refused(payload: &Payload<'_>) -> Verdict {
    let (facts, status) = (payload.facts, payload.status());
    let codes = (facts.codes)(&payload.body);
    let rule = rule(facts.refusals, status, &codes);
    let rule = rule.ok_or_else(|| format!("no rule for {status} {codes:?}"))?;
    for result in both(payload).await {
        let error = result.err().ok_or("grants tokens")?;
        let text = format!("{error} {error:?}");
        let secrets = [SPENT, CLIENT_SECRET, "request_id", "correlationId"];
        ensure(!secrets.iter().any(|secret| text.contains(secret)), || {
            format!("tells: {text}")
        })?;
        let id = ["correlationId", "request_id"].map(|name| payload.body[name].as_str());
        let id = id.into_iter().flatten().next();
        same("the id of the failure", error.reference(), id)?;
        let what = format!("what {status} {codes:?} means ({})", rule.why);
        same(&what, facts.provider().classify(&error), rule.means)?;
    }
    Ok(())
}

/// An introspection completes the account, where the provider's is asked for; elsewhere it is none of ours.
pub async fn introspected(payload: &Payload<'_>) -> Verdict {
    ensure(payload.body["active"].is_boolean(), || {
        "does not say whether it is active".to_owned()
    })?;
    if !payload.facts.introspects {
        return Ok(());
    }
    let answer = payload.reply();
    let grant = grant(Map::new());
    let account = account(payload, &grant, move |path| {
        match path.ends_with("/introspect") {
            true => answer.clone(),
            false => Reply::new(200, r#"{"portalId": 1}"#),
        }
    });
    let name = payload.body["hub_domain"].as_str().unwrap_or("Hub 1");
    same("the account's name", &whole(account.await)?.name[..], name)
}

/// A revocation is taken for one.
pub async fn revoked(payload: &Payload<'_>) -> Verdict {
    let server = Server::in_turn([payload.reply()]).await;
    let provider = payload.facts.provider();
    let client = client(provider.profile(), &server);
    let spent = SecretString::from(SPENT);
    let tokens = Tokens {
        access: &spent,
        refresh: Some(&spent),
    };
    let done = provider.revoke(&client, payload.outbound, tokens).await;
    same(
        "whether it was revoked",
        done.map_err(|error| error.to_string()),
        Ok(true),
    )
}

/// An answer to the question whose a grant is.
pub async fn introduced(payload: &Payload<'_>) -> Verdict {
    let answer = payload.reply();
    let grant = grant(Map::new());
    let account = account(payload, &grant, move |path| {
        match path.ends_with("/introspect") {
            true => Reply::new(200, r#"{"active": false}"#),
            false => answer.clone(),
        }
    });
    let account = whole(account.await)?;
    let id = ["id", "portalId"].map(|field| &payload.body[field]);
    let id = id
        .into_iter()
        .find(|id| !id.is_null())
        .unwrap_or(&Value::Null);
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    same("the account's id", account.id, id)
}

/// Whose a grant is, when the provider answers by the path like this.
async fn account(
    payload: &Payload<'_>,
    grant: &Grant,
    answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> Result<Account, CallError> {
    let server = Server::start(move |request| answer(request.path())).await;
    let provider = payload.facts.provider();
    let introduction = Introduction {
        call: &payload.call(&server),
        client: &client(provider.profile(), &server),
        outbound: payload.outbound,
        grant,
    };
    provider.account(introduction).await
}

fn whole(account: Result<Account, CallError>) -> Result<Account, String> {
    let account = account.map_err(|error| format!("does not say whose it is: {error}"))?;
    let says = |text: &str| !text.trim().is_empty();
    let facts = account
        .facts
        .iter()
        .all(|(name, fact)| says(name) && says(fact));
    ensure(says(&account.id) && says(&account.name) && facts, || {
        format!("is blank: {account:?}")
    })?;
    Ok(account)
}

/// Queries of the callback: an object of parameters, or of whole queries. Each has the state, and either a
/// code or an error.
pub fn called_back(body: &Value) -> Verdict {
    let entries = body.as_object().ok_or("is no object")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let entries = entries
        .iter()
        .map(|(name, value)| Some((name.clone(), text(value)?)));
    let entries: Option<Vec<_>> = entries.collect();
    let entries = entries.ok_or("holds something that is not text")?;
    if entries.iter().any(|(name, _)| name == "state") {
        return callback(&entries);
    }
    ensure(!entries.is_empty(), || "is empty".to_owned())?;
    entries
        .iter()
        .try_for_each(|(_, query)| callback(&pairs(query)))
}

fn callback(parameters: &[(String, String)]) -> Verdict {
    let find = |name: &str| parameters.iter().find(|(known, _)| known == name);
    let says = |name: &str| find(name).is_some_and(|(_, value)| !value.is_empty());
    ensure(find("state").is_some(), || {
        format!("has no state: {parameters:?}")
    })?;
    ensure(says("code") != says("error"), || {
        format!("has not one of code and error: {parameters:?}")
    })
}
