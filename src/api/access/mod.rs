//! Who is let in: programs with an API key and, in the demo, everybody at this machine.
//!
//! The demo's classic API asks for no key, so everything that reaches this machine could use it: also a web page in its
//! owner's browser, from its own origin or by a name that it has pointed here. Both are refused, by both APIs. Outside of
//! the demo nothing is done without a key, which no other page has.

mod told;

use actix_web::http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, ORIGIN};
use actix_web::{HttpMessage, HttpRequest};
use tracing::Span;
use url::Url;

pub use told::{LIMITS, tell};

use crate::activity::{Action, Entry};
use crate::alias;
use crate::error::Failure;
use crate::host::{is_loopback, is_own};
use crate::identity::{Allowance, ApiKey, ApiKeys, Limit, Limits, NoKey, People, Refusals};
use crate::peer::Peer;

/// Who is let in.
#[derive(Clone)]
pub enum Door {
    /// Anybody at this machine, and pages of the named origins.
    Demo {
        /// The URL that browsers use.
        public_url: Url,
        /// Other origins whose pages may call, as a browser sends them in `Origin`.
        origins: Vec<String>,
    },
    /// Whoever has an API key.
    Key,
}

/// The way into both APIs.
#[derive(Clone)]
pub struct Access {
    /// Who is let in.
    pub door: Door,
    /// The keys that let in.
    pub keys: ApiKeys,
    /// Who has an account.
    pub people: People,
    /// How often.
    pub limits: Limits,
    /// What the trail tells of keys that are refused.
    pub refusals: Refusals,
}

/// Why somebody is not let in.
pub enum Refused {
    /// By this name nobody is answered; the address that is ours.
    Host(String),
    /// Pages of that origin may not call.
    Origin,
    /// There is no key.
    NoKey,
    /// The key does not count.
    Key(NoKey),
    /// Too many requests.
    TooMany(Allowance),
    /// A failure of our own.
    Failed(Failure),
}

impl From<NoKey> for Refused {
    fn from(error: NoKey) -> Self {
        match error {
            NoKey::Store(error) => Self::Failed(error.into()),
            error => Self::Key(error),
        }
    }
}

impl Refused {
    /// What is left of the limit, where that is why.
    pub fn allowance(&self) -> Option<Allowance> {
        match self {
            Self::TooMany(allowance) => Some(*allowance),
            _ => None,
        }
    }
}

impl Access {
    /// Whether this is the demo, whose classic API asks for no key.
    pub fn is_demo(&self) -> bool {
        matches!(self.door, Door::Demo { .. })
    }

    /// The key that a request shows. Who shows none that counts is counted by address, so that nobody tries many.
    pub async fn key(&self, request: &HttpRequest) -> Result<ApiKey, Refused> {
        match self.shown(request.headers()).await {
            Err(refused @ (Refused::NoKey | Refused::Key(_))) => {
                let from = peer(request);
                self.count_by(Limit::REFUSED, &from.counted_as()).await?;
                tracing::info!(
                    address = ?from.address,
                    "a request to the APIs without a key that counts was refused"
                );
                if let Refused::Key(why) = &refused
                    && let Some(key) = why.key()
                {
                    self.note_refused(key, from, &why.to_string()).await;
                }
                Err(refused)
            }
            Ok(key) => {
                alias::tell(&Span::current(), &key.owner.org, &key.owner.user);
                Ok(key)
            }
            failed => failed,
        }
    }

    async fn shown(&self, headers: &HeaderMap) -> Result<ApiKey, Refused> {
        let shown = bearer(headers).ok_or(Refused::NoKey)?;
        let key = self.keys.check(shown).await?;
        // Keys of somebody who left are revoked; one that was made at that very moment opens nothing either.
        if !self.is_demo() && !self.keeps(&key).await? {
            return Err(Refused::Key(NoKey::Revoked(Box::new(key))));
        }
        Ok(key)
    }

    /// Tells the trail that a key was refused something, and why.
    pub async fn note_refused(&self, key: &ApiKey, from: Peer, why: &str) {
        let entry = Entry::of(&key.by(from), &key.owner, Action::KeyRefused).about(&key.name);
        let whose = key.owner.counted_as();
        self.refusals.note(&whose, &entry.saying(why)).await;
    }

    async fn keeps(&self, key: &ApiKey) -> Result<bool, Refused> {
        let kept = self.people.keeps_key(&key.owner, key.created_at).await;
        kept.map_err(|error| Refused::Failed(error.into()))
    }

    /// Counts a request of somebody: of a key, or of an address.
    pub async fn count(&self, who: &str) -> Result<Option<Allowance>, Refused> {
        self.count_by(Limit::API, who).await
    }

    async fn count_by(&self, limit: Limit, who: &str) -> Result<Option<Allowance>, Refused> {
        let taken = self.limits.take(limit, who).await;
        let allowance = taken.map_err(|error| Refused::Failed(error.into()))?;
        match allowance {
            Some(allowance) if allowance.again_in.is_some() => Err(Refused::TooMany(allowance)),
            allowance => Ok(allowance),
        }
    }

    /// Refuses, in the demo, other names than ours and pages of other origins.
    pub fn check_place(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let Door::Demo {
            public_url,
            origins,
        } = &self.door
        else {
            return Ok(());
        };
        let own = public_url.origin().ascii_serialization();
        let host = text(headers, &HOST).unwrap_or_default();
        if !is_own(host, public_url) && !is_loopback(host) {
            return Err(Refused::Host(own));
        }
        let known = |origin: &str| origin == own || origins.iter().any(|known| known == origin);
        match text(headers, &ORIGIN) {
            Some(origin) if !known(origin) => Err(Refused::Origin),
            _ => Ok(()),
        }
    }
}

/// From where a request comes.
pub fn peer(request: &HttpRequest) -> Peer {
    let known = request.extensions().get::<Peer>().cloned();
    known.unwrap_or_default()
}

/// By what an address without a key is counted.
pub fn address(request: &HttpRequest) -> String {
    peer(request).counted_as()
}

/// The token of an `Authorization: Bearer …`; the scheme's name in any case (RFC 9110).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A header; what is no text is no name of ours.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get(name)?;
    Some(value.to_str().unwrap_or("unreadable"))
}

#[cfg(test)]
mod tests;
