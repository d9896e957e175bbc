//! Signing in and out. In the demo: by typing a user and an org, without a password.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::PageError;
use super::form::Fields;
use super::frame::Frame;
use super::page::{html, lead_to};
use super::session::{SignedIn, Visit};
use super::site::{SignIn, Site};
use super::sso;
use super::words::listed;
use crate::error::{Failure, Kind};
use crate::owner::{Owner, check_id};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    /// The providers there are: 'A, B and C'.
    providers: String,
    open: bool,
    next: String,
    user: Field,
    org: Field,
}

/// A field with what was typed, and what is wrong with it.
#[derive(Default)]
struct Field {
    value: String,
    error: Option<String>,
}

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
    if visit.owner(site.clock.now(), site.session_max).is_some() {
        return Ok(lead_to(&request, next));
    }
    if site.sign_in == SignIn::Sso {
        return sso::show(&request, &site, &visit, next).await;
    }
    let page = SignInPage {
        frame: Frame::open(&site, &visit),
        providers: listed(&site.connections.names()),
        open: site.sign_in == SignIn::Demo,
        next: next.to_owned(),
        user: Field::default(),
        org: Field::default(),
    };
    Ok(html(&request, page))
}

/// `POST /sign-in`: fields `user_id`, `org_id`, and where to go on.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    if site.sign_in != SignIn::Demo {
        let text = "The operator of this Patchbay has set another way to sign in. The sign-in page says which.";
        return Err(Failure::new(Kind::Forbidden, "Nobody can sign in here", text).into());
    }
    let next = own_path(fields.get("next"));
    let (user, org) = (read(&fields, "user_id"), read(&fields, "org_id"));
    if user.error.is_some() || org.error.is_some() {
        let page = SignInPage {
            frame: Frame::open(&site, &visit),
            providers: listed(&site.connections.names()),
            open: true,
            next: next.to_owned(),
            user,
            org,
        };
        let mut answer = html(&request, page);
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    }
    let owner = Owner {
        org: org.value,
        user: user.value,
    };
    visit.sign_in(&owner, site.clock.now(), site.entropy.token());
    tracing::info!("somebody signed in");
    Ok(lead_to(&request, next))
}

/// `POST /sign-out`
pub async fn sign_out(request: HttpRequest, who: SignedIn) -> HttpResponse {
    who.visit.sign_out();
    lead_to(&request, "/sign-in")
}

fn read(fields: &Fields, name: &str) -> Field {
    let typed = fields.get(name);
    match check_id(typed) {
        Ok(value) => Field { value, error: None },
        Err(bad) => Field {
            value: typed.to_owned(),
            error: Some(format!("The {name} {bad}.")),
        },
    }
}

/// The path to go on to, if it is one of ours; otherwise the connections.
pub(super) fn own_path(next: &str) -> &str {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        && !next.starts_with("/sign-");
    if plain { next } else { "/connections" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{full_frame, keep};

    #[test]
    fn samples_of_the_sign_in_render() {
        let wrong = || Field {
            value: "a b".to_owned(),
            error: Some("The user_id must not hold a space.".to_owned()),
        };
        for (name, open, user) in [
            ("open", true, Field::default()),
            ("wrong", true, wrong()),
            ("closed", false, Field::default()),
        ] {
            let mut frame = full_frame("");
            frame.owner = None;
            let page = SignInPage {
                frame,
                providers: listed(&["A", "B"]),
                open,
                next: "/connections".to_owned(),
                user,
                org: Field::default(),
            };
            keep(&format!("sign-in {name}"), &page.render().expect("a page"));
        }
    }

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
            "javascript:alert(1)",
        ] {
            assert_eq!(own_path(next), "/connections", "{next:?}");
        }
    }
}
