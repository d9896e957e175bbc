//! `POST …/contacts` and `POST …/contacts/{id}`: making and changing a contact. The form comes back with all that was
//! entered wherever it is not done.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::view::{Notes, Subject, Told};
use super::{Room, no_contact, own_fault, sent};
use crate::contacts::{Barrier, Desk, Draft, Entered, Outcome};
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
struct Sending<'a> {
    request: &'a HttpRequest,
    id: Option<&'a str>,
    entered: Entered,
    token: String,
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
        let desk = match self.open().await? {
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
        match own_fault(sent)? {
            Ok(outcome) => self.tell(desk, sending, outcome).await,
            Err(barrier) => Ok(self.kept_back(sending, &barrier)),
        }
    }

    /// What came of it.
    async fn tell(
        &self,
        desk: &Desk,
        mut sending: Sending<'_>,
        outcome: Outcome,
    ) -> Result<HttpResponse, PageError> {
        let notes = match outcome {
            Outcome::Done {
                id,
                elsewhere,
                changed,
                ..
            } => return Ok(self.done(&sending, &id, &elsewhere, changed).await),
            Outcome::NotFound => return Ok(no_contact(self, sending.request)),
            Outcome::Refused(faults) => return self.mend(desk, sending, faults).await,
            Outcome::Conflict(conflict) => {
                sending.entered = sending.entered.rebased(&conflict.contact);
                let notes = Notes {
                    told: Some(Told::conflict(self.profile.name)),
                    both: conflict.both,
                    ..Notes::default()
                };
                let subject = Subject {
                    id: sending.id,
                    contact: Some(conflict.contact),
                };
                return self
                    .back(desk, sending, subject, notes, StatusCode::CONFLICT)
                    .await;
            }
            Outcome::Taken(by) => Notes {
                taken: Some(by),
                ..Notes::default()
            },
            Outcome::Unclear { why, before } => {
                if before {
                    // The person was told to look first: what is sent now is sent anew.
                    sending.token = self.site.entropy.token();
                }
                Notes {
                    told: Some(Told::unclear(self.profile.name, &why, self.address.home())),
                    ..Notes::default()
                }
            }
            Outcome::Late => Notes {
                told: Some(Told::late(self.profile.name)),
                ..Notes::default()
            },
        };
        let status = match notes.taken {
            Some(_) => StatusCode::CONFLICT,
            None => StatusCode::BAD_GATEWAY,
        };
        let subject = self.subject(desk, &sending).await;
        self.back(desk, sending, subject, notes, status).await
    }

    /// Leads to the contact, with a word of what was done.
    async fn done(
        &self,
        sending: &Sending<'_>,
        id: &str,
        elsewhere: &[String],
        changed: bool,
    ) -> HttpResponse {
        if let Some(draft) = &self.address.draft {
            self.site.contacts.drop_draft(&self.who.owner, draft).await;
        }
        let name = self.profile.name;
        let visit = &self.who.visit;
        match (sending.id, changed) {
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

    /// The form with a property more; for a contact, with what that has of it.
    async fn add(
        &self,
        desk: &Desk,
        mut sending: Sending<'_>,
        added: Option<String>,
    ) -> Result<HttpResponse, PageError> {
        let subject = self.subject(desk, &sending).await;
        if let Some((contact, added)) = subject.contact.as_ref().zip(added) {
            let known = sending.entered.was.contains_key(&added);
            if !known {
                sending.entered.show(contact, &added);
            }
        }
        self.back(desk, sending, subject, Notes::default(), StatusCode::OK)
            .await
    }

    /// The form with its faults marked.
    async fn mend(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        faults: Vec<crate::providers::Fault>,
    ) -> Result<HttpResponse, PageError> {
        let notes = Notes {
            faults,
            ..Notes::default()
        };
        let subject = self.subject(desk, &sending).await;
        self.back(
            desk,
            sending,
            subject,
            notes,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await
    }

    /// The contact that a form is of, as it is now; the form does without where it cannot be had.
    async fn subject<'a>(&self, desk: &Desk, sending: &Sending<'a>) -> Subject<'a> {
        let contact = match sending.id {
            Some(id) => desk.get(id, &sending.entered.more).await.ok().flatten(),
            None => None,
        };
        Subject {
            id: sending.id,
            contact,
        }
    }

    async fn back(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        subject: Subject<'_>,
        notes: Notes,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        let notes = Notes {
            token: sending.token,
            ..notes
        };
        self.form(
            sending.request,
            desk,
            subject,
            sending.entered,
            notes,
            status,
        )
        .await
    }

    fn kept_back(&self, sending: Sending<'_>, barrier: &Barrier) -> HttpResponse {
        let (request, id) = (sending.request, sending.id);
        self.kept(request, id, sending.entered, barrier, sending.token)
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
        let draft = self.site.contacts.keep_draft(owner, &draft).await;
        let return_to = address.with_draft(id, &draft.map_err(Failure::from)?);
        let connections = &self.site.connections;
        let url = connections
            .begin(owner, provider, &binding, Some(&return_to))
            .await?;
        Ok(lead_to(request, url.as_str()))
    }
}
