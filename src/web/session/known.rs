//! Who asks: found out once for each request, so that all that follows agrees about it.

use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, web};
use jiff::Timestamp;
use tracing::Span;

use super::Visit;
use crate::activity::By;
use crate::alias;
use crate::error::{Failure, Kind};
use crate::identity::Role;
use crate::owner::Owner;
use crate::peer::Peer;
use crate::web::error::PageError;
use crate::web::refused;
use crate::web::site::{SignIn, Site};

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
    alias::tell(&Span::current(), &known.owner.org, &known.owner.user);
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
