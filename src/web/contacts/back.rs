//! What came of a form that was sent; where it was not done, the form comes back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::save::Sending;
use super::view::{Notes, Subject, Told};
use super::{Room, no_contact};
use crate::contacts::{Barrier, Conflict, Desk, Outcome};
use crate::providers::Fault;
use crate::web::error::PageError;

impl Room {
    /// What came of it.
    pub(super) async fn tell(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        outcome: Outcome,
    ) -> Result<HttpResponse, PageError> {
        match outcome {
            Outcome::Done {
                id,
                elsewhere,
                changed,
                ..
            } => Ok(self.done(&sending, &id, &elsewhere, changed).await),
            Outcome::NotFound => Ok(no_contact(self, sending.request)),
            Outcome::Refused(faults) => self.mend(desk, sending, faults).await,
            Outcome::Taken(by) => self.taken(desk, sending, by).await,
            Outcome::Conflict(conflict) => self.ask(desk, sending, *conflict).await,
            Outcome::Unclear { why, before } => self.unclear(desk, sending, &why, before).await,
            Outcome::Late => {
                let told = Told::late(self.profile.name);
                self.not_done(desk, sending, told).await
            }
        }
    }

    /// The form on top of the contact as it is now, with a choice where both changed the same.
    async fn ask(
        &self,
        desk: &Desk,
        mut sending: Sending<'_>,
        conflict: Conflict,
    ) -> Result<HttpResponse, PageError> {
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
        self.back(desk, sending, subject, notes, StatusCode::CONFLICT)
            .await
    }

    async fn taken(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        by: Option<String>,
    ) -> Result<HttpResponse, PageError> {
        let notes = Notes {
            taken: Some(by),
            ..Notes::default()
        };
        let subject = self.subject(desk, &sending).await;
        self.back(desk, sending, subject, notes, StatusCode::CONFLICT)
            .await
    }

    async fn unclear(
        &self,
        desk: &Desk,
        mut sending: Sending<'_>,
        why: &str,
        before: bool,
    ) -> Result<HttpResponse, PageError> {
        if before {
            // The person was told to look first: what is sent now is sent anew.
            sending.token = self.site.entropy.token();
        }
        let told = Told::unclear(self.profile.name, why, self.address.home());
        self.not_done(desk, sending, told).await
    }

    async fn not_done(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        told: Told,
    ) -> Result<HttpResponse, PageError> {
        let notes = Notes {
            told: Some(told),
            ..Notes::default()
        };
        let subject = self.subject(desk, &sending).await;
        self.back(desk, sending, subject, notes, StatusCode::BAD_GATEWAY)
            .await
    }

    /// The form with a property more; for a contact, with what that has of it.
    pub(super) async fn add(
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
    pub(super) async fn mend(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        faults: Vec<Fault>,
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
    pub(super) async fn subject<'a>(&self, desk: &Desk, sending: &Sending<'a>) -> Subject<'a> {
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

    pub(super) fn kept_back(&self, sending: Sending<'_>, barrier: &Barrier) -> HttpResponse {
        let (request, id) = (sending.request, sending.id);
        self.kept(request, id, sending.entered, barrier, sending.token)
    }
}
