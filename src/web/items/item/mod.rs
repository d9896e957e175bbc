//! `GET /connections/{provider}/items/{type}/{id}`: one item, with all that is known of it; `…/json` as a program has it.

mod content;
mod facts;
mod page;

pub use content::Document;
pub use page::{Children, ItemPage, Other};

use actix_web::{HttpRequest, HttpResponse, web};

use super::{place, reading};
use crate::error::{Failure, Kind};
use crate::item::Item;
use crate::items::{MAX_ID, Query};
use crate::load::{LoadError, Shown};
use crate::providers::Profile;
use crate::web::connections::{overview, profile};
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::html;
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::words::number;

/// Children that the page lists; the table has the others.
const CHILDREN: u32 = 50;

#[derive(serde::Deserialize)]
pub struct Asked {
    /// Given where what stands in the item is to be read.
    content: Option<String>,
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String, String)>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, PageError> {
    let (provider, kind, id) = path.into_inner();
    let (profile, shown, item) = find(&site, &who, &provider, &kind, &id).await?;
    let parent = parent(&site, &who, &shown, &item).await?;
    let children = children(&site, &who, &shown, &item).await?;
    let frame = Frame::new(&site, &who, "items");
    let now = site.clock.now();
    let mut page = ItemPage::new(frame, profile, &item, parent.as_ref(), children, now);
    page.work = work(&site, &item);
    page.document = document(
        &site,
        &who,
        profile,
        &item,
        &page.children,
        asked.content.is_some(),
    )
    .await?;
    Ok(html(&request, page))
}

/// `…/json`
pub async fn json(
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, PageError> {
    let (provider, kind, id) = path.into_inner();
    let (_, _, item) = find(&site, &who, &provider, &kind, &id).await?;
    Ok(HttpResponse::Ok().json(item))
}

/// Where an item is worked on: contacts have a page for that, where their provider takes changes of them.
fn work(site: &Site, item: &Item) -> Option<String> {
    let contacts = site.connections.are_contacts(&item.provider, &item.kind);
    contacts.then(|| place::of_contact(&item.provider, &item.id))
}

/// What stands in the item, read from its provider if that was asked for.
async fn document(
    site: &Site,
    who: &SignedIn,
    profile: &Profile,
    item: &Item,
    children: &Children,
    asked: bool,
) -> Result<Option<Document>, PageError> {
    if !site.connections.have_contents(profile.id, &item.kind) {
        return Ok(None);
    }
    if !asked {
        return Ok(Some(Document::Offered));
    }
    let read = site
        .connections
        .content(&who.owner, profile.id, &item.kind, &item.id);
    let places = children.first.iter();
    let places = places.map(|child| (child.id.clone(), child.place.clone()));
    Document::new(read.await, profile, &places.collect()).map(Some)
}

/// The item, and the snapshot that it is of.
async fn find(
    site: &web::Data<Site>,
    who: &SignedIn,
    provider: &str,
    kind: &str,
    id: &str,
) -> Result<(&'static Profile, Shown, Item), PageError> {
    let profile = profile(site, provider)?;
    for _ in 0..2 {
        let overview = overview(site, who, provider).await?;
        let Some(shown) = reading::shown([&overview]).pop() else {
            break;
        };
        reading::keep(site, who, std::slice::from_ref(&shown)).await;
        match site.loads.item(&who.owner, &shown, kind, id).await {
            Ok(Some(item)) => return Ok((profile, shown, item)),
            Ok(None) => break,
            // Most likely a newer load has just taken this one's place.
            Err(LoadError::Gone) => {}
            Err(error) => return Err(unreadable(error, profile).into()),
        }
    }
    Err(not_there(profile).into())
}

async fn parent(
    site: &Site,
    who: &SignedIn,
    shown: &Shown,
    item: &Item,
) -> Result<Option<Item>, PageError> {
    let Some(id) = &item.parent_id else {
        return Ok(None);
    };
    let parent = site.loads.named(&who.owner, shown, id).await;
    Ok(as_far_as_readable(shown, parent)?.flatten())
}

async fn children(
    site: &Site,
    who: &SignedIn,
    shown: &Shown,
    item: &Item,
) -> Result<Children, PageError> {
    let query = Query {
        parent_id: Some(item.id.clone()),
        per_page: CHILDREN,
        ..Query::default()
    };
    let selection = site
        .loads
        .select(&who.owner, std::slice::from_ref(shown), &query);
    let Some(selection) = as_far_as_readable(shown, selection.await)? else {
        return Ok(Children {
            unreadable: true,
            ..Children::default()
        });
    };
    Ok(Children {
        first: selection.items.iter().map(Other::new).collect(),
        total: number(selection.total),
        all: table_of_children(item),
        more: selection.total > u64::from(CHILDREN),
        unreadable: false,
    })
}

/// The table of what lies in an item; none where its id is too long for an address.
fn table_of_children(item: &Item) -> Option<String> {
    let query = Query {
        parent_id: Some(item.id.clone()),
        ..Query::default()
    };
    let short = item.id.chars().count() <= MAX_ID;
    short.then(|| format!("/connections/{}/items{}", item.provider, query.to_url()))
}

/// `None` where what was read stands in a block that is gone or cannot be opened: the item is there all the same.
fn as_far_as_readable<T>(
    shown: &Shown,
    read: Result<T, LoadError>,
) -> Result<Option<T>, LoadError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error @ (LoadError::Gone | LoadError::Cipher(_))) => {
            tracing::error!(provider = shown.provider, %error, "what is around an item cannot be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn not_there(profile: &Profile) -> Failure {
    Failure::new(
        Kind::NotFound,
        "There is no such item here",
        "It was not loaded, or a newer load did not bring it any more. The table has all that are here.",
    )
    .leading_to("To the items", format!("/connections/{}", profile.id))
}

fn unreadable(error: LoadError, profile: &Profile) -> Failure {
    let place = format!("/connections/{}", profile.id);
    match error {
        LoadError::Cipher(_) => Failure::new(
            Kind::Internal,
            "The loaded items cannot be read",
            "Their encryption key is not in this Patchbay's key ring. Load them anew.",
        )
        .because(error),
        other => other.into(),
    }
    .leading_to("To the connection", place)
}
