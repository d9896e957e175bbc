//! The pages of contacts: the list with its search, the form of one beside it, and deleting.

mod address;
mod back;
pub mod delete;
pub mod form;
pub mod list;
#[cfg(test)]
mod samples;
pub mod save;
mod sent;
mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::PageError;
use super::frame::Frame;
use super::headers::LeadsAway;
use super::page::{Wanted, html, lead_to};
use super::session::SignedIn;
use super::site::Site;
use crate::contacts::{Barrier, Desk};
use crate::error::{Failure, Kind};
use crate::providers::{ContactFacts, Profile};
use address::Address;
use view::{ContactsPage, Head, ListView, Setting, Told};

/// What every page of contacts begins with.
struct Room {
    site: web::Data<Site>,
    who: SignedIn,
    profile: &'static Profile,
    facts: &'static ContactFacts,
    address: Address,
}

impl Room {
    /// The contacts of the provider that the address names; a failure where it has none, or the address makes no
    /// sense.
    fn enter(
        request: &HttpRequest,
        site: web::Data<Site>,
        who: SignedIn,
        provider: &str,
    ) -> Result<Self, PageError> {
        let (profile, facts) = site.contacts.facts(provider).ok_or_else(no_contacts)?;
        let address = Address::read(profile, facts, request.query_string())?;
        Ok(Self {
            site,
            who,
            profile,
            facts,
            address,
        })
    }

    /// The contacts of the person's connection, or what is in the way; a failure where it is our own store.
    async fn open(&self) -> Result<Result<Desk, Barrier>, PageError> {
        let opened = self.open_desk();
        own_fault(opened.await)
    }

    /// The contacts of the person's connection, or whatever is in the way.
    async fn open_desk(&self) -> Result<Desk, Barrier> {
        let (owner, by) = (&self.who.owner, self.who.by());
        self.site.contacts.open(owner, self.profile.id, by).await
    }

    /// The list as the address asks for it. What keeps it from being shown is told in its place.
    async fn list(&self, desk: &Desk, chosen: Option<&str>) -> Result<ListView, PageError> {
        let found = own_fault(desk.look(&self.address.q, self.address.page).await)?;
        let now = self.site.clock.now();
        let list = ListView::new(self.profile, self.facts, &self.address, chosen);
        Ok(match found {
            Ok(found) => list.with(&found, &self.address, now),
            Err(barrier) => list.without(self.told(&barrier).of_a_list()),
        })
    }

    fn told(&self, barrier: &Barrier) -> Told {
        let asked = |scope: &str| self.site.connections.asks_for(self.profile, scope);
        Told::new(barrier, self.profile, asked)
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            facts: self.facts,
            address: &self.address,
            now: self.site.clock.now(),
        }
    }

    fn page(&self, desk: Option<&Desk>) -> ContactsPage {
        let account = desk.map(Desk::account_name).unwrap_or_default();
        ContactsPage {
            frame: Frame::part(&self.site, &self.who),
            head: Head::new(self.profile, account, &self.address),
            barrier: None,
            here: String::new(),
            list: None,
            form: None,
            may_write: desk.is_some_and(|desk| desk.may_write),
        }
    }

    /// The page of what is in the way, from which a reconnect leads back to `here`.
    fn barred(&self, request: &HttpRequest, barrier: &Barrier, here: String) -> HttpResponse {
        if Wanted::of(request.headers()) == Wanted::Part {
            // What is in the way concerns the whole page.
            return lead_to(request, &here);
        }
        let mut page = self.page(None);
        page.barrier = Some(self.told(barrier));
        page.here = here;
        self.answer(request, page, status(barrier))
    }

    /// The page as an answer; it may have a Connect button.
    fn answer(
        &self,
        request: &HttpRequest,
        mut page: ContactsPage,
        status: StatusCode,
    ) -> HttpResponse {
        page.frame = Frame::new(&self.site, &self.who, "contacts");
        leads_away(html(request, page), status)
    }
}

fn leads_away(mut answer: HttpResponse, status: StatusCode) -> HttpResponse {
    *answer.status_mut() = status;
    answer.extensions_mut().insert(LeadsAway);
    answer
}

/// Our own store is in nobody's way but ours.
fn own_fault<T>(result: Result<T, Barrier>) -> Result<Result<T, Barrier>, PageError> {
    match result {
        Err(Barrier::Store(error)) => Err(error.into()),
        result => Ok(result),
    }
}

/// The status of a page that a barrier keeps from being shown.
fn status(barrier: &Barrier) -> StatusCode {
    match barrier {
        Barrier::NotConnected | Barrier::NotConfigured => StatusCode::OK,
        Barrier::Ended(_) | Barrier::Missing(_) | Barrier::Denied(_) | Barrier::Unreadable => {
            StatusCode::FORBIDDEN
        }
        Barrier::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        Barrier::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
        Barrier::Misconfigured | Barrier::NoToken | Barrier::Failed(_) | Barrier::Late => {
            StatusCode::BAD_GATEWAY
        }
    }
}

fn no_contacts() -> Failure {
    Failure::new(
        Kind::NotFound,
        "There are no contacts here",
        "This provider has none that Patchbay can work on. The connections page lists all providers.",
    )
}

/// The page for a contact that is not there, or is somebody else's.
fn no_contact(room: &Room, request: &HttpRequest) -> HttpResponse {
    let gone = view::GonePage {
        frame: Frame::new(&room.site, &room.who, "contacts"),
        name: room.profile.name,
        list: room.address.list(),
    };
    if Wanted::of(request.headers()) == Wanted::Part {
        let mut answer = html(request, gone.as_gone());
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    }
    leads_away(html(request, gone), StatusCode::NOT_FOUND)
}
