//! `/integrations/{provider}/account`: which of two accounts to keep, asked in the window of a program. Whoever came back
//! with the other account may answer this one question in the same browser, and is not signed in by it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{WindowPage, refuse_who_left};
use crate::activity::By;
use crate::connections::{Choice, Outcome};
use crate::error::{Failure, Kind};
use crate::providers::Profile;
use crate::web::connections::profile;
use crate::web::connections::question::{AccountPage, Came, Place, choice};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::{Asked, Visit, peer};
use crate::web::site::Site;

/// The page's address.
pub fn place(profile: &Profile) -> String {
    format!("/integrations/{}/account", profile.id)
}

/// `GET`: the question.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let asked = asked(&visit, profile)?;
    refuse_who_left(&site, &asked.owner).await?;
    let question = site.connections.question(&asked.owner, profile.id).await?;
    let question = question.filter(|question| question.id == asked.question);
    let Some(question) = question else {
        visit.forget_asked();
        return Err(answered().into());
    };
    if question.over {
        return answer(&request, &site, &visit, profile, asked, Choice::Keep).await;
    }
    let frame = Frame::window(&site, &visit);
    let place = Place::Window {
        owner: asked.owner.clone(),
    };
    let page = AccountPage::new(&site, frame, &asked.owner, question, profile, place).await?;
    Ok(html(&request, page))
}

/// `POST`: does what the person chose, and says how it went.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let choice = choice(&form)?;
    let asked = asked(&visit, profile)?;
    refuse_who_left(&site, &asked.owner).await?;
    if form.get("candidate") != asked.question {
        // They came back once more, in another window: the newer question is the one to answer.
        return Ok(lead_to(&request, &place(profile)));
    }
    answer(&request, &site, &visit, profile, asked, choice).await
}

async fn answer(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    profile: &Profile,
    asked: Asked,
    choice: Choice,
) -> Result<HttpResponse, PageError> {
    let question = Some(&asked.question[..]);
    let connections = &site.connections;
    // Nobody has proved who they are.
    let by = By::unknown(peer(request));
    let done = connections.answer(&asked.owner, profile.id, question, choice, by);
    let done = done.await?;
    visit.forget_asked();
    let owner = match &done.outcome {
        Outcome::Connected { account, replaced } if !replaced => {
            let page =
                WindowPage::connected(Frame::bare(site, None), profile, account, asked.owner);
            return Ok(html(request, page));
        }
        Outcome::Connected { .. } => Some(asked.owner),
        _ => None,
    };
    let came = Came::of(profile, done).ok_or_else(answered)?;
    let page = WindowPage::answered(Frame::bare(site, None), profile, came, owner);
    Ok(html(request, page))
}

/// The question that this browser may answer.
fn asked(visit: &Visit, profile: &Profile) -> Result<Asked, Failure> {
    let asked = visit.asked().filter(|asked| asked.provider == profile.id);
    asked.ok_or_else(|| {
        Failure::new(
            Kind::Forbidden,
            "No question waits in this browser",
            "It has been answered already, or it waits in another browser. You can close this window.",
        )
    })
}

fn answered() -> Failure {
    Failure::new(
        Kind::BadRequest,
        "This question has been answered already",
        "What was answered first counts. You can close this window.",
    )
}
