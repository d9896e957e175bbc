//! `POST /connections/{provider}/check`: one call that proves whether the connection works.

use actix_web::{HttpRequest, HttpResponse, web};

use super::profile;
use super::told::{Said, no_token};
use super::view::LONGEST_ACCOUNT;
use crate::connections::Checked;
use crate::providers::Profile;
use crate::web::error::PageError;
use crate::web::page::lead_to;
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::words::shortened;

pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let profile = profile(&site, &id)?;
    let checked = site.connections.check(&who.owner, profile.id).await;
    said(profile, checked)?.to(&who);
    Ok(lead_to(&request, &format!("/connections/{}", profile.id)))
}

fn said(profile: &Profile, checked: Checked) -> Result<Said, PageError> {
    let name = profile.name;
    Ok(match checked {
        Checked::Works { account } => Said::new(
            "ok",
            "Checked: it works",
            format!(
                "{name} takes the tokens. Connected as {}",
                shortened(&account, LONGEST_ACCOUNT)
            ),
        ),
        Checked::NoToken(error) => no_token(profile, "Checked", error)?,
        Checked::Failed(how) => Said::new(
            "warn",
            "Checked: it cannot be told",
            format!(
                "{name} {how}, which says nothing of the connection: it is left as it was. Check again in a while."
            ),
        ),
        Checked::Late => Said::new(
            "warn",
            "Checked: it cannot be told",
            format!(
                "There was no answer within 10 seconds. {name} is slow, or a load takes all that it allows; the connection is left as it was. Check again in a while."
            ),
        ),
        Checked::NotConfigured => Said::not_configured(name),
    })
}
