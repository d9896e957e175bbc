//! The window that a program opened for a person to connect an account in: nobody is signed in there, and the program
//! waits until it is closed. This is the page at its end; each file below is a page on the way.

pub mod account;
pub mod confirm;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::question::Came;
use super::view::LONGEST_ACCOUNT;
use crate::connections::{End, Visitor};
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::providers::Profile;
use crate::web::assets;
use crate::web::error::PageError;
use crate::web::flash::Link;
use crate::web::frame::Frame;
use crate::web::page::{html, lead_to};
use crate::web::session::{Asked, Known, Visit, peer};
use crate::web::site::Site;
use crate::web::words::shortened;

/// Seconds that a page stays: enough to read a line, or a few.
const A_LINE: u32 = 1;
const SOME_LINES: u32 = 5;

#[derive(Template)]
#[template(path = "connections/window.html")]
pub(super) struct WindowPage {
    frame: Frame,
    name: &'static str,
    /// What happened; the account's name goes on behind it.
    title: String,
    account: Option<String>,
    /// Who has access to the account now.
    owner: Option<Owner>,
    /// What it means.
    text: String,
    /// Where there is something left to do.
    link: Option<Link>,
    /// After how many seconds a pop-up closes.
    closes_after: u32,
    /// The address of the script that closes it.
    script: String,
}

impl WindowPage {
    fn new(frame: Frame, profile: &Profile, title: impl Into<String>) -> Self {
        Self {
            frame,
            name: profile.name,
            title: title.into(),
            account: None,
            owner: None,
            text: String::new(),
            link: None,
            closes_after: A_LINE,
            script: assets::address("popup.js"),
        }
    }

    /// The person said no at the provider.
    pub(super) fn denied(frame: Frame, profile: &Profile) -> Self {
        Self {
            text: "Nothing was stored.".to_owned(),
            ..Self::new(frame, profile, format!("You said no at {}", profile.name))
        }
    }

    /// The person said no here.
    pub(super) fn dropped(frame: Frame, profile: &Profile) -> Self {
        let name = profile.name;
        let text = format!(
            "Nothing was stored. {name} may list Patchbay among the apps that you allowed; you can remove it there."
        );
        Self {
            text,
            link: apps(profile),
            closes_after: SOME_LINES,
            ..Self::new(frame, profile, format!("{name} was not connected"))
        }
    }

    pub(super) fn connected(frame: Frame, profile: &Profile, account: &str, owner: Owner) -> Self {
        Self {
            account: Some(shortened(account, LONGEST_ACCOUNT)),
            owner: Some(owner),
            ..Self::new(frame, profile, "Connected as")
        }
    }

    /// What came of the question which account to keep; `owner` where the account is theirs now.
    pub(super) fn answered(
        frame: Frame,
        profile: &Profile,
        came: Came,
        owner: Option<Owner>,
    ) -> Self {
        Self {
            account: came.account,
            owner,
            text: came.text,
            link: came.link,
            closes_after: SOME_LINES,
            ..Self::new(frame, profile, came.title)
        }
    }
}

/// In whose browser a request comes.
pub(super) fn visitor(request: &HttpRequest, visit: &Visit) -> Visitor {
    let owner = Known::of(request).map(|known| known.owner);
    Visitor {
        signed_in: owner.zip(visit.binding()),
        peer: peer(request),
    }
}

/// Says what came of an authorisation that a program began for somebody, or leads to the question about it.
pub(super) fn end(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    profile: &Profile,
    (owner, end): (Owner, End),
) -> HttpResponse {
    let frame = Frame::bare(site, None);
    match end {
        End::Connected(account) => html(
            request,
            WindowPage::connected(frame, profile, &account.name, owner),
        ),
        End::OtherAccount { question } => {
            visit.ask(&Asked {
                owner,
                provider: profile.id.to_owned(),
                question,
            });
            lead_to(request, &account::place(profile))
        }
        End::Denied => html(request, WindowPage::denied(frame, profile)),
    }
}

fn apps(profile: &Profile) -> Option<Link> {
    let label = format!("Connected apps at {}", profile.name);
    Link::new(label, profile.apps_url)
}

/// Nothing is connected any more for somebody who was removed while a window was open.
async fn refuse_who_left(site: &Site, owner: &Owner) -> Result<(), PageError> {
    if site.people.has_left(owner).await? {
        let text = "Whoever sent you is no member of this org any more. Nothing was connected.";
        let title = "There is nobody to connect it for";
        return Err(Failure::new(Kind::Forbidden, title, text).into());
    }
    Ok(())
}
