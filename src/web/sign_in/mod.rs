//! Signing in and out: the ways there are, and what they have in common.

mod demo;
mod local;
#[cfg(test)]
mod samples;

use actix_web::http::header::{HeaderName, HeaderValue, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::PageError;
use super::form::Fields;
use super::page::lead_to;
use super::session::{Known, SignedIn, Visit, peer};
use super::site::{SignIn, Site};
use super::sso;
use crate::activity::{Action, By, Entry};
use crate::alias;
use crate::identity::Entered;
use crate::metrics::{self, Admission};
use crate::owner::Owner;
use jiff::Timestamp;

/// Longest name of a browser that is kept, in characters.
const AGENT_CHARS: usize = 300;

#[derive(serde::Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// `GET /sign-in`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, PageError> {
    let next = own_path(asked.next.as_deref().unwrap_or_default());
    if Known::of(&request).is_some() {
        return Ok(lead_to(&request, next));
    }
    match site.sign_in {
        SignIn::Demo => Ok(demo::show(&request, &site, &visit, next)),
        SignIn::Local => local::show(&request, &site, &visit, next).await,
        SignIn::Sso => sso::show(&request, &site, &visit, next).await,
    }
}

/// `POST /sign-in`: demo: `user_id`, `org_id`; local: `email`, `password`; and where to go on.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    match site.sign_in {
        SignIn::Demo => Ok(demo::submit(&request, &site, &visit, &fields).await),
        SignIn::Local => local::submit(&request, &site, &visit, &fields).await,
        SignIn::Sso => Err(sso::nothing_is_typed().into()),
    }
}

/// `POST /sign-out`
pub async fn sign_out(request: HttpRequest, site: web::Data<Site>, who: SignedIn) -> HttpResponse {
    who.visit.sign_out();
    let entry = Entry::of(&who.by(), &who.owner, Action::SignedOut);
    site.activity.note(&entry).await;
    let mut answer = lead_to(&request, "/sign-in");
    let kept = HeaderValue::from_static("\"storage\"");
    answer
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), kept);
    answer
}

/// Signs somebody in, in a session with a new id, and leads them on. `at` is when they asked: what ends sessions in between
/// ends this one too.
pub async fn enter(
    request: &HttpRequest,
    site: &Site,
    visit: &Visit,
    owner: &Owner,
    at: Timestamp,
    next: &str,
) -> HttpResponse {
    let peer = peer(request);
    let entered = Entered {
        id: site.entropy.name(),
        at,
        since: None,
        address: peer.address,
        agent: agent(request),
        way: site.sign_in.name().to_owned(),
    };
    visit.sign_in(owner, &entered, site.entropy.token());
    alias::tell(&tracing::Span::current(), &owner.org, &owner.user);
    metrics::signed_in(site.sign_in.name(), Admission::Done);
    tracing::info!("somebody signed in");
    let by = By::user(&owner.user, peer);
    let entry = Entry::of(&by, owner, Action::SignedIn);
    site.activity.note(&entry).await;
    lead_to(request, next)
}

/// What the browser calls itself.
fn agent(request: &HttpRequest) -> String {
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let agent = agent.unwrap_or_default();
    agent.chars().take(AGENT_CHARS).collect()
}

/// The path to go on to, if it is one of ours; otherwise the connections.
pub fn own_path(next: &str) -> &str {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !["/sign-", "/setup", "/invitations"]
            .iter()
            .any(|own| next.starts_with(own));
    if plain { next } else { "/connections" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_only_goes_on_to_our_own_pages() {
        assert_eq!(
            own_path("/connections/hubspot?q=a"),
            "/connections/hubspot?q=a"
        );
        for next in [
            "",
            "connections",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/connections?q=é",
            "/sign-out",
            "/setup",
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(next), "/connections", "{next:?}");
        }
    }
}
