//! `/settings/password`: changing one's password.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::SecretString;

use crate::error::{Failure, Kind};
use crate::identity::{Limit, PasswordError, SHORTEST_PASSWORD};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::limits;
use crate::web::page::{html, lead_to, to_mend};
use crate::web::session::SignedIn;
use crate::web::site::{SignIn, Site};

/// Where the page is.
pub const PLACE: &str = "/settings/password";

#[derive(Template)]
#[template(path = "settings/password.html")]
struct PasswordPage {
    frame: Frame,
    email: String,
    shortest: usize,
    faults: Faults,
}

/// What is wrong with which field.
#[derive(Default)]
struct Faults {
    present: Option<String>,
    new: Option<String>,
}

/// `GET`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    check(&site)?;
    let page = PasswordPage::new(&site, &who, Faults::default());
    Ok(html(&request, page))
}

/// `POST`: `present`, `new`. All other sessions end; this one goes on under a new id.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    who: SignedIn,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    check(&site)?;
    // A session that somebody found open is no way to guess the password.
    limits::by(&site, Limit::PASSWORD, &who.owner.user).await?;
    let [present, new] = ["present", "new"].map(|name| SecretString::from(fields.get(name)));
    let by = who.by();
    let changed = site.people.change_password(&who.owner, &present, &new, &by);
    if let Err(error) = changed.await {
        let page = PasswordPage::new(&site, &who, faults(error)?);
        return Ok(to_mend(&request, page));
    }
    who.visit.renew(site.clock.now());
    let ended = site
        .sessions
        .end_all(&who.owner, who.visit.id().as_deref())
        .await?;
    who.visit.say_ok(
        "Your password is changed",
        match ended {
            0 => "You were signed in nowhere else.",
            _ => "You are signed out everywhere else.",
        },
    );
    Ok(lead_to(&request, PLACE))
}

/// Where people have no passwords there is no such page.
fn check(site: &Site) -> Result<(), PageError> {
    match site.sign_in {
        SignIn::Local => Ok(()),
        _ => Err(Failure::of(Kind::NotFound).into()),
    }
}

fn faults(error: PasswordError) -> Result<Faults, PageError> {
    let mut faults = Faults::default();
    match error {
        PasswordError::Wrong => {
            faults.present = Some("This is not your present password.".to_owned())
        }
        PasswordError::Bad(bad) => faults.new = Some(format!("The new password {bad}.")),
        PasswordError::None => return Err(Failure::of(Kind::NotFound).into()),
        PasswordError::Busy(busy) => return Err(busy.into_failure().into()),
        PasswordError::Store(error) => return Err(error.into()),
    }
    Ok(faults)
}

impl PasswordPage {
    fn new(site: &Site, who: &SignedIn, faults: Faults) -> Self {
        Self {
            frame: Frame::new(site, who, "settings"),
            email: who.owner.user.clone(),
            shortest: SHORTEST_PASSWORD,
            faults,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{frame, keep};

    #[test]
    fn samples_of_the_password_render() {
        let wrong = Faults {
            present: Some("This is not your present password.".to_owned()),
            new: Some("The new password is easy to guess.".to_owned()),
        };
        for (name, faults) in [("empty", Faults::default()), ("wrong", wrong)] {
            let page = PasswordPage {
                frame: frame("settings"),
                email: "ada@example.com".to_owned(),
                shortest: SHORTEST_PASSWORD,
                faults,
            };
            keep(&format!("password {name}"), &page.render().expect("a page"));
        }
    }
}
