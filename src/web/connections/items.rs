//! `GET /connections/{provider}/items`: the item table alone for htmx, its connection's page otherwise; and
//! `…/pictures`, the same of what is drawn of the items.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{profile, show};
use crate::items::Query;
use crate::web::error::PageError;
use crate::web::page::{Wanted, html};
use crate::web::session::SignedIn;
use crate::web::site::Site;

pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let query = show::query(&request, profile(&site, &id)?)?;
    let wanted = Wanted::of(request.headers());
    let page = show::page(&site, &who, &id, &query, wanted).await?;
    match wanted {
        Wanted::Page => Ok(show::answer(&request, page)),
        Wanted::Part => Ok(html(&request, page.as_items())),
    }
}

/// `GET /connections/{provider}/pictures`
pub async fn pictures(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    match Wanted::of(request.headers()) {
        Wanted::Page => {
            let page = show::page(&site, &who, &id, &Query::default(), Wanted::Page).await?;
            Ok(show::answer(&request, page))
        }
        Wanted::Part => {
            let page = show::page_with_pictures(&site, &who, &id).await?;
            Ok(html(&request, page.as_pictures()))
        }
    }
}
