//! `/connections/{provider}/items/clear`: asks first, then takes away what was loaded. The connection stays.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::load::{LoadError, Status};
use crate::web::connections::{Head, overview, profile, redirect_uri};
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "items/clear.html")]
pub(super) struct ClearPage {
    pub frame: Frame,
    pub head: Head,
    /// A load runs, which would bring back what is cleared.
    pub running: bool,
}

/// `GET`: says what goes and what stays; where nothing is loaded, leads back.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let overview = overview(&site, &who, &id).await?;
    let uri = redirect_uri(&site, overview.profile.id);
    let head = Head::new(&overview, uri, site.clock.now());
    if overview.snapshot.is_none() {
        return Ok(lead_to(&request, &place(head.id)));
    }
    let load = overview.load.as_ref();
    let page = ClearPage {
        frame: Frame::new(&site, &who, "connections"),
        head,
        running: load.is_some_and(|load| load.status == Status::Running),
    };
    Ok(html(&request, page))
}

/// `POST`: takes it away. 409 while a load runs.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    match site.loads.clear(&who.owner, profile.id).await {
        Ok(true) => who.visit.say_ok(
            "The loaded items are cleared",
            format!(
                "{} stays connected, and nothing changed in the account. Load items to have them here again.",
                profile.name
            ),
        ),
        Ok(false) => who
            .visit
            .say_info("There was nothing to clear", "Nothing is loaded."),
        Err(error) => return Err(refused(error, profile.id)),
    }
    Ok(lead_to(&request, &place(profile.id)))
}

fn refused(error: LoadError, id: &str) -> PageError {
    let failure: crate::error::Failure = error.into();
    failure
        .leading_to("Back to the connection", place(id))
        .into()
}

fn place(id: &str) -> String {
    format!("/connections/{id}")
}
