//! The question which of two accounts to keep, as a page, and what came of its answer, in words. Who may answer is
//! decided where it is asked: `account.rs`, `window/account.rs`.

use askama::Template;

use super::index::redirect_uri;
use super::no_provider;
use super::told::Told;
use super::view::{AccountSide, Head, LONGEST_ACCOUNT};
use crate::connections::{Answered, Choice, Outcome, Question};
use crate::error::{Failure, Kind};
use crate::owner::Owner;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::flash::Link;
use crate::web::form::Fields;
use crate::web::frame::Frame;
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
    pub(super) place: Place,
}

/// Where the question is asked.
pub(super) enum Place {
    /// Among our pages.
    Page,
    /// In a window that a program opened.
    Window {
        /// Whose connection it is about, which nothing else says there.
        owner: Owner,
    },
}

impl AccountPage {
    pub(super) async fn new(
        site: &Site,
        frame: Frame,
        owner: &Owner,
        question: Question,
        profile: &Profile,
        place: Place,
    ) -> Result<Self, PageError> {
        let now = site.clock.now();
        let overview = site.connections.overview(owner, profile.id).await?;
        let overview = overview.ok_or_else(no_provider)?;
        Ok(Self {
            frame,
            head: Head::new(&overview, redirect_uri(site, profile.id), now),
            id: question.id,
            old: question.old.as_ref().map(AccountSide::new),
            new: AccountSide::new(&question.new),
            until: When::new(question.until, now),
            revokes: site.connections.revokes(profile.id),
            apps_url: profile.apps_url,
            place,
        })
    }
}

/// What a form chose.
pub(super) fn choice(form: &Fields) -> Result<Choice, Failure> {
    match form.get("choice") {
        "keep" => Ok(Choice::Keep),
        "replace" => Ok(Choice::Replace),
        _ => Err(no_choice("keep, replace")),
    }
}

/// A form chose something else than what it offers.
pub(super) fn no_choice(possible: &str) -> Failure {
    Failure::new(
        Kind::Unprocessable,
        "This is not one of the choices",
        format!("Nothing was changed. Possible is: {possible}."),
    )
}

/// What came of an answer, in words.
pub(super) struct Came {
    pub(super) tone: &'static str,
    /// What happened; the account's name goes on behind it.
    pub(super) title: String,
    pub(super) account: Option<String>,
    /// What it means.
    pub(super) text: String,
    /// Where there is something left to do.
    pub(super) link: Option<Link>,
}

impl Came {
    /// `None` where nothing came of it: the question is another one by now, or there is none.
    pub(super) fn of(profile: &Profile, answered: Answered) -> Option<Self> {
        let told = |access| Told::new(profile, answered.revocation, access);
        match answered.outcome {
            Outcome::Kept { account, late } => {
                let told = told("the access to the other account");
                let title = match &account {
                    Some(_) => "Still connected as".to_owned(),
                    None => format!("{} stays disconnected", profile.name),
                };
                Some(Self::new(told, title, account, why_kept(late)))
            }
            Outcome::Connected { account, replaced } => {
                let title = "Connected as".to_owned();
                if !replaced {
                    return Some(Self {
                        tone: "ok",
                        title,
                        account: Some(shortened(&account, LONGEST_ACCOUNT)),
                        text: "Load its items when you like.".to_owned(),
                        link: None,
                    });
                }
                let told = told("the access to the account before");
                let why = "The items loaded from the account before are gone here.";
                Some(Self::new(told, title, Some(account), why))
            }
            Outcome::Changed | Outcome::Nothing => None,
        }
    }

    fn new(told: Told, title: String, account: Option<String>, why: &str) -> Self {
        Self {
            tone: told.tone,
            title,
            account: account.map(|name| shortened(&name, LONGEST_ACCOUNT)),
            text: format!("{why} {}", told.text),
            link: told.link,
        }
    }

    /// The title with the account's name.
    pub(super) fn whole_title(&self) -> String {
        match &self.account {
            Some(account) => format!("{} {account}", self.title),
            None => self.title.clone(),
        }
    }
}

fn why_kept(late: bool) -> &'static str {
    match late {
        true => "Nobody chose within 15 minutes, so nothing was changed here.",
        false => "Nothing was changed here.",
    }
}
