//! `GET /api/v1/items`: what was loaded, page by page.

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, Header as _, IfNoneMatch, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::V1;
use super::guard::Caller;
use super::problem::{Problem, Type};
use super::query::{Params, bad};
use crate::identity::Scope;
use crate::item::Item;
use crate::items::{Order, Query};
use crate::load::{Cut, Listing, Load, Part, Position, Shown, Status};
use crate::owner::Owner;
use crate::providers::Stream;

/// What the route answers beside what every route may.
pub const PROBLEMS: &[Type] = &[Type::BadParameter, Type::BadCursor, Type::CursorExpired];

/// Items on a page, unless asked otherwise.
const USUAL: u32 = 100;
/// Most items on a page.
const MOST: u32 = 500;
const PARAMETERS: &[&str] = &[
    "provider",
    "type",
    "q",
    "parent_id",
    "sort",
    "dir",
    "limit",
    "cursor",
];

/// A page of items.
#[derive(Serialize, ToSchema)]
pub struct ItemPage {
    /// The items.
    items: Vec<Item>,
    /// Where the next page begins: send it as `cursor`. `null` at the end.
    next_cursor: Option<String>,
    /// How many items the filters leave in all.
    total: u64,
    /// More items were changed through Patchbay since they were loaded than can be shown as they are now: load them anew.
    more_changed: bool,
    /// What the items are from, and what is missing of them: nothing is ever cut silently. A provider of which nothing
    /// was loaded is not here.
    sources: Vec<Source>,
}

/// The load that a provider's items are from.
#[derive(Serialize, ToSchema)]
pub struct Source {
    /// The provider's id.
    provider: String,
    /// The load's id; its report has the details.
    load: String,
    /// How it ended.
    status: Status,
    /// When it ended.
    loaded_at: Option<Timestamp>,
    /// Whether all that there was came, of all streams that were wanted.
    complete: bool,
    /// The streams that are not whole.
    incomplete: Vec<Incomplete>,
    /// The provider's streams that the load was not to bring, by their ids.
    left_out: Vec<&'static str>,
}

/// A stream that is not whole.
#[derive(Serialize, ToSchema)]
pub struct Incomplete {
    /// The stream's id.
    stream: String,
    /// Why it failed or was left out, where it did as a whole. Its items are those of the load before, if there were any.
    reason: Option<String>,
    /// The limit of the operator's that cut it short.
    cut: Option<Cut>,
    /// How many lists of it could not be read to their end.
    missed: u64,
}

/// List items
///
/// Everything that was loaded of all connections, or what the filters leave. Without `sort` the items come as they were
/// loaded, which is the way to read all of them: what is changed through Patchbay meanwhile does not disturb the list, and
/// each item comes exactly once. A sorted list is over with the first change, and a list is over when a newer load takes
/// the place of its items: then its cursor is answered with 410, and the list is begun again. Send the `ETag` of an answer
/// as `If-None-Match` to be told with 304 that nothing has changed.
#[utoipa::path(get, path = "/api/v1/items", tag = "Items", operation_id = "listItems",
    params(
        ("provider" = Option<String>, Query, description = "Only items of this provider"),
        ("type" = Option<String>, Query, description = "Only items of this type"),
        ("q" = Option<String>, Query, description = "Only items that hold this text, whatever its case", max_length = 200),
        ("parent_id" = Option<String>, Query, description = "Only items that lie right in the one with this id", max_length = 200),
        ("sort" = Option<String>, Query, description = "By what they are sorted; as they were loaded without it"),
        ("dir" = Option<String>, Query, description = "Which way; `asc` without it. Goes with `sort`"),
        ("limit" = Option<u32>, Query, description = "Items on a page; 100 without it", minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, with the same filters and order"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer to the same request")),
    responses(
        (status = 200, description = "A page of items", body = ItemPage, headers(("ETag" = String, description = "Changes when the answer would"))),
        (status = 304, description = "Nothing has changed since")))]
pub async fn list(
    request: HttpRequest,
    v1: Data<V1>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let owner = caller.owner(Scope::ItemsRead)?;
    let params = Params::read(&request, PARAMETERS)?;
    let listing = listing(&v1, &params)?;
    let after = params.get("cursor").map(Position::from_text);
    let after = after.map(|after| after.ok_or_else(|| Problem::of(Type::BadCursor)));
    let after = after.transpose()?;
    let shown = shown(&v1, owner, listing.query.provider.as_deref()).await?;
    let edition = v1.loads.edition(owner, &shown).await?;
    let tag = tag(&request, &edition);
    if is_known(&request, &tag) {
        return Ok(head(HttpResponse::NotModified(), &tag).finish());
    }
    keep(&v1, owner, &shown).await;
    let listed = v1
        .loads
        .list(owner, &shown, &listing, after.as_ref())
        .await?;
    let tag = self::tag(&request, &listed.edition);
    Ok(head(HttpResponse::Ok(), &tag).json(ItemPage {
        items: listed.items,
        next_cursor: listed.next.map(|next| next.to_text()),
        total: listed.total,
        more_changed: listed.more_changed,
        sources: shown.iter().map(|one| Source::of(&v1, one)).collect(),
    }))
}

/// What of an answer lasts as long as its tag.
fn head(mut answer: HttpResponseBuilder, tag: &EntityTag) -> HttpResponseBuilder {
    answer
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Authorization"));
    answer
}

fn listing(v1: &V1, params: &Params) -> Result<Listing, Problem> {
    let profiles: Vec<_> = v1.connections.profiles().collect();
    let providers: Vec<&str> = profiles.iter().map(|profile| profile.id).collect();
    let kinds: Vec<&str> = profiles
        .iter()
        .flat_map(|profile| profile.kinds().map(|kind| kind.id))
        .collect();
    let filters = params.only(&["provider", "type", "q", "parent_id", "sort", "dir"]);
    let query = Query::parse(&filters, &kinds, &providers)
        .map_err(|wrong| bad(wrong.name, format!("possible is {}", wrong.possible)))?;
    if params.get("sort").is_none() && params.get("dir").is_some() {
        return Err(bad("dir", "goes with sort".to_owned()));
    }
    let order = match params.get("sort") {
        None => Order::AsLoaded,
        Some(_) => Order::By(query.sort, query.dir),
    };
    Ok(Listing {
        order,
        query,
        most: params.number("limit", USUAL, MOST)?,
    })
}

/// The snapshots of all providers, or of one.
async fn shown(v1: &V1, owner: &Owner, provider: Option<&str>) -> Result<Vec<Shown>, Problem> {
    let wanted = |id: &&str| provider.is_none_or(|provider| provider == *id);
    let ids = v1.registry.ids().into_iter().filter(wanted);
    let read = ids.map(|id| async move {
        let load = v1.loads.snapshot(owner, id).await?;
        Ok::<_, Problem>(load.map(|load| Shown {
            provider: id.to_owned(),
            load,
        }))
    });
    let read = try_join_all(read).await?;
    Ok(read.into_iter().flatten().collect())
}

/// Keeps what somebody reads from being forgotten.
async fn keep(v1: &V1, owner: &Owner, shown: &[Shown]) {
    for one in shown {
        if let Err(error) = v1.loads.keep(owner, &one.provider, &one.load).await {
            tracing::debug!(%error, "a look at a snapshot could not be noted");
        }
    }
}

fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(tag)),
        // "Anything at all is known": there is always a page.
        Ok(IfNoneMatch::Any) => true,
        Err(_) => false,
    }
}

/// What tells an answer from another: what the items are of, and what was asked of them.
fn tag(request: &HttpRequest, edition: &str) -> EntityTag {
    let of = format!("{edition} {}", request.query_string());
    let hash = Sha256::digest(of.as_bytes());
    EntityTag::new_weak(URL_SAFE_NO_PAD.encode(hash.get(..15).unwrap_or_default()))
}

impl Source {
    fn of(v1: &V1, shown: &Shown) -> Self {
        let Shown { provider, load } = shown;
        let profile = v1.registry.get(provider).map(|it| it.profile());
        let streams = profile.map_or(&[][..], |profile| profile.streams);
        let is_in = |stream: &&Stream| load.parts.iter().any(|part| part.stream == stream.id);
        let left_out = streams.iter().filter(|stream| !is_in(stream));
        let incomplete: Vec<_> = load.parts.iter().filter_map(Incomplete::of).collect();
        Self {
            provider: provider.clone(),
            load: load.id.clone(),
            status: load.status,
            loaded_at: load.ended_at,
            complete: is_complete(load) && incomplete.is_empty(),
            incomplete,
            left_out: left_out.map(|stream| stream.id).collect(),
        }
    }
}

fn is_complete(load: &Load) -> bool {
    load.status == Status::Complete && !load.is_cut()
}

impl Incomplete {
    /// What is missing of a stream, if anything is.
    fn of(part: &Part) -> Option<Self> {
        let reason = part.outcome.why().map(str::to_owned);
        let whole = reason.is_none() && part.cut.is_none() && part.missed_in_all == 0;
        (!whole).then(|| Self {
            stream: part.stream.clone(),
            reason,
            cut: part.cut,
            missed: part.missed_in_all,
        })
    }
}
