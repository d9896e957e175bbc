//! `POST /settings/members/{user}/role`: what a member may do.

use actix_web::{HttpRequest, HttpResponse, web};

use super::{Admin, PLACE, member, refused};
use crate::error::{Failure, Kind};
use crate::identity::Role;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::page::lead_to;
use crate::web::site::Site;

/// `POST`: `role`.
pub async fn submit(
    request: HttpRequest,
    site: web::Data<Site>,
    admin: Admin,
    user: web::Path<String>,
    fields: Fields,
) -> Result<HttpResponse, PageError> {
    let Some(role) = Role::named(fields.get("role")) else {
        let text = "A role is member or admin. Nothing was changed.";
        return Err(
            Failure::new(Kind::Unprocessable, "There is no such role", text)
                .leading_to("Back to the members", PLACE.to_owned())
                .into(),
        );
    };
    let member = member(&site, &admin, &user).await?;
    if member.owner == admin.0.owner {
        return Err(own().into());
    }
    let people = &site.people;
    people
        .set_role(&member.owner, role, &admin.0.by())
        .await
        .map_err(refused)?;
    let (title, text) = match role {
        Role::Admin => (
            "There is another admin",
            "Sees and changes the members of your org from now on:",
        ),
        Role::Member => (
            "There is one admin less",
            "Sees what is their own alone from now on:",
        ),
    };
    let user = &member.owner.user;
    admin.0.visit.say_ok(title, format!("{text} {user}"));
    Ok(lead_to(&request, PLACE))
}

/// Nobody gives up being an admin by a slip, and finds no way back.
fn own() -> Failure {
    let text = "Ask another admin of your org to change it. Nothing was changed.";
    Failure::new(Kind::Conflict, "Your own role is not yours to change", text)
        .leading_to("Back to the members", PLACE.to_owned())
}
