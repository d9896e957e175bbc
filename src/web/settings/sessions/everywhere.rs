//! `/settings/sessions/everywhere`: asks first, then signs somebody out in all browsers, this one as well.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::activity::Action;
use crate::web::error::PageError;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::{SignIn, Site};
use crate::web::words::number;

#[derive(Template)]
#[template(path = "settings/everywhere.html")]
struct EverywherePage {
    frame: Frame,
    /// Sessions beside this one.
    others: usize,
}

/// `GET`: says how many sessions end.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    let here = who.visit.id();
    let sessions = super::of(&site, &who).await?;
    let others = sessions
        .iter()
        .filter(|it| Some(&it.entered.id) != here.as_ref());
    let page = EverywherePage {
        others: others.count(),
        frame: Frame::new(&site, &who, "settings"),
    };
    Ok(html(&request, page))
}

/// `POST`: ends them.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    // First what counts for all of them; then each by itself, so that none is left in the store.
    if site.sign_in != SignIn::Demo {
        site.people.end_sessions(&who.owner).await?;
    }
    let ended = site.sessions.end_all(&who.owner, None).await?;
    let text = match ended {
        0 | 1 => "This browser was the only one.".to_owned(),
        ended => format!(
            "{} sessions are over, this one among them.",
            number(ended as u64)
        ),
    };
    who.visit.leave("You are signed out everywhere", text);
    super::note(&site, &who, Action::SignedOutEverywhere).await;
    Ok(lead_to(&request, "/sign-in"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, keep};

    #[test]
    fn samples_of_the_question_render() {
        for (name, others) in [("here alone", 0), ("in another", 1), ("in many", 12)] {
            let page = EverywherePage {
                frame: frame("settings"),
                others,
            };
            let page = page.render().expect("a page");
            keep(&format!("sign out everywhere {name}"), &page);
        }
    }
}
