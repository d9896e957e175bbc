//! `GET /settings/keys`: the keys that there are, and the form that makes one.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::form::{Expiry, Form};
use super::view::KeyView;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::html;
use crate::web::session::SignedIn;
use crate::web::site::Site;

#[derive(Template)]
#[template(path = "settings/keys/index.html")]
pub(super) struct IndexPage {
    pub(super) frame: Frame,
    pub(super) keys: Vec<KeyView>,
    pub(super) form: Form,
    /// Where programs find this Patchbay.
    pub(super) home: String,
}

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let form = Form::empty(site.api_keys.id());
    let page = page(&site, &who, form).await?;
    Ok(html(&request, page))
}

/// The page with a form.
pub(super) async fn page(site: &Site, who: &SignedIn, form: Form) -> Result<IndexPage, PageError> {
    let now = site.clock.now();
    let keys = site.api_keys.of(&who.owner).await?;
    let keys = keys.into_iter().map(|key| KeyView::new(key, now));
    Ok(IndexPage {
        keys: keys.collect(),
        form,
        home: site.origin(),
        frame: Frame::new(site, who, "settings"),
    })
}
