//! `/connections/{provider}/load`: starts a load, shows how far it is, ends it, and tries again what failed.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::json;

use super::{profile, show};
use crate::error::{Failure, Kind};
use crate::items::Query;
use crate::load::Streams;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::page::{Wanted, html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// `POST`: starts a load, or joins the one that runs.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let streams = chosen(profile, &form)?;
    let streams = streams.as_deref().map_or(Streams::Usual, Streams::Chosen);
    let started = site.loads.start(&who.owner, profile.id, streams).await?;
    started_or_joined(&request, &site, &who, profile, started).await
}

/// `POST …/retry`: starts a load of what the last one failed to bring.
pub async fn retry(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let started = site.loads.retry(&who.owner, profile.id).await?;
    started_or_joined(&request, &site, &who, profile, started).await
}

async fn started_or_joined(
    request: &HttpRequest,
    site: &web::Data<Site>,
    who: &SignedIn,
    profile: &Profile,
    started: bool,
) -> Result<HttpResponse, PageError> {
    match Wanted::of(request.headers()) {
        Wanted::Part => part(request, site, who, profile).await,
        Wanted::Page => {
            if !started {
                who.visit
                    .say_info("A load is running already", "You see how far it is.");
            }
            Ok(lead_to(request, &format!("/connections/{}", profile.id)))
        }
    }
}

/// `POST …/cancel`: ends the load that runs.
pub async fn cancel(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let cancelled = site.loads.cancel(&who.owner, profile.id).await?;
    match Wanted::of(request.headers()) {
        Wanted::Part => part(&request, &site, &who, profile).await,
        Wanted::Page => {
            if !cancelled {
                who.visit.say_info(
                    "No load is running",
                    "It had ended before it could be cancelled.",
                );
            }
            Ok(lead_to(&request, &format!("/connections/{}", profile.id)))
        }
    }
}

/// `GET /connections/{provider}/load.json`: the completeness report of the load that runs, or of the last one.
pub async fn report(
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let load = site.loads.latest(&who.owner, profile.id).await?;
    Ok(match load {
        Some(load) => HttpResponse::Ok().json(load.summary(profile.id)),
        None => HttpResponse::NotFound()
            .content_type("application/problem+json")
            .json(json!({"title": "Nothing has been loaded yet", "status": 404})),
    })
}

/// The streams that the form chooses; `None` where it does not choose, as a program's may.
fn chosen(profile: &Profile, form: &Fields) -> Result<Option<Vec<String>>, PageError> {
    let streams: Vec<String> = form.all("stream").map(str::to_owned).collect();
    if let Some(unknown) = streams.iter().find(|id| profile.stream(id).is_none()) {
        return Err(no_stream(profile, unknown).into());
    }
    let chooses = !streams.is_empty() || !form.get("choose").is_empty();
    Ok(chooses.then_some(streams))
}

fn no_stream(profile: &Profile, asked: &str) -> Failure {
    let known: Vec<&str> = profile.streams.iter().map(|stream| stream.id).collect();
    let asked: String = asked.chars().take(40).collect();
    Failure::new(
        Kind::BadRequest,
        format!("{} has nothing called '{asked}'", profile.name),
        format!("Nothing was loaded. Possible is: {}.", known.join(", ")),
    )
}

/// `GET`: the progress. When the load has ended, the parts of the page that it changed come along.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    match Wanted::of(request.headers()) {
        Wanted::Part => part(&request, &site, &who, profile).await,
        Wanted::Page => {
            let page = show::page(&site, &who, &id, &Query::default(), Wanted::Page).await?;
            Ok(show::answer(&request, page))
        }
    }
}

/// The progress alone while the load runs. When it has ended, the parts of the page that it changed come
/// along, and the items, which are much to read, are told to ask for themselves.
async fn part(
    request: &HttpRequest,
    site: &web::Data<Site>,
    who: &SignedIn,
    profile: &Profile,
) -> Result<HttpResponse, PageError> {
    let page = show::page_without_items(site, who, profile.id).await?;
    if page.running {
        return Ok(html(request, page.as_load()));
    }
    let mut body = text(page.as_load().render())?;
    // `live` says the end aloud; saying every second's progress would be a nuisance.
    for (target, part) in [
        ("top", page.as_top().render()),
        ("live", page.as_live().render()),
        ("facts", page.as_facts().render()),
    ] {
        let part = text(part)?;
        // Morphed, so that the cursor stays where it is.
        body.push_str(&format!(
            r##"<hx-partial hx-target="#{target}" hx-swap="outerMorph">{part}</hx-partial>"##
        ));
    }
    Ok(HttpResponse::Ok()
        .insert_header(("HX-Trigger", "loaded"))
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// A fragment's text, or the fault that kept it from being made.
fn text(rendered: askama::Result<String>) -> Result<String, PageError> {
    rendered.map_err(|error| Failure::internal(error).into())
}
