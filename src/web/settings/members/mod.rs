//! The members of an org, for its admins: who they are, what they may do, what they have connected.

pub mod add;
pub mod connections;
mod form;
pub mod index;
pub mod invitations;
pub mod remove;
pub mod revoke;
pub mod role;
#[cfg(test)]
mod samples;
mod view;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

use crate::error::{Failure, Kind};
use crate::identity::{Person, Role, RosterError};
use crate::owner::Owner;
use crate::web::error::PageError;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Where the members are.
pub const PLACE: &str = "/settings/members";

/// A signed-in admin; a handler that takes it cannot be reached by anybody else.
pub struct Admin(pub SignedIn);

impl FromRequest for Admin {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = SignedIn::from_request(request, payload).into_inner();
        ready(who.and_then(|who| match who.role {
            Role::Admin => Ok(Self(who)),
            Role::Member => Err(admins_only().into()),
        }))
    }
}

fn admins_only() -> Failure {
    let text = "Only an admin of your org may see and change its members. Ask one of them.";
    Failure::new(Kind::Forbidden, "This is for admins", text)
        .leading_to("To your settings", "/settings".to_owned())
}

/// A member of the admin's own org. Somebody of another org is not told apart from nobody.
async fn member(site: &Site, admin: &Admin, user: &str) -> Result<Person, PageError> {
    let member = site.people.member(&admin.0.owner.org, user).await?;
    member.ok_or_else(|| no_member().into())
}

/// An id in the admin's own org, whoever has it.
fn in_org_of(admin: &Admin, user: &str) -> Owner {
    Owner {
        org: admin.0.owner.org.clone(),
        user: user.to_owned(),
    }
}

fn no_member() -> Failure {
    let text = "There is no such member in your org; perhaps another admin removed them. Nothing was changed.";
    Failure::new(Kind::NotFound, "There is no such member", text)
        .leading_to("Back to the members", PLACE.to_owned())
}

fn refused(error: RosterError) -> PageError {
    let back = |failure: Failure| failure.leading_to("Back to the members", PLACE.to_owned());
    match error {
        RosterError::NoMember => no_member().into(),
        RosterError::LastAdmin(_) => {
            let text = "An org needs somebody who can change something. Make another member an admin first. Nothing was changed.";
            let title = "This is the last admin of your org";
            back(Failure::new(Kind::Conflict, title, text)).into()
        }
        RosterError::Busy => {
            let text = "Look at the members and try again. Nothing was changed.";
            let title = "Another admin is changing the members just now";
            back(Failure::new(Kind::Conflict, title, text)).into()
        }
        RosterError::Store(error) => error.into(),
    }
}
