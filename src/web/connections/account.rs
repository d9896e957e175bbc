//! `/connections/{provider}/account`: which of two accounts to keep, after a reconnect that brought another one.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::index::redirect_uri;
use super::told::Told;
use super::view::{AccountSide, Head, LONGEST_ACCOUNT};
use super::{overview, profile};
use crate::connections::{Answered, Choice, Outcome, Question};
use crate::error::{Failure, Kind};
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::words::{When, shortened};

#[derive(Template)]
#[template(path = "connections/account.html")]
pub(super) struct AccountPage {
    pub(super) frame: Frame,
    pub(super) head: Head,
    /// Names the question, so that an answer to an older one is noticed.
    pub(super) id: String,
    /// The account that is connected.
    pub(super) old: Option<AccountSide>,
    pub(super) new: AccountSide,
    pub(super) until: When,
    /// Whether the provider is told of the access that is not used any more.
    pub(super) revokes: bool,
    pub(super) apps_url: &'static str,
}

/// `GET`: the question; without one, the way to the connection's page.
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    match site.connections.question(&who.owner, profile.id).await? {
        Some(question) if question.over => {
            answer(
                &request,
                &site,
                &who,
                profile,
                Some(&question.id),
                Choice::Keep,
            )
            .await
        }
        Some(question) => ask(&request, &site, &who, question, profile).await,
        None => Ok(lead_to(&request, &place(profile))),
    }
}

async fn ask(
    request: &HttpRequest,
    site: &web::Data<Site>,
    who: &SignedIn,
    question: Question,
    profile: &Profile,
) -> Result<HttpResponse, PageError> {
    let now = site.clock.now();
    let overview = overview(site, who, profile.id).await?;
    let page = AccountPage {
        frame: Frame::new(site, who, "connections"),
        head: Head::new(&overview, redirect_uri(site, profile.id), now),
        id: question.id,
        old: question.old.as_ref().map(AccountSide::new),
        new: AccountSide::new(&question.new),
        until: When::new(question.until, now),
        revokes: site.connections.revokes(profile.id),
        apps_url: profile.apps_url,
    };
    Ok(html(request, page))
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
    let choice = match form.get("choice") {
        "keep" => Choice::Keep,
        "replace" => Choice::Replace,
        _ => return Err(no_choice().into()),
    };
    let asked = form.all("candidate").next();
    answer(&request, &site, &who, profile, asked, choice).await
}

fn no_choice() -> Failure {
    Failure::new(
        Kind::Unprocessable,
        "This is not one of the choices",
        "Nothing was changed. Possible is: keep, replace.",
    )
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
        .answer(&who.owner, profile.id, asked, choice)
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
    let told = |access| Told::new(profile, answered.revocation, access);
    let named = |name: &str| shortened(name, LONGEST_ACCOUNT);
    match answered.outcome {
        Outcome::Kept { account, late } => {
            let told = told("the access to the other account");
            let title = match account {
                Some(account) => format!("Still connected as {}", named(&account)),
                None => format!("{} stays disconnected", profile.name),
            };
            let why = if late {
                "Nobody chose within 15 minutes, so nothing was changed here."
            } else {
                "Nothing was changed here."
            };
            let text = format!("{why} {}", told.text);
            who.visit.say(told.tone, title, text, told.link);
        }
        Outcome::Connected { account, replaced } => {
            let title = format!("Connected as {}", named(&account));
            if !replaced {
                return who.visit.say_ok(title, "Load its items when you like.");
            }
            let told = told("the access to the account before");
            let text = format!(
                "The items loaded from the account before are gone here. {}",
                told.text
            );
            who.visit.say(told.tone, title, text, told.link);
        }
        Outcome::Changed => who.visit.say_info(
            "You came back once more meanwhile",
            "Nothing was changed. These are the accounts to choose between now.",
        ),
        Outcome::Nothing => {}
    }
}

fn place(profile: &Profile) -> String {
    format!("/connections/{}", profile.id)
}
