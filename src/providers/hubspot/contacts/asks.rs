//! The requests for contacts. A person waits for each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::api_version;
use super::super::streams::CONTACT;
use crate::outbound::Request;

const OBJECTS: &str = concat!("/crm/objects/", api_version!());
const PROPERTIES: &str = concat!("/crm/properties/", api_version!());
const CONTACTS: &str = "contacts";
/// The limit that searches have, apart from the rest.
pub(in super::super) const SEARCHES: &str = "search";

/// HubSpot refuses a search whose body is longer, in characters.
const SEARCH_LENGTH: usize = 3_000;
/// How long the names of the properties that one address asks for may be together. Integrators measured that an
/// address of 8,000 characters may be refused, and keep to 5,000.
const NAMES_LENGTH: usize = 4_500;

/// Contacts that hold a text, those that were changed last first; `None` for a text that is too long.
pub(super) fn search(text: &str, from: u64, limit: u64) -> Option<Request> {
    let properties: Vec<&str> = CONTACT.properties.split(',').collect();
    let mut body = json!({
        "sorts": [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}],
        "properties": properties,
        "limit": limit,
        "after": from.to_string(),
    });
    if let (false, Some(body)) = (text.is_empty(), body.as_object_mut()) {
        body.insert("query".to_owned(), Value::from(text));
    }
    let length = body.to_string().chars().count();
    let request = Request::post(OBJECTS, body).at(CONTACTS).at("search");
    (length <= SEARCH_LENGTH).then(|| request.apart(SEARCHES).for_a_person())
}

/// The definitions of properties.
pub(super) fn definitions() -> Request {
    Request::get(PROPERTIES).at(CONTACTS).for_a_person()
}

/// One contact with what a load asks for and these properties beside; `None` for more names than an address holds.
pub(super) fn by_id<'a>(id: &str, more: impl Iterator<Item = &'a String>) -> Option<Request> {
    let mut names = CONTACT.properties.to_owned();
    for name in more.filter(|name| is_name(name)) {
        names.push(',');
        names.push_str(name);
    }
    let fits = names.len() <= NAMES_LENGTH;
    let request = Request::get(OBJECTS).at(CONTACTS).at(id);
    fits.then(|| request.with("properties", names).for_a_person())
}

/// The same by its email, which is found at once, unlike by a search.
pub(super) fn by_email<'a>(email: &str, more: impl Iterator<Item = &'a String>) -> Option<Request> {
    Some(by_id(email, more)?.with("idProperty", "email"))
}

pub(super) fn create(properties: &BTreeMap<&String, &String>) -> Request {
    Request::make(OBJECTS, json!({ "properties": properties })).at(CONTACTS)
}

pub(super) fn update(id: &str, properties: &BTreeMap<String, String>) -> Request {
    let body = json!({ "properties": properties });
    Request::patch(OBJECTS, body).at(CONTACTS).at(id)
}

pub(super) fn delete(id: &str) -> Request {
    Request::delete(OBJECTS).at(CONTACTS).at(id)
}

/// Whether a property can have this name; those that no property has are left out of the answer in any case.
fn is_name(name: &str) -> bool {
    let stands_in_a_list = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    !name.is_empty() && name.bytes().all(stands_in_a_list)
}
