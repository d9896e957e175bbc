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
    let changed = people.set_role(&member.owner, role, &admin.0.by()).await;
    tell(&admin, &member.owner.user, role, changed.map_err(refused)?);
    Ok(lead_to(&request, PLACE))
}

fn tell(admin: &Admin, user: &str, role: Role, changed: bool) {
    let visit = &admin.0.visit;
    match (role, changed) {
        (role, false) => visit.say_info(
            "Nothing was changed",
            format!("{user} is {} already", role.name()),
        ),
        (Role::Admin, true) => visit.say_ok(
            "There is another admin",
            format!("Sees and changes the members of your org from now on: {user}"),
        ),
        (Role::Member, true) => visit.say_ok(
            "There is one admin less",
            format!("Sees what is their own alone from now on: {user}"),
        ),
    }
}

/// Nobody gives up being an admin by a slip, and finds no way back.
fn own() -> Failure {
    let text = "Ask another admin of your org to change it. Nothing was changed.";
    Failure::new(Kind::Conflict, "Your own role is not yours to change", text)
        .leading_to("Back to the members", PLACE.to_owned())
}
