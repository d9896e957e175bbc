//! `POST /settings/members`: somebody is to have an account before they sign in for the first time, where people come by
//! single sign-on: with another role than a member's, or again after they were removed.

use actix_web::{HttpRequest, HttpResponse, web};

use super::form::Form;
use super::index::MembersPage;
use super::{Admin, PLACE, in_org_of};
use crate::error::{Failure, Kind};
use crate::identity::sso::Sso;
use crate::identity::{AddError, Coming, NewPerson, Role};
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::page::lead_to;
use crate::web::site::Site;

/// `POST`: `email`, `role`.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let sso = site.sso.as_ref();
    let sso = sso.ok_or_else(|| Failure::of(Kind::NotFound))?;
    let mut form = Form::read(&site, &fields);
    let Some((email, role)) = read(&mut form, sso) else {
        return MembersPage::refused(&request, &site, &admin, form).await;
    };
    let new = NewPerson {
        owner: in_org_of(&admin, &email),
        role,
        password: None,
    };
    match site.people.add(new, &admin.0.by(), Coming::Added).await {
        Ok(person) => {
            let text = format!(
                "They come in by signing in at the identity provider, as {}: {}",
                person.role.name(),
                person.owner.user
            );
            admin.0.visit.say_ok("The member is added", text);
            Ok(lead_to(&request, PLACE))
        }
        Err(AddError::Store(error)) => Err(error.into()),
        Err(AddError::Busy(busy)) => Err(busy.into_failure().into()),
        Err(error @ (AddError::Exists | AddError::LeftBehind)) => {
            form.email_fault = Some(fault(&error).to_owned());
            MembersPage::refused(&request, &site, &admin, form).await
        }
    }
}

/// Who is to be added; `None` where something is wrong, which is marked.
fn read(form: &mut Form, sso: &Sso) -> Option<(String, Role)> {
    let (email, role) = form.entered()?;
    let Some(email) = email else {
        form.email_fault = Some("Type the email that they sign in with.".to_owned());
        return None;
    };
    if !sso.admits(&email) {
        form.email_fault =
            Some("The operator lets people of other domains sign in than this one.".to_owned());
        return None;
    }
    Some((email, role))
}

fn fault(error: &AddError) -> &'static str {
    match error {
        AddError::LeftBehind => {
            "Somebody of this email was removed and left connections. Disconnect them below first."
        }
        _ => "There is an account of this email already.",
    }
}
