//! `POST …/contacts` and `POST …/contacts/{id}`: making and changing a contact. The form comes back with all that was
//! entered wherever it is not done.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::view::Told;
use super::{Room, sent};
use crate::contacts::{Barrier, Desk, Draft, Entered};
use crate::error::{Failure, Kind};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::page::lead_to;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Makes a contact.
pub async fn create(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let room = Room::enter(&request, site, who, &id)?;
    room.submit(&request, None, &fields).await
}

/// Changes a contact.
pub async fn update(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let (provider, contact) = path.into_inner();
    let room = Room::enter(&request, site, who, &provider)?;
    room.submit(&request, Some(&contact), &fields).await
}

/// A form that was sent: for which contact, with what, under which token.
pub(super) struct Sending<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) id: Option<&'a str>,
    pub(super) entered: Entered,
    pub(super) token: String,
}

impl Room {
    async fn submit(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        fields: &Fields,
    ) -> Result<HttpResponse, PageError> {
        let mut entered = sent::read(fields, self.facts);
        if !fields.get("reconnect").is_empty() {
            return self.reconnect(request, id, entered).await;
        }
        let fault = entered.take_row(self.facts).err();
        let added = entered.more.last().cloned();
        let sending = Sending {
            request,
            id,
            entered,
            token: self.token(fields),
        };
        let opened = self.open_desk();
        let desk = match opened.await {
            Ok(desk) if !desk.is_for(sending.entered.account.as_ref()) => {
                let entered = sending.entered;
                return Ok(self.of_another(request, id, entered, &desk, StatusCode::CONFLICT));
            }
            Ok(desk) if desk.may_write => desk,
            Ok(desk) => {
                let missing = Barrier::Missing(desk.facts().write.to_owned());
                return Ok(self.kept_back(sending, &missing));
            }
            Err(barrier) => return Ok(self.kept_back(sending, &barrier)),
        };
        match fault {
            Some(fault) => self.mend(&desk, sending, vec![fault]).await,
            None if !fields.get("add").is_empty() => self.add(&desk, sending, added).await,
            None => self.send(&desk, sending).await,
        }
    }

    /// The form's token. A program may send none, and is then on its own.
    pub(super) fn token(&self, fields: &Fields) -> String {
        match fields.get("form_token") {
            "" => self.site.entropy.token(),
            token => token.to_owned(),
        }
    }

    async fn send(&self, desk: &Desk, sending: Sending<'_>) -> Result<HttpResponse, PageError> {
        let (token, entered) = (&sending.token, sending.entered.clone());
        let sent = match sending.id {
            Some(id) => desk.update(token, id, entered).await,
            None => desk.create(token, entered).await,
        };
        match sent {
            Ok(outcome) => self.tell(desk, sending, outcome).await,
            Err(barrier) => Ok(self.kept_back(sending, &barrier)),
        }
    }

    /// Leads to the contact, with a word of what was done.
    pub(super) async fn done(
        &self,
        sending: &Sending<'_>,
        id: &str,
        elsewhere: &[String],
        (changed, before): (bool, bool),
    ) -> HttpResponse {
        if let Some(draft) = &self.address.draft {
            self.site.contacts.drop_draft(&self.who.owner, draft).await;
        }
        let name = self.profile.name;
        let visit = &self.who.visit;
        match (sending.id, changed) {
            (None, _) if before => visit.say_ok(
                format!("The contact is in {name} already"),
                "This form made it when it was sent before; nothing was done twice.",
            ),
            (Some(_), _) if before => visit.say_ok(
                "Saved already",
                "This form was saved when it was sent before; nothing was done twice.",
            ),
            (None, _) => visit.say_ok(
                format!("The contact is in {name} now"),
                self.facts.search_lag,
            ),
            (Some(_), true) => visit.say_ok("Saved", self.facts.search_lag),
            (Some(_), false) => visit.say_info(
                "Nothing was to be saved",
                format!("{name} has just what this form says."),
            ),
        }
        if !elsewhere.is_empty() {
            let labels: Vec<&str> = elsewhere.iter().map(|name| self.label(name)).collect();
            visit.say_info(
                "Something was changed elsewhere meanwhile",
                format!("It was left as it is there: {}", labels.join(", ")),
            );
        }
        let mut address = self.address.clone();
        address.more.clone_from(&sending.entered.more);
        lead_to(sending.request, &address.form(Some(id)))
    }

    fn label<'a>(&self, property: &'a str) -> &'a str {
        let mut fields = self.facts.fields.iter();
        let field = fields.find(|field| field.name == property);
        field.map_or(property, |field| field.label)
    }

    /// To the provider, and back to this form with what was entered.
    async fn reconnect(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        entered: Entered,
    ) -> Result<HttpResponse, PageError> {
        let (owner, provider) = (&self.who.owner, self.profile.id);
        let binding = self.who.visit.binding();
        let binding = binding.ok_or_else(|| Failure::of(Kind::Forbidden))?;
        let mut address = self.address.clone();
        address.more.clone_from(&entered.more);
        let draft = Draft {
            provider: provider.to_owned(),
            contact: id.map(str::to_owned),
            entered,
        };
        let kept = self.site.contacts.keep_draft(owner, &draft).await;
        let Ok(kept) = kept.inspect_err(|error| tracing::warn!(%error, "a draft was not kept"))
        else {
            let away = StatusCode::SERVICE_UNAVAILABLE;
            return Ok(self.kept(request, id, draft.entered, Told::store(), away));
        };
        let return_to = address.with_draft(id, &kept);
        let connections = &self.site.connections;
        let url = connections
            .begin(owner, provider, &binding, Some(&return_to))
            .await?;
        Ok(lead_to(request, url.as_str()))
    }
}
