//! `/settings/keys/{id}/revoke`: asks first, then ends the key.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::PLACE;
use super::view::KeyView;
use crate::error::{Failure, Kind};
use crate::identity::{ApiKey, Limit};
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "settings/keys/revoke.html")]
pub(super) struct RevokePage {
    pub(super) frame: Frame,
    pub(super) key: KeyView,
}

/// `GET`: names the key and its last use.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let key = own(&site, &who, &id).await?;
    let page = RevokePage {
        frame: Frame::new(&site, &who, "settings"),
        key: KeyView::new(key, site.clock.now()),
    };
    Ok(html(&request, page))
}

/// `POST`: ends it at once.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    limits::by(&site, Limit::KEYS, &who.owner.counted_as()).await?;
    let key = own(&site, &who, &id).await?;
    let by = who.by();
    if !site.api_keys.revoke(&who.owner, &id, &by).await? {
        return Err(gone().into());
    }
    tracing::info!("an API key was revoked");
    who.visit.say_ok(
        "The key is revoked",
        format!("It lets nobody in any more: {}", key.name),
    );
    Ok(lead_to(&request, PLACE))
}

/// The person's own key of this id. Whether it is somebody else's is not told apart from one that is gone.
async fn own(site: &Site, who: &SignedIn, id: &str) -> Result<ApiKey, PageError> {
    let key = site.api_keys.get(&who.owner, id).await?;
    key.ok_or_else(|| gone().into())
}

fn gone() -> Failure {
    Failure::new(
        Kind::NotFound,
        "There is no such key",
        "You have none with this id: it was revoked already, or it is somebody else's. Nothing was changed.",
    )
    .leading_to("Back to the keys", PLACE.to_owned())
}
