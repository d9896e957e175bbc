//! `/connections/{provider}/contacts/{id}/delete`: asks first, then deletes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::view::{DeletePage, LONGEST_NAME, Told};
use super::{Room, leads_away, own_fault};
use crate::contacts::{Barrier, Desk, Outcome};
use crate::error::{Failure, Kind};
use crate::providers::{Contact, Fault};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::words::shortened;

/// `GET`: says what will be deleted, and what the provider keeps.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (provider, id) = path.into_inner();
    let room = Room::enter(&request, site, who, &provider)?;
    let token = room.site.entropy.token();
    room.confirm(&request, &id, token, None).await
}

/// `POST`: deletes, and says so.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let (provider, id) = path.into_inner();
    let room = Room::enter(&request, site, who, &provider)?;
    let desk = match room.desk_to_write().await? {
        Ok(desk) => desk,
        Err(barrier) => return Ok(room.barred(&request, &barrier, room.address.delete(&id))),
    };
    let token = room.token(&fields);
    let deleted = desk.delete(&token, &id).await;
    let told = match own_fault(deleted)? {
        Err(barrier) => return Ok(room.barred(&request, &barrier, room.address.delete(&id))),
        Ok(Outcome::NotFound) => return Ok(room.gone_before(&request)),
        Ok(Outcome::Late) => Told::late(room.profile.name),
        Ok(Outcome::Unclear { why, .. }) => {
            Told::unclear(room.profile.name, &why, room.address.home())
        }
        Ok(Outcome::Refused(faults)) => return Err(refused(room.profile.name, &faults).into()),
        Ok(_) => return Ok(room.deleted(&request, &id)),
    };
    room.confirm(&request, &id, token, Some(told)).await
}

impl Room {
    async fn desk_to_write(&self) -> Result<Result<Desk, Barrier>, PageError> {
        Ok(self.open().await?.and_then(|desk| match desk.may_write {
            true => Ok(desk),
            false => Err(Barrier::Missing(desk.facts().write.to_owned())),
        }))
    }

    /// The question; a contact that is gone is none.
    async fn confirm(
        &self,
        request: &HttpRequest,
        id: &str,
        token: String,
        told: Option<Told>,
    ) -> Result<HttpResponse, PageError> {
        let here = || self.address.delete(id);
        let desk = match self.desk_to_write().await? {
            Ok(desk) => desk,
            Err(barrier) => return Ok(self.barred(request, &barrier, here())),
        };
        match own_fault(desk.get(id, &[]).await)? {
            Err(barrier) => Ok(self.barred(request, &barrier, here())),
            Ok(None) => Ok(self.gone_before(request)),
            Ok(Some(contact)) => Ok(self.question(request, &contact, token, told)),
        }
    }

    fn question(
        &self,
        request: &HttpRequest,
        contact: &Contact,
        token: String,
        told: Option<Told>,
    ) -> HttpResponse {
        let status = match told {
            Some(_) => StatusCode::BAD_GATEWAY,
            None => StatusCode::OK,
        };
        let page = DeletePage {
            frame: Frame::new(&self.site, &self.who, "contacts"),
            name: shortened(&contact.name, LONGEST_NAME),
            id: contact.id.clone(),
            provider: self.profile.name,
            kept: self.facts.kept_after_delete,
            action: self.address.delete(&contact.id),
            form: self.address.other(Some(&contact.id)),
            token,
            told,
        };
        leads_away(html(request, page), status)
    }

    fn deleted(&self, request: &HttpRequest, id: &str) -> HttpResponse {
        let text = format!("{} {}", self.facts.kept_after_delete, self.facts.search_lag);
        let id = shortened(id, LONGEST_NAME);
        self.who
            .visit
            .say_ok(format!("Contact {id} is deleted"), text);
        lead_to(request, &self.address.list())
    }

    fn gone_before(&self, request: &HttpRequest) -> HttpResponse {
        let text = format!(
            "{} has no such contact any more. The list may still show it for a moment.",
            self.profile.name
        );
        self.who.visit.say_info("The contact is gone already", text);
        lead_to(request, &self.address.list())
    }
}

fn refused(name: &str, faults: &[Fault]) -> Failure {
    let texts: Vec<String> = faults
        .iter()
        .map(|fault| shortened(&fault.text, LONGEST_NAME))
        .collect();
    let title = format!("{name} does not delete this contact");
    Failure::new(Kind::Unprocessable, title, texts.join(" "))
}
