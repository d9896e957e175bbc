//! Reading contacts: some of them, or one.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::{cursor, place};
use super::{Contact, desk, one};
use crate::api::v1::V1;
use crate::api::v1::guard::Caller;
use crate::api::v1::problem::{Problem, Type};
use crate::api::v1::query::{Params, bad};
use crate::contacts::can_be_a_name;
use crate::identity::Scope;

/// Contacts on a page, unless asked otherwise.
const USUAL: u32 = 50;
/// Most contacts on a page.
const MOST: u32 = 100;
/// Longest text that is searched for, in characters.
const LONGEST_TEXT: usize = 200;
/// Properties that are asked for beside the usual ones at most.
const MOST_MORE: usize = 100;

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

/// List or search contacts
///
/// Contacts at the provider that hold a text in their usual properties, those that were changed last first; all of them
/// without a text. They come from the provider's own search, which shows a change after some moments. A contact that is
/// changed between two pages moves to the front, and shifts the others. To read a whole account, load it and read `/api/v1/items` instead.
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
    let desk = desk(&v1, owner, caller.by(), profile).await?;
    if from > desk.facts().most_found {
        return Err(Problem::of(Type::BadCursor));
    }
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
    let desk = desk(&v1, owner, caller.by(), profile).await?;
    Ok(HttpResponse::Ok().json(one(&desk, &id, &more).await?))
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
