//! `POST /integrations/{provider}/contact/…`: work on the contacts of a connection, each action in a file.

pub mod create;
pub mod delete;
pub mod get;
mod properties;
mod told;
pub mod update;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::caller::Caller;
use super::{Classic, fields};
use crate::contacts::{Barrier, Desk, Outcome};
use crate::error::{Failure, Kind};
use crate::form::Fields;
use crate::identity::Scope;
use crate::owner::Owner;

/// A request that is let in, and the contacts that it is about.
struct Counter {
    fields: Fields,
    owner: Owner,
    desk: Desk,
}

impl Counter {
    /// Reads the request and opens the connection's contacts.
    async fn open(
        request: &HttpRequest,
        classic: &Classic,
        payload: Payload,
        scope: Scope,
    ) -> Result<Self, Failure> {
        let id = request.match_info().get("provider").unwrap_or_default();
        let profile = classic.profile(id)?;
        let fields = fields::read(request, payload).await?;
        if classic.contacts.facts(profile.id).is_none() {
            return Err(told::no_contacts(profile.name));
        }
        let caller = Caller::of(request)?;
        let owner = caller.owner(&fields, scope)?;
        let by = caller.by(&owner, request);
        let opened = classic.contacts.open(&owner, profile.id, by).await;
        let desk = opened.map_err(|barrier| told::barred(barrier, profile, &owner))?;
        Ok(Self {
            fields,
            owner,
            desk,
        })
    }

    /// The same, to change something.
    async fn open_to_write(
        request: &HttpRequest,
        classic: &Classic,
        payload: Payload,
    ) -> Result<Self, Failure> {
        let counter = Self::open(request, classic, payload, Scope::ContactsWrite).await?;
        match counter.desk.may_write {
            true => Ok(counter),
            false => {
                let missing = Barrier::Missing(counter.desk.facts().write.to_owned());
                Err(counter.barred(missing))
            }
        }
    }

    fn name(&self) -> &'static str {
        self.desk.profile.name
    }

    fn barred(&self, barrier: Barrier) -> Failure {
        told::barred(barrier, self.desk.profile, &self.owner)
    }

    /// Which contact is meant.
    fn contact_id(&self) -> Result<&str, Failure> {
        let id = self.fields.get("contact_id").trim();
        if id.is_empty() {
            let text = "Send the id of the contact as the field contact_id of the form.";
            return Err(Failure::new(
                Kind::Unprocessable,
                "contact_id is missing",
                text,
            ));
        }
        Ok(id)
    }

    /// The contact of this id, with these properties beside the usual ones, as the provider has it.
    async fn contact(&self, id: &str, more: &[String]) -> Result<HttpResponse, Failure> {
        match self.desk.get(id, more).await {
            Ok(Some(contact)) => Ok(done(&contact.raw)),
            Ok(None) => Err(told::no_contact(self.name())),
            Err(barrier) => Err(self.barred(barrier)),
        }
    }

    /// What came of making or changing the contact of this id.
    async fn written(
        &self,
        id: Option<&str>,
        more: &[String],
        outcome: Result<Outcome, Barrier>,
    ) -> Result<HttpResponse, Failure> {
        match outcome.map_err(|barrier| self.barred(barrier))? {
            Outcome::Done {
                contact: Some(contact),
                ..
            } => Ok(done(&contact.raw)),
            Outcome::Done { id, .. } => self.contact(&id, more).await,
            other => Err(told::not_done(self.name(), id, other)),
        }
    }
}

fn done(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(answer)
}
