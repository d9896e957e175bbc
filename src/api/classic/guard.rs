//! Who is let in.
//!
//! The demo asks for no key, so everything that reaches this machine could use it: also a web page in its owner's
//! browser, from its own origin or by a name that it has pointed here. Both are refused.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;
use url::Url;

use super::Classic;
use super::error::detail;
use crate::error::{Failure, Kind};
use crate::host::{is_loopback, is_own};

/// Who is let in.
pub enum Entry {
    /// Anybody at this machine, and pages of the named origins.
    Demo {
        /// The URL that browsers use.
        public_url: Url,
        /// Other origins whose pages may call, as a browser sends them in `Origin`.
        origins: Vec<String>,
    },
    /// Whoever has an API key. There are none in this version.
    Key,
}

/// Lets a request through, or answers why not.
pub async fn check<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let refused = match request.app_data::<Data<Classic>>() {
        Some(classic) => classic.entry.refuses(request.headers()),
        None => Some(Failure::of(Kind::Internal)),
    };
    let Some(failure) = refused else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let answer = detail(&failure, request.request());
    Ok(request.into_response(answer))
}

impl Entry {
    /// Why a request is not let in, if it is not.
    fn refuses(&self, headers: &HeaderMap) -> Option<Failure> {
        let Self::Demo {
            public_url,
            origins,
        } = self
        else {
            return Some(no_key());
        };
        let host = text(headers, &HOST).unwrap_or_default();
        if !is_own(host, public_url) && !is_loopback(host) {
            let text = format!("Use {} instead.", public_url.origin().ascii_serialization());
            let title = "This is not the address of this Patchbay";
            return Some(Failure::new(Kind::Forbidden, title, text));
        }
        let origin = text(headers, &ORIGIN)?;
        let own = public_url.origin().ascii_serialization();
        let known = origin == own || origins.iter().any(|known| known == origin);
        (!known).then(foreign)
    }
}

/// A header; what is no text is no name of ours.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let value = headers.get(name)?;
    Some(value.to_str().unwrap_or("unreadable"))
}

fn foreign() -> Failure {
    Failure::new(
        Kind::Forbidden,
        "Pages of this origin may not call Patchbay",
        "Its operator can name them in PATCHBAY_CORS_ORIGINS.",
    )
}

fn no_key() -> Failure {
    Failure::new(
        Kind::Unauthenticated,
        "An API key is needed here",
        "This version of Patchbay has none yet: the route works in demo mode only.",
    )
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn refused(host: &'static str, origin: Option<&'static str>) -> Option<Kind> {
        let entry = Entry::Demo {
            public_url: Url::parse("https://patchbay.example").expect("a URL"),
            origins: vec!["https://app.example.com".to_owned()],
        };
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        entry.refuses(&headers).map(|failure| failure.kind)
    }

    #[test]
    fn programs_and_pages_of_known_origins_are_let_in() {
        for host in ["patchbay.example", "localhost:8000", "[::1]:8000"] {
            for origin in [
                None,
                Some("https://patchbay.example"),
                Some("https://app.example.com"),
            ] {
                assert_eq!(refused(host, origin), None, "{host} {origin:?}");
            }
        }
    }

    #[test]
    fn other_pages_and_other_names_are_not() {
        for origin in [
            "null",
            "",
            "http://patchbay.example",
            "https://patchbay.example:8443",
            "https://app.example.com.evil.example",
            "http://localhost:8000",
        ] {
            let kind = refused("patchbay.example", Some(origin));
            assert_eq!(kind, Some(Kind::Forbidden), "{origin}");
        }
        for host in ["", "evil.example", "patchbay.example:8000"] {
            assert_eq!(refused(host, None), Some(Kind::Forbidden), "{host}");
        }
    }

    #[test]
    fn outside_of_the_demo_nobody_is_let_in_yet() {
        let failure = Entry::Key.refuses(&HeaderMap::new());
        let kind = failure.map(|failure| failure.kind);
        assert_eq!(kind, Some(Kind::Unauthenticated));
    }
}
