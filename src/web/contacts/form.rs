//! `GET …/contacts/new` and `GET …/contacts/{id}`: the form of a contact, beside the list.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::future::OptionFuture;

use super::view::{FormView, Notes, Subject, Told};
use super::{Room, no_contact, own_fault};
use crate::contacts::{Barrier, Desk, Entered};
use crate::error::Failure;
use crate::providers::Contact;
use crate::web::error::PageError;
use crate::web::page::{Wanted, html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// An empty form.
pub async fn new(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let room = Room::enter(&request, site, who, &id)?;
    room.show(&request, None).await
}

/// The form of a contact.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (provider, contact) = path.into_inner();
    let room = Room::enter(&request, site, who, &provider)?;
    room.show(&request, Some(&contact)).await
}

impl Room {
    async fn show(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
    ) -> Result<HttpResponse, PageError> {
        let draft = self.draft(id).await?;
        let desk = match self.open().await? {
            Ok(desk) => desk,
            Err(barrier) => return Ok(self.kept_out(request, id, draft, &barrier)),
        };
        let account = draft.as_ref().and_then(|draft| draft.account.as_ref());
        if let (false, Some(entered)) = (desk.is_for(account), draft.clone()) {
            return Ok(self.of_another(request, id, entered, &desk, StatusCode::OK));
        }
        if let (false, Some(_)) = (desk.may_write, &draft) {
            let missing = Barrier::Missing(self.facts.write.to_owned());
            return Ok(self.kept_out(request, id, draft, &missing));
        }
        let contact = match id {
            Some(id) => match own_fault(desk.get(id, &self.address.more).await)? {
                Ok(Some(contact)) => Some(contact),
                Ok(None) => return Ok(self.not_there(request, draft)),
                Err(barrier) => return Ok(self.kept_out(request, Some(id), draft, &barrier)),
            },
            None => None,
        };
        if let Some(contact) = contact.as_ref().filter(|it| Some(it.id.as_str()) != id) {
            // It was merged into another one, which answers for it.
            return Ok(lead_to(request, &self.address.form(Some(&contact.id))));
        }
        let told = match desk.may_write {
            true => self.address.draft.as_ref().map(|_| match &draft {
                Some(_) => Told::back(),
                None => Told::lapsed(),
            }),
            false => Some(self.told(&Barrier::Missing(self.facts.write.to_owned()))),
        };
        let notes = Notes {
            told,
            ..Notes::default()
        };
        let entered = draft.unwrap_or_else(|| self.begin(&desk, contact.as_ref()));
        let subject = Subject { id, contact };
        self.form(request, &desk, subject, entered, notes, StatusCode::OK)
            .await
    }

    /// What the form of a contact, or of a new one, begins with.
    fn begin(&self, desk: &Desk, contact: Option<&Contact>) -> Entered {
        let more = &self.address.more;
        let begun = match contact {
            Some(contact) => Entered::of(contact, self.facts, more),
            None => Entered {
                more: more.clone(),
                ..Entered::default()
            },
        };
        Entered {
            account: Some(desk.whose()),
            ..begun
        }
    }

    /// The page for a contact that is not there; with a form for a new one, where something was entered.
    fn not_there(&self, request: &HttpRequest, draft: Option<Entered>) -> HttpResponse {
        match draft {
            Some(entered) => self.gone(request, entered),
            None => no_contact(self, request),
        }
    }

    /// What was entered before a reconnect.
    async fn draft(&self, contact: Option<&str>) -> Result<Option<Entered>, PageError> {
        let Some(id) = &self.address.draft else {
            return Ok(None);
        };
        let place = (self.profile.id, contact);
        let draft = self.site.contacts.draft(&self.who.owner, id, place).await;
        Ok(draft.map_err(Failure::from)?.map(|draft| draft.entered))
    }

    /// The page of what is in the way; with the form, where something was entered into it.
    fn kept_out(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        draft: Option<Entered>,
        barrier: &Barrier,
    ) -> HttpResponse {
        match draft {
            Some(entered) => {
                let told = self.told(barrier);
                self.kept(request, id, entered, told, barred_status(barrier))
            }
            None => self.barred(request, barrier, self.address.form(id)),
        }
    }

    /// The form alone under a new token, with all that was entered, and why it was not done.
    pub(super) fn kept(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        entered: Entered,
        told: Told,
        status: StatusCode,
    ) -> HttpResponse {
        let notes = Notes {
            told: Some(told),
            token: self.site.entropy.token(),
            ..Notes::default()
        };
        self.alone(request, id, &entered, &notes, status)
    }

    /// The form alone, for which nothing is asked of the provider.
    pub(super) fn alone(
        &self,
        request: &HttpRequest,
        id: Option<&str>,
        entered: &Entered,
        notes: &Notes,
        status: StatusCode,
    ) -> HttpResponse {
        let subject = Subject { id, contact: None };
        let mut page = self.page(None);
        page.here = self.address.form(id);
        page.form = Some(FormView::new(
            &self.setting(),
            &subject,
            entered,
            &[],
            notes,
            true,
        ));
        self.answer(request, page, status)
    }

    /// The form with its list beside it.
    pub(super) async fn form(
        &self,
        request: &HttpRequest,
        desk: &Desk,
        subject: Subject<'_>,
        entered: Entered,
        mut notes: Notes,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        if notes.token.is_empty() {
            notes.token = self.site.entropy.token();
        }
        let part = Wanted::of(request.headers()) == Wanted::Part;
        let list = (!part).then(|| self.list(desk, subject.id));
        let (list, properties) = tokio::join!(OptionFuture::from(list), desk.properties());
        let mut page = self.page(Some(desk));
        page.here = self.address.form(subject.id);
        // What was entered must not be lost for a list that cannot be shown.
        page.list = list.and_then(Result::ok);
        let may_write = page.may_write;
        let setting = self.setting();
        let form = FormView::new(&setting, &subject, &entered, &properties, &notes, may_write);
        page.form = Some(FormView {
            swapped_in: part,
            ..form
        });
        if part {
            let mut answer = html(request, page.as_form());
            *answer.status_mut() = status;
            return Ok(answer);
        }
        Ok(self.answer(request, page, status))
    }
}

/// The status of a form that came back for what is in the way.
pub(super) fn barred_status(barrier: &Barrier) -> StatusCode {
    match super::status(barrier) {
        StatusCode::OK => StatusCode::FORBIDDEN,
        status => status,
    }
}
