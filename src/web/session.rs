//! The browser session by name, not by string.

use std::future::{Ready, ready};

use actix_session::{Session, SessionExt};
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::PageError;
use super::refused;
use super::site::{SignIn, Site};
use crate::activity::By;
use crate::error::{Failure, Kind};
use crate::identity::{Entered, Role};
use crate::owner::Owner;
use crate::peer::Peer;

pub(super) const ORG: &str = "org";
const USER: &str = "user";
const ENTERED: &str = "entered";
const SECRET: &str = "secret";
const NOTICES: &str = "notices";
const ASKED: &str = "asked";
const BEFORE: &str = "before";

/// The session of a request, signed in or not.
pub struct Visit(Session);

/// A signed-in person; a handler that takes it cannot be reached without.
pub struct SignedIn {
    /// Who.
    pub owner: Owner,
    /// What they may do in their org.
    pub role: Role,
    /// Since when they have an account; `None` where nobody needs one.
    pub since: Option<Timestamp>,
    /// Their session.
    pub visit: Visit,
    /// From where they ask.
    pub peer: Peer,
}

impl SignedIn {
    /// Who does what they ask for.
    pub fn by(&self) -> By {
        By::user(&self.owner.user, self.peer.clone())
    }
}

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
        let owner = Owner {
            org: self.read(ORG)?,
            user: self.read(USER)?,
        };
        Some((owner, self.read(ENTERED)?))
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
    let hash = Sha256::digest(format!("authorisation:{secret}"));
    URL_SAFE_NO_PAD.encode(hash)
}

/// What an error page needs to know of the session, which is put away by the time the rim makes the page.
#[derive(Clone)]
pub struct Known {
    /// Who is signed in.
    pub owner: Owner,
    /// What they may do in their org.
    pub role: Role,
    /// Since when they have an account; `None` where nobody needs one.
    pub since: Option<Timestamp>,
    /// The session's secret.
    pub secret: String,
}

impl Known {
    /// Who is signed in, as [`remember`] found.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }
}

/// Finds out who asks: once for each request, so that all that follows agrees about it.
pub async fn remember<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(site) = request.app_data::<web::Data<Site>>().cloned() else {
        return next.call(request).await;
    };
    let visit = Visit::of(request.request());
    let Some(known) = known(&site, &visit).await? else {
        if visit.claim().is_some() {
            visit.let_go();
        }
        return next.call(request).await;
    };
    let wanted = refused::Wanted::of(&request, &known.owner);
    request.extensions_mut().insert(known);
    let answer = next.call(request).await;
    wanted.note_if_refused(&site, &answer).await;
    answer
}

/// Who is signed in, if that sign-in still counts.
async fn known(site: &Site, visit: &Visit) -> Result<Option<Known>, PageError> {
    let Some((owner, entered)) = visit.claim() else {
        return Ok(None);
    };
    let secret = visit.known_secret();
    let counts =
        entered.way == site.sign_in.name() && !entered.is_over(site.clock.now(), site.session_max);
    let Some(secret) = secret.filter(|_| counts) else {
        return Ok(None);
    };
    let (role, since) = match site.sign_in {
        SignIn::Demo => (Role::Member, None),
        SignIn::Local | SignIn::Sso => match site.people.standing(&owner).await? {
            Some(standing) if standing.sessions_from <= entered.at => {
                (standing.role, Some(standing.since))
            }
            _ => return Ok(None),
        },
    };
    Ok(Some(Known {
        owner,
        role,
        since,
        secret,
    }))
}

/// From where a request comes.
pub fn peer(request: &HttpRequest) -> Peer {
    let known = request.extensions().get::<Peer>().cloned();
    known.unwrap_or_default()
}

impl FromRequest for Visit {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match Known::of(request) {
            Some(known) => Ok(Self {
                owner: known.owner,
                role: known.role,
                since: known.since,
                visit: Visit::of(request),
                peer: peer(request),
            }),
            None => Err(Failure::of(Kind::Unauthenticated).into()),
        })
    }
}
