//! `/setup`: the first run. Whoever can read the log makes the first org and its admin.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use secrecy::SecretString;

use super::error::PageError;
use super::form::{Field, Fields};
use super::frame::Frame;
use super::limits;
use super::page::{html, lead_to, to_mend};
use super::session::{Visit, peer};
use super::sign_in::enter;
use super::site::{SignIn, Site};
use crate::error::{Failure, Kind};
use crate::identity::{
    AddError, Limit, NewPerson, Role, SHORTEST_PASSWORD, SetupError, check_email, check_password,
};
use crate::owner::{Owner, check_id};

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    frame: Frame,
    shortest: usize,
    code: Field,
    org: Field,
    email: Field,
    /// What is wrong with the password, which is never sent back.
    password: Option<String>,
}

/// `GET /setup`
pub async fn show(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
) -> Result<HttpResponse, PageError> {
    if !is_open(&site).await? {
        return Ok(lead_to(&request, "/sign-in"));
    }
    let page = SetupPage::new(&site, &visit);
    Ok(html(&request, page))
}

/// `POST /setup`: `code`, `org_id`, `email`, `password`.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    visit: Visit,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    limits::by_address(&site, &request, Limit::SETUP).await?;
    if !is_open(&site).await? {
        return Err(done().into());
    }
    let mut page = SetupPage::read(&site, &visit, &fields);
    if page.is_faultless() {
        let admin = NewPerson {
            owner: Owner {
                org: page.org.value.clone(),
                user: page.email.value.clone(),
            },
            role: Role::Admin,
            password: Some(SecretString::from(fields.get("password"))),
        };
        let made = site
            .people
            .set_up(&page.code.value, admin, &peer(&request))
            .await;
        match made {
            Ok(person) => {
                let answer = enter(
                    &request,
                    &site,
                    &visit,
                    &person.owner,
                    site.clock.now(),
                    "/connections",
                )
                .await;
                visit.say_ok(
                    "This Patchbay is yours",
                    "Connect the first account, or invite others under Settings.",
                );
                return Ok(answer);
            }
            Err(error) => {
                // There is no org yet in whose trail it could stand.
                if matches!(error, SetupError::Code) {
                    let address = peer(&request).address;
                    tracing::warn!(?address, "somebody tried a setup code that is not ours");
                }
                page.take(error)?;
            }
        }
    }
    Ok(to_mend(&request, page))
}

/// There is a first run where people have accounts of ours, and nobody has one yet.
async fn is_open(site: &Site) -> Result<bool, PageError> {
    Ok(site.sign_in == SignIn::Local && !site.people.is_set_up().await?)
}

fn done() -> Failure {
    let text =
        "Somebody made the first account. Sign in, or ask an admin of your org for an invitation.";
    Failure::new(Kind::Forbidden, "This Patchbay is set up already", text)
        .leading_to("To the sign-in", "/sign-in".to_owned())
}

impl SetupPage {
    fn new(site: &Site, visit: &Visit) -> Self {
        Self {
            frame: Frame::open(site, visit),
            shortest: SHORTEST_PASSWORD,
            code: Field::default(),
            org: Field::default(),
            email: Field::default(),
            password: None,
        }
    }

    fn read(site: &Site, visit: &Visit, fields: &Fields) -> Self {
        let (org, email) = (fields.get("org_id"), fields.get("email"));
        let password = check_password(fields.get("password"), &[org, email]);
        Self {
            code: Field {
                value: fields.get("code").to_owned(),
                error: None,
            },
            org: Field::checked(org, check_id(org), "org"),
            email: Field::checked(email, check_email(email), "email"),
            password: password.err().map(|bad| format!("The password {bad}.")),
            ..Self::new(site, visit)
        }
    }

    fn is_faultless(&self) -> bool {
        self.org.error.is_none() && self.email.error.is_none() && self.password.is_none()
    }

    /// Marks the field that an error is about; an error about none is a failure.
    fn take(&mut self, error: SetupError) -> Result<(), PageError> {
        match error {
            SetupError::Code => self.code.error = Some(wrong_code()),
            SetupError::Add(taken @ (AddError::Exists | AddError::LeftBehind)) => {
                self.email.error = Some(format!("The email is taken: {taken}."));
            }
            SetupError::Add(AddError::Busy(busy)) => return Err(busy.into_failure().into()),
            SetupError::Add(AddError::Store(error)) => return Err(error.into()),
            SetupError::Done => return Err(done().into()),
            SetupError::Busy => {
                let text = "Look again in a moment.";
                let title = "Somebody else is setting this Patchbay up just now";
                return Err(Failure::new(Kind::Conflict, title, text).into());
            }
        }
        Ok(())
    }
}

fn wrong_code() -> String {
    "This is not the code. It stands in the log of the running Patchbay, and again in the log of each start.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::{full_frame, keep};

    #[test]
    fn samples_of_the_first_run_render() {
        let typed = |value: &str, error: &str| Field {
            value: value.to_owned(),
            error: (!error.is_empty()).then(|| error.to_owned()),
        };
        let wrong = [
            typed("ABCDE", &wrong_code()),
            typed("", "The org is empty."),
            typed("<ada>", "The email is not an email address."),
        ];
        let empty = [Field::default(), Field::default(), Field::default()];
        for (name, [code, org, email]) in [("empty", empty), ("wrong", wrong)] {
            let is_wrong = code.error.is_some();
            let page = SetupPage {
                frame: Frame {
                    owner: None,
                    ..full_frame("")
                },
                shortest: SHORTEST_PASSWORD,
                code,
                org,
                email,
                password: is_wrong.then(|| "The password is easy to guess.".to_owned()),
            };
            keep(&format!("setup {name}"), &page.render().expect("a page"));
        }
    }
}
