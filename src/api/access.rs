//! Who is let in: programs with an API key and, in the demo, everybody at this machine.
//!
//! The demo's classic API asks for no key, so everything that reaches this machine could use it: also a web page in its
//! owner's browser, from its own origin or by a name that it has pointed here. Both are refused, by both APIs. Outside of
//! the demo nothing is done without a key, which no other page has.

use actix_web::http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use actix_web::{HttpMessage, HttpRequest};
use url::Url;

use crate::activity::{Action, Entry as Told};
use crate::error::Failure;
use crate::host::{is_loopback, is_own};
use crate::identity::{Allowance, ApiKey, ApiKeys, Limit, Limits, NoKey, People, Refusals};
use crate::peer::Peer;

/// Who is let in.
#[derive(Clone)]
pub enum Entry {
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

/// The door of both APIs.
#[derive(Clone)]
pub struct Access {
    /// Who is let in.
    pub entry: Entry,
    /// The keys that open it.
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
        matches!(self.entry, Entry::Demo { .. })
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
            shown => shown,
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
        let entry = Told::of(&key.by(from), &key.owner, Action::KeyRefused).about(&key.name);
        self.refusals.note(&key.id, &entry.saying(why)).await;
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
        let Entry::Demo {
            public_url,
            origins,
        } = &self.entry
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

/// The headers that tell what is left of a limit, and what it is.
pub const LIMITS: [&str; 2] = ["ratelimit", "ratelimit-policy"];

/// Says how much of a limit is left, where there is one, as the IETF's draft on rate limit headers has it.
pub fn tell(headers: &mut HeaderMap, allowance: Option<Allowance>) {
    let Some(Allowance {
        limit,
        left,
        whole_in,
        ..
    }) = allowance
    else {
        return;
    };
    let (name, window) = (limit.name, limit.window().as_secs());
    let policy = format!("\"{name}\";q={};w={window}", limit.burst);
    let state = format!(
        "\"{name}\";r={left};t={}",
        whole_in.as_millis().div_ceil(1_000)
    );
    for (name, value) in LIMITS.into_iter().zip([state, policy]) {
        put(headers, name, &value);
    }
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::activity::Activity;
    use crate::clock::{Clock, Entropy};
    use crate::identity::SetupKey;
    use crate::testing::{self, redis::Redis};

    fn access(entry: Entry) -> (Access, Redis) {
        let redis = Redis::start();
        let store = testing::store(&redis);
        let access = Access {
            entry,
            keys: ApiKeys::new(store.clone(), Clock::system(), Entropy::system()),
            people: People::new(
                store.clone(),
                Clock::system(),
                Entropy::system(),
                SetupKey::derive(&[7; 64]),
            ),
            limits: Limits::new(store.clone(), true),
            refusals: Refusals::new(
                Activity::new(store.clone(), Clock::system()),
                Limits::new(store, true),
            ),
        };
        (access, redis)
    }

    fn demo() -> Entry {
        Entry::Demo {
            public_url: Url::parse("https://patchbay.example").expect("a URL"),
            origins: vec!["https://app.example.com".to_owned()],
        }
    }

    fn headers(host: &'static str, origin: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        headers
    }

    #[test]
    fn programs_and_pages_of_known_origins_may_use_the_demo() {
        let (access, _redis) = access(demo());
        for host in ["patchbay.example", "localhost:8000", "[::1]:8000"] {
            for origin in [
                None,
                Some("https://patchbay.example"),
                Some("https://app.example.com"),
            ] {
                assert!(
                    access.check_place(&headers(host, origin)).is_ok(),
                    "{host} {origin:?}"
                );
            }
        }
    }

    #[test]
    fn other_pages_and_other_names_may_not() {
        let (access, _redis) = access(demo());
        for origin in [
            "null",
            "",
            "http://patchbay.example",
            "https://patchbay.example:8443",
            "https://app.example.com.evil.example",
            "http://localhost:8000",
        ] {
            let place = access.check_place(&headers("patchbay.example", Some(origin)));
            assert!(matches!(place, Err(Refused::Origin)), "{origin}");
        }
        for host in ["", "evil.example", "patchbay.example:8000"] {
            let place = access.check_place(&headers(host, None));
            assert!(matches!(place, Err(Refused::Host(_))), "{host}");
        }
    }

    #[test]
    fn outside_of_the_demo_the_key_alone_decides() {
        let (access, _redis) = access(Entry::Key);
        let place =
            access.check_place(&headers("patchbay.svc:8000", Some("https://other.example")));
        assert!(place.is_ok());
    }

    #[tokio::test]
    async fn a_key_is_read_of_its_header_alone() {
        let (access, _redis) = access(Entry::Key);
        for value in ["", "Bearer", "Basic cGI6eA==", "pb_anything"] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            let key = access.shown(&headers).await;
            assert!(matches!(key, Err(Refused::NoKey)), "{value}");
        }
        for value in ["Bearer pb_anything", "bearer  x", "Bearer "] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
            let key = access.shown(&headers).await;
            assert!(
                matches!(key, Err(Refused::Key(NoKey::Malformed))),
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_left_is_told_in_headers() {
        let allowance = Allowance {
            limit: Limit::API,
            left: 42,
            whole_in: Duration::from_millis(1_580),
            again_in: None,
        };
        let mut headers = HeaderMap::new();
        tell(&mut headers, Some(allowance));
        let said = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
        assert_eq!(said("ratelimit-policy"), Some("\"api\";q=200;w=2"));
        assert_eq!(said("ratelimit"), Some("\"api\";r=42;t=2"));
    }
}
