//! `/connections/{provider}/load`: starts a load, and shows how far it is.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::items::text;
use super::{profile, show};
use crate::items::Query;
use crate::web::error::PageError;
use crate::web::page::{Wanted, html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// `POST`: starts a load, or joins the one that runs.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let started = site.loads.start(&who.owner, profile.id).await?;
    match Wanted::of(request.headers()) {
        Wanted::Part => {
            let page = show::page_of_load(&site, &who, &id).await?;
            Ok(html(&request, page.as_load()))
        }
        Wanted::Page => {
            if !started {
                who.visit
                    .say_info("A load is running already", "You see how far it is.");
            }
            Ok(lead_to(&request, &format!("/connections/{}", profile.id)))
        }
    }
}

/// `GET`: the progress. When the load has ended, the parts of the page that it changed come along.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    profile(&site, &id)?;
    if Wanted::of(request.headers()) == Wanted::Page {
        let page = show::page(&site, &who, &id, &Query::default()).await?;
        return Ok(show::answer(&request, page));
    }
    let running = show::page_of_load(&site, &who, &id).await?;
    if running.running {
        return Ok(html(&request, running.as_load()));
    }
    let page = show::page(&site, &who, &id, &Query::default()).await?;
    let (load, items) = (
        text(page.as_load().render())?,
        text(page.as_items().render())?,
    );
    let facts = text(page.as_facts().render())?;
    let body = format!(
        r##"{load}<hx-partial hx-target="#items" hx-swap="outerHTML">{items}</hx-partial><hx-partial hx-target="#facts" hx-swap="outerHTML">{facts}</hx-partial>"##
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(body))
}
