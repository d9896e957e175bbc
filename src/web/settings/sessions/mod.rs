//! `/settings/sessions`: where somebody is signed in, and ending that.

pub mod everywhere;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::activity::{Action, Entry};
use crate::error::{Failure, Kind};
use crate::identity::Session;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::{SignIn, Site};
use crate::web::words::{When, browser};

/// Where the page is.
pub const PLACE: &str = "/settings/sessions";

#[derive(Template)]
#[template(path = "settings/sessions.html")]
struct SessionsPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    /// 'Firefox on Linux'.
    browser: String,
    /// What the browser calls itself.
    agent: String,
    address: Option<String>,
    since: When,
    seen: When,
    is_this: bool,
}

/// `GET`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let here = who.visit.id();
    let sessions = of(&site, &who).await?.into_iter();
    let row = |session| Row::new(&site, session, here.as_deref());
    let page = SessionsPage {
        rows: sessions.map(row).collect(),
        frame: Frame::new(&site, &who, "settings"),
    };
    Ok(html(&request, page))
}

/// Somebody's sessions that count.
async fn of(site: &Site, who: &SignedIn) -> Result<Vec<Session>, PageError> {
    let mut sessions = site.sessions.of(&who.owner, site.clock.now()).await?;
    if site.sign_in != SignIn::Demo
        && let Some(standing) = site.people.standing(&who.owner).await?
    {
        sessions.retain(|session| standing.sessions_from <= session.entered.at);
    }
    Ok(sessions)
}

/// `POST /settings/sessions/{id}/end`: ends one of one's own sessions.
pub async fn end(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    if who.visit.id().as_ref() == Some(&*id) {
        who.visit.sign_out();
        note(&site, &who, Action::SignedOut).await;
        return Ok(lead_to(&request, "/sign-in"));
    }
    let ended = site.sessions.end_of(&who.owner, &id).await?;
    let ended = ended.ok_or_else(gone)?;
    let entry = Entry::of(&who.by(), &who.owner, Action::SessionEnded);
    let entry = entry.about(&browser(&ended.agent));
    site.activity.note(&entry).await;
    who.visit
        .say_ok("The session is ended", "Whoever used it is signed out.");
    Ok(lead_to(&request, PLACE))
}

async fn note(site: &Site, who: &SignedIn, action: Action) {
    let entry = Entry::of(&who.by(), &who.owner, action);
    site.activity.note(&entry).await;
}

fn gone() -> Failure {
    let text = "It has ended already, or it is somebody else's. Nothing was changed.";
    Failure::new(Kind::NotFound, "There is no such session", text)
        .leading_to("Back to the sessions", PLACE.to_owned())
}

impl Row {
    fn new(site: &Site, session: Session, here: Option<&str>) -> Self {
        let now = site.clock.now();
        let entered = session.entered;
        Self {
            browser: browser(&entered.agent),
            address: entered.address.map(|address| address.to_string()),
            since: When::new(entered.since(), now),
            seen: When::new(session.seen_at, now),
            is_this: here == Some(&entered.id),
            id: entered.id,
            agent: entered.agent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, keep, minutes, now};

    #[test]
    fn samples_of_the_sessions_render() {
        let row = |id: &str, agent: &str, is_this: bool| Row {
            id: id.to_owned(),
            browser: browser(agent),
            agent: agent.to_owned(),
            address: is_this.then(|| "2001:db8::2:1".to_owned()),
            since: When::new(minutes(-3_000), now()),
            seen: When::new(minutes(-2), now()),
            is_this,
        };
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let page = SessionsPage {
            frame: frame("settings"),
            rows: vec![
                row("aaaaaaaaaaaa", firefox, true),
                row("bbbbbbbbbbbb", &"<b>x".repeat(70), false),
                row("cccccccccccc", "", false),
            ],
        };
        keep("sessions", &page.render().expect("a page"));
    }
}
