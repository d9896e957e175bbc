//! `/api/v1/connections/{provider}/contacts`: the contacts of the account, at the provider itself.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::guard::Caller;
use super::problem::{Problem, Type, refused, taken};
use super::query::{Params, bad};
use super::{V1, body, replay};
use crate::contacts::{Desk, Entered, Outcome, can_be_a_name};
use crate::identity::Scope;
use crate::owner::Owner;
use crate::providers::Profile;

/// What reading contacts answers beside what every route may.
pub const READ: &[Type] = &[
    Type::ProviderUnknown,
    Type::CapabilityMissing,
    Type::ProviderNotConfigured,
    Type::NotConnected,
    Type::ReconnectNeeded,
    Type::PermissionMissing,
    Type::PermissionDenied,
    Type::OperatorNeeded,
    Type::ProviderUnavailable,
    Type::ProviderLimited,
];
/// What reading one answers beside.
pub const ONE: &[Type] = &[Type::ContactNotFound];
/// What changing them answers beside.
pub const WRITE: &[Type] = &[
    Type::ContactRefused,
    Type::ContactTaken,
    Type::ContactMerged,
    Type::OutcomeUnknown,
    Type::OutcomePending,
];

/// Contacts on a page, unless asked otherwise.
const USUAL: u32 = 50;
/// Most contacts on a page.
const MOST: u32 = 100;
/// Longest text that is searched for, in characters.
const LONGEST_TEXT: usize = 200;
/// Properties that are asked for beside the usual ones at most.
const MOST_MORE: usize = 100;

/// A contact, as the provider has it.
#[derive(Serialize, ToSchema)]
pub struct Contact {
    /// The provider's own id.
    id: String,
    /// What a person would call it; never empty.
    name: String,
    /// What its properties say, as the provider names them. Those that say nothing are not there.
    properties: BTreeMap<String, String>,
    /// When it was made.
    created_at: Option<Timestamp>,
    /// When it was last changed.
    updated_at: Option<Timestamp>,
    /// The provider's own page of it.
    #[schema(format = "uri")]
    url: Option<String>,
}

/// Some contacts.
#[derive(Serialize, ToSchema)]
pub struct ContactList {
    /// The contacts, those that were changed last first.
    contacts: Vec<Contact>,
    /// How many there are in all.
    total: u64,
    /// How many of them the provider's search pages through at most. Where `total` is more, narrow the search; a load
    /// brings all of them as items.
    reachable: u64,
    /// Where the next page begins; `null` at the end of what can be reached.
    next_cursor: Option<String>,
}

/// What a contact is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Properties {
    /// By the provider's names of its properties. A text sets one, `null` or an empty text clears it; numbers and booleans
    /// are taken as their texts. What is not named stays as it is.
    #[schema(value_type = BTreeMap<String, Option<String>>, example = json!({"email": "ada@example.com", "firstname": "Ada"}))]
    properties: serde_json::Map<String, serde_json::Value>,
}

/// List or search contacts
///
/// Contacts at the provider that hold a text in their usual properties, those that were changed last first; all of them
/// without a text. They come from the provider's own search, which shows a change after some moments. To read a whole
/// account, load it and read `/api/v1/items` instead.
#[utoipa::path(get, path = "/api/v1/connections/{provider}/contacts", tag = "Contacts", operation_id = "listContacts",
    params(("provider" = String, Path, description = "The provider's id"),
        ("q" = Option<String>, Query, description = "A text that the contacts hold", max_length = 200),
        ("limit" = Option<u32>, Query, description = "Contacts on a page; 50 without it", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, with the same `q`")),
    responses((status = 200, description = "A page of contacts", body = ContactList)))]
pub async fn list(
    request: HttpRequest,
    v1: Data<V1>,
    caller: Caller,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsRead)?;
    let profile = v1.profile(&id)?;
    let params = Params::read(&request, &["q", "limit", "cursor"])?;
    let text = params.get("q").unwrap_or_default();
    if text.chars().count() > LONGEST_TEXT {
        return Err(bad(
            "q",
            format!("must have at most {LONGEST_TEXT} characters"),
        ));
    }
    let most = params.number("limit", USUAL, MOST)?;
    let from = params.get("cursor").map(|cursor| place(cursor, text));
    let from = from
        .unwrap_or(Some(0))
        .ok_or_else(|| Problem::of(Type::BadCursor))?;
    let desk = desk(&v1, owner, profile).await?;
    let found = desk.search(text, from, most).await?;
    let reachable = desk.facts().most_found;
    let next = from + u64::from(most);
    let more = next < found.total.min(reachable);
    Ok(HttpResponse::Ok().json(ContactList {
        total: found.total,
        reachable,
        next_cursor: more.then(|| cursor(next, text)),
        contacts: found.contacts.into_iter().map(Contact::of).collect(),
    }))
}

/// Show a contact
///
/// With its usual properties, and with those that are named. A contact that was merged into another is answered as that
/// one, under the other's id.
#[utoipa::path(get, path = "/api/v1/connections/{provider}/contacts/{id}", tag = "Contacts", operation_id = "showContact",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The contact's id"),
        ("properties" = Option<String>, Query, description = "Names of further properties, with commas")),
    responses((status = 200, description = "The contact", body = Contact)))]
pub async fn show(
    request: HttpRequest,
    v1: Data<V1>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsRead)?;
    let (provider, id) = path.into_inner();
    let profile = v1.profile(&provider)?;
    let params = Params::read(&request, &["properties"])?;
    let more = names(params.get("properties").unwrap_or_default())?;
    let desk = desk(&v1, owner, profile).await?;
    Ok(HttpResponse::Ok().json(read(&desk, &id, &more).await?))
}

/// Create a contact
///
/// Sent twice with the same `Idempotency-Key` it is made once, also where no answer came in between.
#[utoipa::path(post, path = "/api/v1/connections/{provider}/contacts", tag = "Contacts", operation_id = "createContact",
    params(("provider" = String, Path, description = "The provider's id")),
    request_body = Properties,
    responses((status = 201, description = "It was created", body = Contact, headers(("Location" = String, description = "Its address here")))))]
pub async fn create(
    request: HttpRequest,
    v1: Data<V1>,
    caller: Caller,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsWrite)?;
    let profile = v1.profile(&id)?;
    let sent = body::read(&request, payload).await?;
    let entered = entered(&v1, profile, body::json(&request, &sent)?)?;
    let token = token(&v1, &request)?;
    let work = async {
        let desk = desk_to_write(&v1, owner, profile).await?;
        let more = entered.more.clone();
        let outcome = desk.create(&token, entered).await?;
        let contact = done(&desk, outcome, &more).await?;
        let place = format!("/api/v1/connections/{}/contacts/{}", profile.id, contact.id);
        let mut answer = replay::reply(StatusCode::CREATED, &contact)?;
        answer.headers.push((LOCATION.to_string(), place));
        Ok(answer)
    };
    replay::once(&v1, &request, owner, &sent, work).await
}

/// Change a contact
///
/// Sets the properties that are named, and leaves the others as they are. The answer is the whole contact.
#[utoipa::path(patch, path = "/api/v1/connections/{provider}/contacts/{id}", tag = "Contacts", operation_id = "updateContact",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The contact's id")),
    request_body = Properties,
    responses((status = 200, description = "The contact as it is now", body = Contact)))]
pub async fn update(
    request: HttpRequest,
    v1: Data<V1>,
    caller: Caller,
    path: Path<(String, String)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsWrite)?;
    let (provider, id) = path.into_inner();
    let profile = v1.profile(&provider)?;
    let sent = body::read(&request, payload).await?;
    let entered = entered(&v1, profile, body::json(&request, &sent)?)?;
    let desk = desk_to_write(&v1, owner, profile).await?;
    let more = entered.more.clone();
    let outcome = desk.update(&v1.entropy.token(), &id, entered).await?;
    Ok(HttpResponse::Ok().json(done(&desk, outcome, &more).await?))
}

/// Delete a contact
///
/// One that is not there is answered with 404.
#[utoipa::path(delete, path = "/api/v1/connections/{provider}/contacts/{id}", tag = "Contacts", operation_id = "deleteContact",
    params(("provider" = String, Path, description = "The provider's id"), ("id" = String, Path, description = "The contact's id")),
    responses((status = 204, description = "It was deleted")))]
pub async fn delete(
    v1: Data<V1>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ContactsWrite)?;
    let (provider, id) = path.into_inner();
    let profile = v1.profile(&provider)?;
    let desk = desk_to_write(&v1, owner, profile).await?;
    match desk.delete(&v1.entropy.token(), &id).await? {
        Outcome::Done { .. } => Ok(HttpResponse::NoContent().finish()),
        outcome => Err(undone(outcome)),
    }
}

async fn desk(v1: &V1, owner: &Owner, profile: &Profile) -> Result<Desk, Problem> {
    if v1.contacts.facts(profile.id).is_none() {
        let detail = format!("{} has no contacts here.", profile.name);
        return Err(Problem::new(Type::CapabilityMissing, detail));
    }
    Ok(v1.contacts.open(owner, profile.id).await?)
}

async fn desk_to_write(v1: &V1, owner: &Owner, profile: &Profile) -> Result<Desk, Problem> {
    let desk = desk(v1, owner, profile).await?;
    match desk.may_write {
        true => Ok(desk),
        false => {
            let missing = Problem::of(Type::PermissionMissing);
            Err(missing.with("permission", desk.facts().write))
        }
    }
}

async fn read(desk: &Desk, id: &str, more: &[String]) -> Result<Contact, Problem> {
    let found = desk.get(id, more).await?;
    let found = found.ok_or_else(|| Problem::of(Type::ContactNotFound))?;
    Ok(Contact::of(found))
}

/// The contact that came of a change.
async fn done(desk: &Desk, outcome: Outcome, more: &[String]) -> Result<Contact, Problem> {
    match outcome {
        Outcome::Done {
            contact: Some(contact),
            ..
        } => Ok(Contact::of(*contact)),
        Outcome::Done { id, .. } => read(desk, &id, more).await,
        outcome => Err(undone(outcome)),
    }
}

/// Why a change was not made.
fn undone(outcome: Outcome) -> Problem {
    match outcome {
        Outcome::Refused(faults) => refused(faults),
        Outcome::Taken(by) => taken(by),
        Outcome::NotFound => Problem::of(Type::ContactNotFound),
        Outcome::Conflict(conflict) => {
            Problem::of(Type::ContactMerged).with("contact_id", conflict.contact.id)
        }
        Outcome::MadeBefore(id) => Problem::of(Type::IdempotencyKeyReused).with("contact_id", id),
        Outcome::Unclear { why, .. } => {
            let detail =
                format!("The provider {why}, and may have done it. Look before it is sent again.");
            Problem::new(Type::OutcomeUnknown, detail)
        }
        Outcome::Late => Problem::of(Type::OutcomePending),
        Outcome::Done { .. } => Problem::of(Type::Internal),
    }
}

/// What tells a repetition from another request: the idempotency key, where there is one.
fn token(v1: &V1, request: &HttpRequest) -> Result<String, Problem> {
    let key = replay::key(request)?;
    Ok(match key {
        Some(key) => URL_SAFE_NO_PAD.encode(Sha256::digest(format!("idempotency key {key}"))),
        None => v1.entropy.token(),
    })
}

/// What a contact is to have, as the desk takes it.
fn entered(v1: &V1, profile: &Profile, sent: Properties) -> Result<Entered, Problem> {
    let facts = v1.contacts.facts(profile.id);
    let (_, facts) = facts.ok_or_else(|| Problem::of(Type::CapabilityMissing))?;
    if sent.properties.is_empty() {
        return Err(body::invalid(
            Some("properties"),
            "name at least one property",
        ));
    }
    let mut entered = Entered::default();
    for (name, value) in sent.properties {
        if !can_be_a_name(&name) {
            let shown: String = name.chars().take(40).collect();
            let detail = "a property's name has letters, digits and underscores alone";
            return Err(body::invalid(Some(&shown), detail));
        }
        let value = text(value).ok_or_else(|| {
            let detail = "must be a text, a number, a boolean or null";
            body::invalid(Some(&name), detail)
        })?;
        if !facts.fields.iter().any(|field| field.name == name) {
            entered.more.push(name.clone());
        }
        entered.values.insert(name, value);
    }
    Ok(entered)
}

fn text(value: serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Names of properties, with commas.
fn names(text: &str) -> Result<Vec<String>, Problem> {
    let all: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    match all.len() <= MOST_MORE && all.iter().all(|name| can_be_a_name(name)) {
        true => Ok(all),
        false => {
            let detail = format!(
                "must be at most {MOST_MORE} names of letters, digits and underscores, with commas"
            );
            Err(bad("properties", detail))
        }
    }
}

/// A place in the list of a text.
fn cursor(from: u64, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{from} {}", mark(text)))
}

/// The place that a cursor names, if it is of the list of this text.
fn place(cursor: &str, text: &str) -> Option<u64> {
    let read = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (from, of) = read.split_once(' ')?;
    let from: u64 = from.parse().ok()?;
    (of == mark(text) && from <= u64::from(u32::MAX)).then_some(from)
}

fn mark(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default())
}

impl Contact {
    fn of(contact: crate::providers::Contact) -> Self {
        Self {
            id: contact.id,
            name: contact.name,
            properties: contact.properties,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
            url: contact.url,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_list_alone() {
        let at = cursor(150, "ada");
        assert_eq!(place(&at, "ada"), Some(150));
        assert_eq!(place(&at, "bob"), None);
        assert_eq!(place("", ""), None);
    }

    #[test]
    fn values_are_taken_as_texts() {
        let taken = |json: &str| text(serde_json::from_str(json).expect("JSON"));
        assert_eq!(taken("null").as_deref(), Some(""));
        assert_eq!(taken("12.50").as_deref(), Some("12.5"));
        assert_eq!(taken("true").as_deref(), Some("true"));
        assert_eq!(taken("\"a\"").as_deref(), Some("a"));
        assert_eq!((taken("[]"), taken("{}")), (None, None));
    }

    proptest! {
        #[test]
        fn no_cursor_panics(sent in ".{0,60}") {
            let _ = place(&sent, "ada");
        }
    }
}
