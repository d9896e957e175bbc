//! `/settings/members/{user}/remove`: asks what becomes of their connections, then removes them.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::view::{ConnectionView, MemberView};
use super::{Admin, PLACE, in_org_of, no_member, refused};
use crate::error::{Failure, Kind};
use crate::identity::{Belonging, Person};
use crate::members::{Fate, Removed};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::site::Site;
use crate::web::words::{counted, listed};

#[derive(Template)]
#[template(path = "settings/members/remove.html")]
pub(super) struct RemovePage {
    pub(super) frame: Frame,
    pub(super) member: MemberView,
    pub(super) connections: Vec<ConnectionView>,
    pub(super) keys: usize,
}

/// `GET`: says what ends, and asks about their connections.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    user: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let member = removable(&site, &admin, &user).await?;
    let now = site.clock.now();
    let briefs = site.connections.briefs(&member.owner).await?;
    let view = |brief| ConnectionView::new(&member.owner.user, Belonging::Member, brief, now);
    let page = RemovePage {
        frame: Frame::new(&site, &admin.0, "settings"),
        connections: briefs.iter().map(view).collect(),
        keys: site.api_keys.of(&member.owner).await?.len(),
        member: MemberView::new(member, &admin.0.owner.user, site.sign_in, now),
    };
    Ok(html(&request, page))
}

/// `POST`: `connections` is `disconnect` or `leave`.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    user: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let fate = match fields.get("connections") {
        "disconnect" => Fate::Disconnected,
        "leave" => Fate::Left,
        _ => return Err(no_choice(&user).into()),
    };
    let member = removable(&site, &admin, &user).await?;
    let by = admin.0.by();
    let removed = site.members.remove(&member.owner, fate, &by).await;
    let removed = removed.map_err(refused)?;
    let is_self = member.owner == admin.0.owner;
    if is_self {
        let text = "Your sessions and keys are over.".to_owned();
        admin.0.visit.leave("Your account is removed", text);
        return Ok(lead_to(&request, "/sign-in"));
    }
    tell(&admin, &removed, &member.owner.user);
    Ok(lead_to(&request, PLACE))
}

/// A member of the admin's own org, or who was one and whose removal broke off.
async fn removable(site: &Site, admin: &Admin, user: &str) -> Result<Person, PageError> {
    let found = site.members.removable(&in_org_of(admin, user)).await?;
    found.ok_or_else(|| no_member().into())
}

fn no_choice(user: &str) -> Failure {
    let text = "Say what becomes of their connections: disconnect, leave. Nobody was removed.";
    let back = format!("{PLACE}/{}/remove", super::view::part(user));
    Failure::new(Kind::Unprocessable, "That is not one of the choices", text)
        .leading_to("Back to the question", back)
}

fn tell(admin: &Admin, removed: &Removed, user: &str) {
    let mut told = vec!["Their sessions and keys are ended".to_owned()];
    let count = removed.disconnected as u64;
    if count > 0 {
        let words = counted(count, "connection is", "connections are");
        told.push(format!("{words} disconnected"));
    }
    if !removed.untold.is_empty() {
        let names = listed(&removed.untold);
        told.push(format!(
            "{names} could not be told, where they can end the access themselves"
        ));
    }
    if !removed.failed.is_empty() {
        let names = listed(&removed.failed);
        told.push(format!(
            "{names} could not be disconnected, which you can do below"
        ));
    }
    let text = format!("{}: {user}", told.join("; "));
    let tone = match removed.failed.is_empty() {
        true => "ok",
        false => "warn",
    };
    let visit = &admin.0.visit;
    visit.say(tone, "The member is removed", text, None);
}
