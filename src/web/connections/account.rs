//! `/connections/{provider}/account`: which of two accounts to keep, after a reconnect that brought another one.

use actix_web::{HttpRequest, HttpResponse, web};

use super::profile;
use super::question::{AccountPage, Came, Place, choice};
use crate::connections::{Answered, Choice, Outcome};
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// `GET`: the question; without one, the way to the connection's page.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let Some(question) = site.connections.question(&who.owner, profile.id).await? else {
        return Ok(lead_to(&request, &place(profile)));
    };
    if question.over {
        let asked = Some(&question.id[..]);
        return answer(&request, &site, &who, profile, asked, Choice::Keep).await;
    }
    let frame = Frame::new(&site, &who, "connections");
    let page = AccountPage::new(&site, frame, &who.owner, question, profile, Place::Page);
    Ok(html(&request, page.await?))
}

/// `POST`: does what the person chose, and says how it went.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let choice = choice(&form)?;
    let asked = form.all("candidate").next();
    answer(&request, &site, &who, profile, asked, choice).await
}

async fn answer(
    request: &HttpRequest,
    site: &web::Data<Site>,
    who: &SignedIn,
    profile: &Profile,
    asked: Option<&str>,
    choice: Choice,
) -> Result<HttpResponse, PageError> {
    let connections = &site.connections;
    let answered = connections
        .answer(&who.owner, profile.id, asked, choice, who.by())
        .await?;
    let next = match (&answered.outcome, &answered.return_to) {
        (Outcome::Changed, _) => format!("{}/account", place(profile)),
        (_, Some(return_to)) => return_to.clone(),
        (_, None) => place(profile),
    };
    tell(who, profile, answered);
    Ok(lead_to(request, &next))
}

fn tell(who: &SignedIn, profile: &Profile, answered: Answered) {
    if matches!(answered.outcome, Outcome::Changed) {
        return who.visit.say_info(
            "You came back once more meanwhile",
            "Nothing was changed. These are the accounts to choose between now.",
        );
    }
    if let Some(came) = Came::of(profile, answered) {
        let title = came.whole_title();
        who.visit.say(came.tone, title, came.text, came.link);
    }
}

fn place(profile: &Profile) -> String {
    format!("/connections/{}", profile.id)
}
