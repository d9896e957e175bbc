//! The parameters of a listing, from the query of a GET or the body of a POST, as one JSON object.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, http::header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::sandbox::{
    airtable::failure::Failure, controls::is_on, params::Params, request::header,
};

/// What was asked, by name.
#[derive(Debug, Default)]
pub struct Asked(Map<String, Value>);

/// Reads a query: `pageSize=10&fields[]=A&sort[0][field]=A`.
///
/// # Errors
///
/// 422 for a name that is written in no known form, or repeated.
pub fn from_query(request: &HttpRequest) -> Result<Asked, Failure> {
    let params = Params::parse(request.query_string().as_bytes());
    let (mut asked, mut sort) = (Map::new(), BTreeMap::new());
    for (name, value) in params.iter() {
        take(&mut asked, &mut sort, name, value).ok_or_else(Failure::bad_parameter)?;
    }
    if !sort.is_empty() {
        let sort = sort.into_values().map(Value::Object);
        asked.insert("sort".to_owned(), sort.collect());
    }
    Ok(Asked(asked))
}

/// Reads a body. The query of such a call is not looked at: an `offset` in it is known to be ignored.
///
/// # Errors
///
/// 400 for a body that is not a JSON object, 422 for one of another content type.
pub fn from_body(request: &HttpRequest, body: &[u8]) -> Result<Asked, Failure> {
    let essence = header(request, CONTENT_TYPE).and_then(|kind| kind.split(';').next());
    if !essence.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Failure::bad_parameter());
    }
    let asked: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| Failure::bad_body())?;
    Ok(Asked(asked))
}

/// Takes over one pair of a query; `None` when it cannot be.
fn take(
    asked: &mut Map<String, Value>,
    sort: &mut BTreeMap<u16, Map<String, Value>>,
    name: &str,
    value: &str,
) -> Option<()> {
    let Some((name, place)) = name.split_once('[') else {
        let before = asked.insert(name.to_owned(), typed(name, value));
        return before.is_none().then_some(());
    };
    if name == "sort" {
        let (place, key) = place.strip_suffix(']')?.split_once("][")?;
        let one = sort.entry(place.parse().ok()?).or_default();
        let before = one.insert(key.to_owned(), value.into());
        return before.is_none().then_some(());
    }
    let place = place.strip_suffix(']')?;
    let is_place = place.is_empty() || place.parse::<u16>().is_ok();
    let list = asked
        .entry(name)
        .or_insert_with(|| Value::Array(Vec::new()));
    list.as_array_mut().filter(|_| is_place)?.push(value.into());
    Some(())
}

/// Text of a query in the type that a body would have.
fn typed(name: &str, value: &str) -> Value {
    let found = match name {
        "pageSize" | "maxRecords" => value.parse::<u64>().ok().map(Value::from),
        "returnFieldsByFieldId" | "includeDateDependencyMetadata" => flag(value),
        _ => None,
    };
    found.unwrap_or_else(|| value.into())
}

fn flag(value: &str) -> Option<Value> {
    let is_spelt = ["true", "false", "1", "0"].contains(&value);
    is_on(value).filter(|_| is_spelt).map(Value::from)
}

impl Asked {
    /// Requires that no name is beyond `known`.
    pub fn knows_only(&self, known: &[&str]) -> Result<(), Failure> {
        let is_known = self.0.keys().all(|name| known.contains(&name.as_str()));
        is_known.then_some(()).ok_or_else(Failure::bad_parameter)
    }

    pub fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        self.read(name, Value::as_str)
    }

    pub fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        self.read(name, Value::as_u64)
    }

    pub fn flag(&self, name: &str) -> Result<bool, Failure> {
        Ok(self.read(name, Value::as_bool)?.unwrap_or_default())
    }

    pub fn texts(&self, name: &str) -> Result<Option<Vec<&str>>, Failure> {
        self.read(name, |value| {
            value.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    pub fn objects(&self, name: &str) -> Result<Vec<&Map<String, Value>>, Failure> {
        let found = self.read(name, |value| {
            value.as_array()?.iter().map(Value::as_object).collect()
        });
        Ok(found?.unwrap_or_default())
    }

    /// A value of the type that `read` wants.
    fn read<'a, T>(
        &'a self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        let found = self.0.get(name);
        let read = found.map(|value| read(value).ok_or_else(Failure::bad_parameter));
        read.transpose()
    }
}
