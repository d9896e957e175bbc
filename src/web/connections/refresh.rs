//! `POST /connections/{provider}/refresh`: renews the token now.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;

use super::profile;
use super::told::{Said, no_token};
use crate::connections::Refreshed;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::page::lead_to;
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::words::When;

pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let refreshed = site.connections.refresh_now(&who.owner, profile.id).await;
    said(profile, refreshed, site.clock.now())?.to(&who);
    Ok(lead_to(&request, &format!("/connections/{}", profile.id)))
}

fn said(profile: &Profile, refreshed: Refreshed, now: Timestamp) -> Result<Said, PageError> {
    let name = profile.name;
    Ok(match refreshed {
        Refreshed::Renewed(expiry) => Said::new("ok", "Token renewed", until(name, expiry, now)),
        Refreshed::Failed { error, in_doubt } => Said::new(
            "warn",
            "The token was not renewed",
            failed(name, &error.id, in_doubt),
        ),
        Refreshed::NotTried(next) => {
            Said::new("info", "Not tried just now", later(name, next, now))
        }
        Refreshed::UnderWay => Said::new(
            "info",
            "The renewal is still under way",
            format!(
                "{name} has not answered for 10 seconds. It goes on by itself; look again in a moment."
            ),
        ),
        Refreshed::NotRenewable => Said::new(
            "info",
            "The token cannot be renewed",
            format!("{name} gave nothing to renew it with. Reconnect when it ends."),
        ),
        Refreshed::NoToken(error) => no_token(profile, "Not renewed", error)?,
    })
}

fn failed(name: &str, id: &str, in_doubt: bool) -> String {
    let what = if in_doubt {
        "Whether the one of before still works is not known: 'Check now' tells."
    } else {
        "The one of before works on."
    };
    format!("{name} gave no fresh one ({id} in the log). {what} Patchbay tries again by itself.")
}

fn until(name: &str, expiry: Option<Timestamp>, now: Timestamp) -> String {
    match expiry {
        Some(expiry) => format!(
            "{name} gave a fresh one, which ends {}.",
            When::new(expiry, now).words
        ),
        None => format!("{name} gave a fresh one, and names no end."),
    }
}

fn later(name: &str, next: Option<Timestamp>, now: Timestamp) -> String {
    let next = next.map_or_else(String::new, |next| {
        format!(" The next try is {}.", When::new(next, now).words)
    });
    format!("{name} was asked a moment ago, and is let rest before the same is asked again.{next}")
}
