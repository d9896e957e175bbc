//! What came of a form that was sent; where it was not done, the form comes back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::Room;
use super::form::barred_status;
use super::save::Sending;
use super::view::{Notes, Subject, Told};
use crate::contacts::{Barrier, Conflict, Desk, Entered, Outcome};
use crate::providers::{Fault, Taken};
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
                before,
                ..
            } => Ok(self
                .done(&sending, &id, &elsewhere, (changed, before))
                .await),
            Outcome::NotFound => Ok(self.gone(sending.request, sending.entered)),
            Outcome::MadeBefore(id) => Ok(self.made_before(sending, &id)),
            Outcome::Refused(faults) => self.mend(desk, sending, faults).await,
            Outcome::Taken(taken) => self.taken(desk, sending, taken).await,
            Outcome::Conflict(conflict) => self.ask(desk, sending, *conflict).await,
            Outcome::Unclear { why, before } => Ok(self.unclear(sending, &why, before)),
            Outcome::Late => Ok(self.not_done(sending, Told::late(self.profile.name))),
        }
    }

    /// The form on top of the contact as it is now, with a choice where both changed the same.
    async fn ask(
        &self,
        desk: &Desk,
        mut sending: Sending<'_>,
        conflict: Conflict,
    ) -> Result<HttpResponse, PageError> {
        let both = conflict.both;
        sending.entered = sending.entered.rebased(&conflict.contact, both);
        let now = conflict.contact.id.clone();
        let told = match sending.id {
            Some(id) if id != now => Told::merged(self.profile.name, id),
            _ => Told::conflict(self.profile.name),
        };
        let notes = Notes {
            told: Some(told),
            ..Notes::default()
        };
        let subject = Subject {
            id: Some(&now),
            contact: Some(conflict.contact),
        };
        self.back(desk, sending, subject, notes, StatusCode::CONFLICT)
            .await
    }

    async fn taken(
        &self,
        desk: &Desk,
        sending: Sending<'_>,
        taken: Taken,
    ) -> Result<HttpResponse, PageError> {
        let notes = Notes {
            taken: Some(taken),
            ..Notes::default()
        };
        let subject = self.subject(desk, &sending).await;
        self.back(desk, sending, subject, notes, StatusCode::CONFLICT)
            .await
    }

    fn unclear(&self, mut sending: Sending<'_>, why: &str, before: bool) -> HttpResponse {
        if before {
            // The person was told to look first: what is sent now is sent anew, as this page says.
            sending.token = self.site.entropy.token();
        }
        let told = Told::unclear(self.profile.name, why, self.address.home(), before);
        self.not_done(sending, told)
    }

    /// The form alone: who has waited for the provider once does not wait for it again.
    fn not_done(&self, sending: Sending<'_>, told: Told) -> HttpResponse {
        let notes = Notes {
            told: Some(told),
            token: sending.token,
            ..Notes::default()
        };
        let (request, id) = (sending.request, sending.id);
        self.alone(
            request,
            id,
            &sending.entered,
            &notes,
            StatusCode::BAD_GATEWAY,
        )
    }

    /// The form of a contact that is gone, for a new one.
    pub(super) fn gone(&self, request: &HttpRequest, entered: Entered) -> HttpResponse {
        let told = Told::gone(self.profile.name, self.address.list());
        self.kept(request, None, entered.anew(), told, StatusCode::NOT_FOUND)
    }

    fn made_before(&self, sending: Sending<'_>, id: &str) -> HttpResponse {
        let told = Told::made_before(id, self.address.other(Some(id)));
        let (request, entered) = (sending.request, sending.entered);
        self.kept(request, None, entered, told, StatusCode::CONFLICT)
    }

    /// The form that was begun for another account. One for a new contact is for the connected account from here on.
    pub(super) fn of_another(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        mut entered: Entered,
        desk: &Desk,
        status: StatusCode,
    ) -> HttpResponse {
        let was = entered.account.take().unwrap_or_default();
        let told = Told::other_account(
            self.profile.name,
            &was.name,
            desk.account_name(),
            id.is_none(),
        );
        entered.account = Some(if id.is_none() { desk.whose() } else { was });
        self.kept(request, id, entered, told, status)
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
        let notes = Notes {
            told: Some(self.told(barrier)),
            token: sending.token,
            ..Notes::default()
        };
        let status = barred_status(barrier);
        self.alone(
            sending.request,
            sending.id,
            &sending.entered,
            &notes,
            status,
        )
    }
}
