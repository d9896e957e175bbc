//! Contacts made, changed and archived.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Path},
};
use jiff::Timestamp;

use super::{
    body,
    read::find,
    record::{Record, Wanted},
    rules,
};
use crate::sandbox::{
    clock,
    hubspot::{
        answer,
        data::Kind,
        failure::Failure,
        guard,
        overlay::{Overlay, Values},
        portals::{APP_ID, Portal},
        state::{Inner, State},
    },
    params::Params,
};

/// What the answer to a change holds beside the changed properties. The recorded one held no email and no
/// other unchanged property of the person.
const AFTER_CHANGE: [&str; 8] = [
    "hs_is_unworked",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_pipeline",
    "lifecyclestage",
    "notes_last_updated",
    "hs_lead_status",
];

/// `POST …/contacts`: a new contact, unless its email is taken.
pub async fn create(
    request: HttpRequest,
    bytes: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let now = clock::now();
    let portal = guard::writer(&request, &state, now)?;
    let values = rules::check(body::properties(&bytes)?, portal.hub_id)?;
    rules::check_new(&values)?;
    let record = state.with(|inner| make(inner, portal, values, now))?;
    Ok(answer::json(StatusCode::CREATED, &record))
}

/// `PATCH …/contacts/{id}`: sets the given values and leaves the others.
pub async fn update(
    request: HttpRequest,
    path: Path<(String, String)>,
    bytes: Bytes,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let now = clock::now();
    let portal = guard::writer(&request, &state, now)?;
    let params = Params::parse(request.query_string().as_bytes());
    let values = rules::check(body::properties(&bytes)?, portal.hub_id)?;
    if values.is_empty() {
        return Err(Failure::bad(
            "No properties found to update, please provide at least one.",
        ));
    }
    let id_property = params.get("idProperty");
    let record = state.with(|inner| change(inner, portal, (&path.1, id_property), values, now))?;
    Ok(answer::json(StatusCode::OK, &record))
}

/// `DELETE …/contacts/{id}`: archives the contact. Recorded answers show 204 also for ids that do not exist.
pub async fn delete(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<State>,
) -> Result<HttpResponse, Failure> {
    let now = clock::now();
    let portal = guard::writer(&request, &state, now)?;
    state.with(|inner| {
        let view = inner.view(portal, Kind::Contacts, now);
        if let Ok(row) = find(&view, &path.1, None, false) {
            overlay(inner, portal).archive(row.id, now);
        }
    });
    Ok(HttpResponse::NoContent().finish())
}

fn make(
    inner: &mut Inner,
    portal: &'static Portal,
    mut values: Values,
    now: Timestamp,
) -> Result<Record, Failure> {
    let view = inner.view(portal, Kind::Contacts, now);
    let holder = emails(&values)
        .find_map(|email| view.by_email(email))
        .map(|row| row.id);
    if let Some(holder) = holder {
        return Err(Failure::duplicate(holder));
    }
    drop(view);
    values
        .entry("lifecyclestage")
        .or_insert_with(|| "lead".to_owned());
    let id = overlay(inner, portal).make(with_hubspots_own(values, now), now);
    // What only the id can tell.
    let own = Values::from([("hs_all_contact_vids", id.to_string())]);
    overlay(inner, portal).change(id, own, now);
    let view = inner.view(portal, Kind::Contacts, now);
    let row = view.live(id).ok_or_else(Failure::internal)?;
    let wanted = Wanted::only(Kind::Contacts, Kind::Contacts.properties().iter().copied());
    Ok(Record::of(&row, &wanted, portal).without_nulls())
}

fn change(
    inner: &mut Inner,
    portal: &'static Portal,
    (id, id_property): (&str, Option<&str>),
    mut values: Values,
    now: Timestamp,
) -> Result<Record, Failure> {
    let view = inner.view(portal, Kind::Contacts, now);
    let row = find(&view, id, id_property, false)?;
    let id = row.id;
    for email in emails(&values) {
        if let Some(holder) = view.by_email(email).filter(|holder| holder.id != id) {
            return Err(Failure::email_taken(portal.hub_id, email, id, holder.id));
        }
    }
    rules::keep_stage_forward(&mut values, row.value("lifecyclestage").as_deref());
    let changed: Vec<&'static str> = values.keys().copied().collect();
    drop(view);
    overlay(inner, portal).change(id, values, now);
    let view = inner.view(portal, Kind::Contacts, now);
    let row = view.live(id).ok_or_else(Failure::internal)?;
    let wanted = Wanted::only(Kind::Contacts, changed.into_iter().chain(AFTER_CHANGE));
    Ok(Record::of(&row, &wanted, portal).without_nulls())
}

/// The emails that values would give a contact.
fn emails(values: &Values) -> impl Iterator<Item = &str> {
    let more = values
        .get("hs_additional_emails")
        .map(String::as_str)
        .unwrap_or_default();
    let own = values.get("email").map(String::as_str);
    own.into_iter()
        .chain(more.split(';'))
        .filter(|email| !email.is_empty())
}

/// Adds what HubSpot fills itself in a contact made by an app.
fn with_hubspots_own(mut values: Values, now: Timestamp) -> Values {
    let get = |name: &str| values.get(name).cloned().unwrap_or_default();
    let (email, name) = (
        get("email"),
        format!("{} {}", get("firstname"), get("lastname"))
            .trim()
            .to_owned(),
    );
    let domain = email.split_once('@').map(|(_, domain)| domain.to_owned());
    let full = if name.is_empty() { email } else { name };
    let digits: String = get("phone").chars().filter(char::is_ascii_digit).collect();
    values.extend(domain.map(|domain| ("hs_email_domain", domain)));
    values
        .extend((!digits.is_empty()).then_some(("hs_searchable_calculated_phone_number", digits)));
    values.extend([
        ("hs_full_name_or_email", full),
        ("hs_is_contact", "true".to_owned()),
        ("hs_is_unworked", "true".to_owned()),
        (
            "hs_lifecyclestage_lead_date",
            now.as_millisecond().to_string(),
        ),
        ("hs_object_source", "INTEGRATION".to_owned()),
        ("hs_object_source_id", APP_ID.to_string()),
        ("hs_object_source_label", "INTEGRATION".to_owned()),
        ("hs_pipeline", "contacts-lifecycle-pipeline".to_owned()),
        ("num_notes", "0".to_owned()),
    ]);
    values
}

/// The written contacts, to be changed. A search that still reads the old ones keeps its own copy.
fn overlay<'a>(inner: &'a mut Inner, portal: &Portal) -> &'a mut Overlay {
    Arc::make_mut(&mut inner.account(portal.hub_id).overlay)
}
