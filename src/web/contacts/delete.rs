//! `/connections/{provider}/contacts/{id}/delete`: asks first, then deletes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::view::{DeletePage, LONGEST_NAME, Told};
use super::{Room, leads_away, own_fault, sent};
use crate::contacts::{Barrier, Desk, Outcome, Whose};
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
    let desk = match room.desk_to_write().await? {
        Ok(desk) => desk,
        Err(barrier) => return Ok(room.barred(&request, &barrier, room.address.delete(&id))),
    };
    match own_fault(desk.get(&id, &[]).await)? {
        Err(barrier) => Ok(room.barred(&request, &barrier, room.address.delete(&id))),
        Ok(None) => Ok(room.gone_before(&request)),
        Ok(Some(contact)) => Ok(room.question(&request, room.asks(&desk, &contact))),
    }
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
    let asks = Asks {
        id: id.clone(),
        name: format!("Contact {}", shortened(&id, LONGEST_NAME)),
        token: room.token(&fields),
        account: sent::account(&fields).unwrap_or_else(|| desk.whose()),
        told: None,
    };
    if !desk.is_for(Some(&asks.account)) {
        return Ok(room.of_another_account(&request, &desk, asks));
    }
    match own_fault(desk.delete(&asks.token, &id).await)? {
        Err(barrier) => Ok(room.barred(&request, &barrier, room.address.delete(&id))),
        Ok(outcome) => room.after(&request, &desk, asks, verdict(outcome)).await,
    }
}

/// What came of a deletion.
#[derive(Debug, PartialEq)]
enum Verdict {
    Deleted,
    Gone,
    Late,
    Unclear(String),
    Refused(Vec<Fault>),
}

/// Only what is done counts as deleted.
fn verdict(outcome: Outcome) -> Verdict {
    match outcome {
        Outcome::Done { .. } => Verdict::Deleted,
        Outcome::NotFound => Verdict::Gone,
        Outcome::Late => Verdict::Late,
        Outcome::Unclear { why, .. } => Verdict::Unclear(why),
        Outcome::Refused(faults) => Verdict::Refused(faults),
        Outcome::Taken(_) | Outcome::Conflict(_) | Outcome::MadeBefore(_) => {
            Verdict::Refused(Vec::new())
        }
    }
}

/// The question whether to delete a contact.
struct Asks {
    id: String,
    name: String,
    token: String,
    account: Whose,
    told: Option<(Told, StatusCode)>,
}

impl Room {
    async fn desk_to_write(&self) -> Result<Result<Desk, Barrier>, PageError> {
        Ok(self.open().await?.and_then(|desk| match desk.may_write {
            true => Ok(desk),
            false => Err(Barrier::Missing(desk.facts().write.to_owned())),
        }))
    }

    async fn after(
        &self,
        request: &HttpRequest,
        desk: &Desk,
        mut asks: Asks,
        verdict: Verdict,
    ) -> Result<HttpResponse, PageError> {
        let name = self.profile.name;
        match verdict {
            Verdict::Deleted => Ok(self.deleted(request, &asks.id)),
            Verdict::Gone => Ok(self.gone_before(request)),
            Verdict::Refused(faults) => Err(refused(name, &faults).into()),
            Verdict::Late => {
                asks.told = Some((Told::late(name), StatusCode::BAD_GATEWAY));
                Ok(self.question(request, asks))
            }
            Verdict::Unclear(why) => {
                let told = Told::unclear(name, &why, self.address.home(), false);
                asks.told = Some((told, StatusCode::BAD_GATEWAY));
                self.look_again(request, desk, asks).await
            }
        }
    }

    /// A deletion of which nobody knows what came: where the contact is still there, it can be sent anew.
    async fn look_again(
        &self,
        request: &HttpRequest,
        desk: &Desk,
        asks: Asks,
    ) -> Result<HttpResponse, PageError> {
        let asks = match own_fault(desk.get(&asks.id, &[]).await)? {
            Ok(None) => return Ok(self.gone_before(request)),
            Ok(Some(contact)) => Asks {
                told: asks.told,
                ..self.asks(desk, &contact)
            },
            Err(_) => asks,
        };
        Ok(self.question(request, asks))
    }

    fn asks(&self, desk: &Desk, contact: &Contact) -> Asks {
        Asks {
            id: contact.id.clone(),
            name: shortened(&contact.name, LONGEST_NAME),
            token: self.site.entropy.token(),
            account: desk.whose(),
            told: None,
        }
    }

    fn of_another_account(
        &self,
        request: &HttpRequest,
        desk: &Desk,
        mut asks: Asks,
    ) -> HttpResponse {
        let (was, now) = (&asks.account.name, desk.account_name());
        let told = Told::other_account(self.profile.name, was, now, false);
        asks.told = Some((told, StatusCode::CONFLICT));
        self.question(request, asks)
    }

    fn question(&self, request: &HttpRequest, asks: Asks) -> HttpResponse {
        let (told, status) = asks.told.unzip();
        let page = DeletePage {
            frame: Frame::new(&self.site, &self.who, "contacts"),
            name: asks.name,
            provider: self.profile.name,
            kept: self.facts.kept_after_delete,
            action: self.address.delete(&asks.id),
            form: self.address.other(Some(&asks.id)),
            id: asks.id,
            token: asks.token,
            account: asks.account,
            told,
        };
        leads_away(html(request, page), status.unwrap_or(StatusCode::OK))
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
    let texts = faults.iter();
    let texts: Vec<String> = texts
        .map(|fault| shortened(&fault.text, LONGEST_NAME))
        .collect();
    let title = format!("{name} does not delete this contact");
    let text = match texts.is_empty() {
        true => format!("{name} says that something else there stands against it."),
        false => texts.join(" "),
    };
    Failure::new(Kind::Unprocessable, title, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Taken;

    #[test]
    fn only_what_is_done_counts_as_deleted() {
        let done = Outcome::Done {
            id: "1".to_owned(),
            contact: None,
            elsewhere: Vec::new(),
            changed: true,
            before: false,
        };
        assert_eq!(verdict(done), Verdict::Deleted);
        let refused = || Verdict::Refused(Vec::new());
        for outcome in [
            Outcome::Taken(Taken::default()),
            Outcome::MadeBefore("2".to_owned()),
        ] {
            assert_eq!(verdict(outcome), refused());
        }
        assert_eq!(verdict(Outcome::Refused(Vec::new())), refused());
        assert_eq!(verdict(Outcome::NotFound), Verdict::Gone);
    }
}
