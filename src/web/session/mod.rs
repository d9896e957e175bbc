//! The browser session by name, not by string.

mod known;

use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use known::{Known, SignedIn, peer, remember};

use super::error::PageError;
use crate::digest::digest;
use crate::identity::Entered;
use crate::owner::Owner;

pub(super) const ORG: &str = "org";
const USER: &str = "user";
const ENTERED: &str = "entered";
const SECRET: &str = "secret";
const NOTICES: &str = "notices";
const ASKED: &str = "asked";
const BEFORE: &str = "before";

/// The session of a request, signed in or not.
pub struct Visit(Session);

/// A question that a person may answer without being signed in: they came back from a provider for this owner, whose
/// program sent them. It lets them do nothing else.
#[derive(Serialize, Deserialize)]
pub struct Asked {
    /// Whose connection it is about.
    pub owner: Owner,
    /// To which provider.
    pub provider: String,
    /// Which question.
    pub question: String,
}

impl Visit {
    /// The session of a request.
    pub fn of(request: &HttpRequest) -> Self {
        Self(request.get_session())
    }

    /// Who the session says is signed in, and since when. Whether that still holds is for [`remember`] to say.
    fn claim(&self) -> Option<(Owner, Entered)> {
        Self::entered(&self.0.entries())
    }

    /// Nobody is signed in any more. A session of its own goes on: the page that is shown now has forms too.
    fn let_go(&self) {
        self.0.clear();
        self.0.renew();
    }

    /// Signs somebody in, in a session with a new id.
    pub fn sign_in(&self, owner: &Owner, entered: &Entered, secret: String) {
        self.0.clear();
        self.0.renew();
        self.write(ORG, &owner.org);
        self.write(USER, &owner.user);
        self.write(ENTERED, entered);
        self.write(SECRET, secret);
    }

    /// Keeps this session alone, under a new id, when all others of its person end.
    pub fn renew(&self, now: Timestamp) {
        if let Some((_, entered)) = self.claim() {
            self.write(ENTERED, entered.renewed(now));
            self.0.renew();
        }
    }

    /// The name of this session among those of its person.
    pub fn id(&self) -> Option<String> {
        self.claim().map(|(_, entered)| entered.id)
    }

    /// Who is signed in in a session of this state, and since when.
    pub(super) fn entered(
        state: &std::collections::HashMap<String, String>,
    ) -> Option<(Owner, Entered)> {
        fn read<T: serde::de::DeserializeOwned>(text: Option<&String>) -> Option<T> {
            serde_json::from_str(text?).ok()
        }
        let owner = Owner {
            org: read(state.get(ORG))?,
            user: read(state.get(USER))?,
        };
        Some((owner, read(state.get(ENTERED))?))
    }

    /// Ends the session, and says so in another one, on the page that follows.
    pub fn leave(&self, title: &str, text: String) {
        self.let_go();
        self.say_ok(title, text);
    }

    /// Ends the session.
    pub fn sign_out(&self) {
        self.0.purge();
    }

    /// The session's secret, made by `make` if there is none yet.
    pub fn secret(&self, make: impl FnOnce() -> String) -> String {
        self.known_secret().unwrap_or_else(|| {
            let secret = make();
            self.write(SECRET, &secret);
            secret
        })
    }

    /// The session's secret, if it has one.
    pub fn known_secret(&self) -> Option<String> {
        self.read(SECRET)
    }

    /// What ties an authorisation to this session; not the secret itself.
    pub fn binding(&self) -> Option<String> {
        self.known_secret().map(|secret| tied_by(&secret))
    }

    /// The same for a browser that may never have been here: `make` makes the secret, if there is none yet.
    pub fn bind(&self, make: impl FnOnce() -> String) -> String {
        tied_by(&self.secret(make))
    }

    /// Remembers what what was begun was tied by in the session that this one took the place of.
    pub fn succeed(&self, binding: Option<String>) {
        if let Some(binding) = binding {
            self.write(BEFORE, binding);
        }
    }

    /// What it was tied by there, if this session took the place of one.
    pub fn forerunner(&self) -> Option<String> {
        self.read(BEFORE)
    }

    /// Remembers the one question that may be answered here without a sign-in.
    pub fn ask(&self, asked: &Asked) {
        self.write(ASKED, asked);
    }

    /// That question, if there is one.
    pub fn asked(&self) -> Option<Asked> {
        self.read(ASKED)
    }

    /// It is not to be answered any more.
    pub fn forget_asked(&self) {
        self.0.remove(ASKED);
    }

    /// The notices that wait to be shown, taken away.
    pub(super) fn take_notices(&self) -> Vec<super::flash::Notice> {
        let notices = self.read(NOTICES);
        if notices.is_some() {
            self.0.remove(NOTICES);
        }
        notices.unwrap_or_default()
    }

    /// Adds a notice for the next page.
    pub(super) fn notice(&self, notice: super::flash::Notice) {
        let mut notices: Vec<super::flash::Notice> = self.read(NOTICES).unwrap_or_default();
        notices.push(notice);
        self.write(NOTICES, notices);
    }

    /// What cannot be read counts as not there.
    fn read<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.get(key).ok().flatten()
    }

    fn write(&self, key: &str, value: impl Serialize) {
        if let Err(error) = self.0.insert(key, value) {
            tracing::error!(%error, key, "a session value cannot be written");
        }
    }
}

fn tied_by(secret: &str) -> String {
    digest(format!("authorisation:{secret}"))
}

impl FromRequest for Visit {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
