//! `/invitations/{token}`: whoever has the link becomes a member, once.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::SecretString;

use super::error::PageError;
use super::form::Fields;
use super::frame::Frame;
use super::limits;
use super::page::{html, to_mend};
use super::session::{Known, Visit, peer};
use super::sign_in::enter;
use super::site::{SignIn, Site};
use crate::error::{Failure, Kind};
use crate::identity::{
    Invitation, Limit, Person, Role, SHORTEST_PASSWORD, check_email, check_password,
};
use crate::members::JoinError;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    frame: Frame,
    org: String,
    by: String,
    is_admin: bool,
    shortest: usize,
    email: String,
    /// Whether the invitation is for that email alone.
    is_fixed: bool,
    email_fault: Option<String>,
    /// What is wrong with the password, which is never sent back.
    password_fault: Option<String>,
}

/// `GET`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let invitation = find(&request, &site, &token).await?;
    let page = InvitationPage::new(&site, &visit, &invitation);
    Ok(html(&request, page))
}

/// `POST`: `email`, `password`.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    token: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let invitation = find(&request, &site, &token).await?;
    let mut page = InvitationPage::new(&site, &visit, &invitation);
    if let Some((email, password)) = page.read(&invitation, &fields) {
        let members = &site.members;
        match members.join(&token, email, password, peer(&request)).await {
            Ok(person) => return Ok(welcome(&request, &site, &visit, &person).await),
            Err(JoinError::Taken) => page.email_fault = Some(taken()),
            Err(JoinError::Ended) => return Err(ended().into()),
            Err(JoinError::Busy(busy)) => return Err(busy.into_failure().into()),
            Err(JoinError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(to_mend(&request, page))
}

async fn welcome(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    person: &Person,
) -> HttpResponse {
    let (owner, now) = (&person.owner, site.clock.now());
    let answer = enter(request, site, visit, owner, now, "/connections").await;
    visit.say_ok(
        "You are a member now",
        format!("Connect your first account. Your org is {}", owner.org),
    );
    answer
}

/// The invitation behind a link. Somebody who is signed in cannot become somebody else by it unawares.
async fn find(request: &HttpRequest, site: &Site, token: &str) -> Result<Invitation, PageError> {
    limits::by_address(site, request, Limit::INVITATION).await?;
    if site.sign_in != SignIn::Local {
        return Err(ended().into());
    }
    let invitation = site.members.invitation(token).await?;
    let invitation = invitation.ok_or_else(ended)?;
    if let Some(known) = Known::of(request) {
        let text = format!(
            "Sign out first, and open the link again, if it is for somebody else. You are signed in as {}",
            known.owner.user
        );
        return Err(Failure::new(Kind::Conflict, "You have an account already", text).into());
    }
    Ok(invitation)
}

fn ended() -> Failure {
    let text = "It was used, it has ended, or an admin revoked it; or its address is not whole. Ask for another.";
    Failure::new(Kind::NotFound, "This invitation leads nowhere", text)
        .leading_to("To the sign-in", "/sign-in".to_owned())
}

fn taken() -> String {
    "This email has an account already, or something is left of one. If it is yours, sign in with it, or ask an admin.".to_owned()
}

impl InvitationPage {
    fn new(site: &Site, visit: &Visit, invitation: &Invitation) -> Self {
        Self {
            frame: Frame::open(site, visit),
            org: invitation.org.clone(),
            by: invitation.by.clone(),
            is_admin: invitation.role() == Role::Admin,
            shortest: SHORTEST_PASSWORD,
            email: invitation.email.clone().unwrap_or_default(),
            is_fixed: invitation.email.is_some(),
            email_fault: None,
            password_fault: None,
        }
    }

    /// Who wants to join, or `None` where something is to be mended, which is marked.
    fn read(&mut self, invitation: &Invitation, fields: &Fields) -> Option<(String, SecretString)> {
        let (typed, password) = (fields.get("email"), fields.get("password"));
        let email = check_email(typed);
        self.email = email.clone().unwrap_or_else(|_| typed.to_owned());
        self.email_fault = match (&email, &invitation.email) {
            (Err(bad), _) => Some(format!("The email {bad}.")),
            (Ok(email), Some(own)) if email != own => {
                Some(format!("This invitation is for one email alone: {own}"))
            }
            _ => None,
        };
        let judged = check_password(password, &[typed, &invitation.org]);
        self.password_fault = judged.err().map(|bad| format!("The password {bad}."));
        let faultless = self.email_fault.is_none() && self.password_fault.is_none();
        let email = email.ok().filter(|_| faultless)?;
        Some((email, SecretString::from(password)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{full_frame, keep};

    #[test]
    fn samples_of_an_invitation_render() {
        for (name, is_fixed, wrong) in [("open", false, false), ("fixed", true, true)] {
            let page = InvitationPage {
                frame: Frame {
                    owner: None,
                    ..full_frame("")
                },
                org: "acme".to_owned(),
                by: "ada@example.com".to_owned(),
                is_admin: is_fixed,
                shortest: SHORTEST_PASSWORD,
                email: if wrong { "bob@example.com" } else { "" }.to_owned(),
                is_fixed,
                email_fault: wrong.then(taken),
                password_fault: wrong.then(|| "The password is easy to guess.".to_owned()),
            };
            let page = page.render().expect("a page");
            keep(&format!("invitation {name}"), &page);
        }
    }
}
