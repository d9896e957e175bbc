//! `GET …/{type}/{id}`: one record.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    list::flag,
    record::{Record, Wanted},
};
use crate::sandbox::{
    clock,
    hubspot::{
        answer,
        data::Kind,
        failure::Failure,
        guard,
        limits::Lane,
        state::State,
        view::{Row, View},
    },
    params::Params,
};

/// Answers with a record. An archived one is seen with `archived=true` only, and then no other is.
pub async fn get(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let view = guard::reader(&request, &state, Lane::Burst, clock::now())?;
    let params = Params::parse(request.query_string().as_bytes());
    let archived = flag(params.get("archived"))?;
    let row = find(&view, &path.1, params.get("idProperty"), archived)?;
    let wanted = Wanted::of_query(view.kind, &params);
    Ok(answer::json(
        StatusCode::OK,
        &Record::of(&row, &wanted, view.portal),
    ))
}

/// The record of this id, or of this email if `id_property` says so.
///
/// # Errors
///
/// The 404 body that belongs to the kind of id; 400 for another property.
pub fn find<'a>(
    view: &'a View,
    id: &str,
    id_property: Option<&str>,
    archived: bool,
) -> Result<Row<'a>, Failure> {
    match id_property {
        None | Some("hs_object_id") => {
            let row = id.parse().ok().and_then(|number| view.row(number));
            // A number with a sign or leading zeros is not the id, even if it parses.
            let row = row.filter(|row| row.id.to_string() == id);
            row.filter(|row| row.archived_at().is_some() == archived)
                .ok_or_else(|| Failure::no_record(id))
        }
        Some("email") if view.kind == Kind::Contacts => view
            .by_email(id)
            .filter(|_| !archived)
            .ok_or_else(Failure::no_such_email),
        Some(other) => Err(Failure::bad(format!(
            "'{other}' is not a unique property of this object type."
        ))),
    }
}
