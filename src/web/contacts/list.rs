//! `GET /connections/{provider}/contacts`: the list, found by a search.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::Room;
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
    let room = Room::enter(&request, site, who, &id)?;
    let desk = match room.open().await? {
        Ok(desk) => desk,
        Err(barrier) => return Ok(room.barred(&request, &barrier, room.address.list())),
    };
    let list = room.list(&desk, None).await?;
    let failed = list.trouble.is_some();
    let mut page = room.page(Some(&desk));
    page.here = room.address.list();
    page.list = Some(list);
    if Wanted::of(request.headers()) == Wanted::Part {
        return Ok(html(&request, page.as_list()));
    }
    let status = match failed {
        true => StatusCode::BAD_GATEWAY,
        false => StatusCode::OK,
    };
    Ok(room.answer(&request, page, status))
}
