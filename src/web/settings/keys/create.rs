//! `POST /settings/keys`: makes a key, and shows it this once.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::form::Form;
use super::index;
use super::view::KeyView;
use crate::identity::{CreateError, Limit, SecretKey};
use crate::web::assets;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{html, to_mend};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// The one page that shows a key. It is the answer to the form, so that no address leads to it.
#[derive(Template)]
#[template(path = "settings/keys/made.html")]
pub(super) struct MadePage {
    pub(super) frame: Frame,
    pub(super) key: KeyView,
    pub(super) secret: SecretKey,
    /// Where programs find this Patchbay.
    pub(super) home: String,
    pub(super) script: String,
}

/// What a form is answered with that was sent before.
#[derive(Template)]
#[template(path = "settings/keys/made_before.html")]
pub(super) struct MadeBeforePage {
    pub(super) frame: Frame,
    /// The key that it made, if it is still there.
    pub(super) key: Option<KeyView>,
}

/// Fields `name`, `scope` (of which there may be several) and `expires`, and the `id` that the form brought along.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    limits::by(&site, Limit::KEYS, &who.owner.counted_as()).await?;
    let form = Form::read(&fields, || site.api_keys.id());
    let (form, new) = form.entered(site.clock.now());
    let Some(new) = new else {
        return refused(&request, &site, &who, form).await;
    };
    match site.api_keys.create(&who.owner, new, &who.by()).await {
        Ok((key, secret)) => {
            tracing::info!("an API key was made");
            let page = MadePage {
                frame: Frame::new(&site, &who, "settings"),
                key: KeyView::new(key, site.clock.now()),
                secret,
                home: site.origin(),
                script: assets::address("api-keys.js"),
            };
            Ok(html(&request, page))
        }
        Err(CreateError::Made) => made_before(&request, &site, &who, &form.id).await,
        Err(CreateError::Store(error)) => Err(error.into()),
        Err(fault) => refused(&request, &site, &who, form.with(&fault)).await,
    }
}

async fn refused(
    request: &HttpRequest,
    site: &Site,
    who: &SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    Ok(to_mend(request, index::page(site, who, form).await?))
}

async fn made_before(
    request: &HttpRequest,
    site: &Site,
    who: &SignedIn,
    id: &str,
) -> Result<HttpResponse, PageError> {
    let key = site.api_keys.get(&who.owner, id).await?;
    let page = MadeBeforePage {
        frame: Frame::new(site, who, "settings"),
        key: key.map(|key| KeyView::new(key, site.clock.now())),
    };
    let mut answer = html(request, page);
    *answer.status_mut() = StatusCode::CONFLICT;
    Ok(answer)
}
