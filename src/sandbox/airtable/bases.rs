//! `GET /v0/meta/bases`: the bases that a grant shares.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde_json::{Value, json};

use super::{
    answer,
    api::parameters,
    data::{
        Base,
        id::{Place, decode, encode},
    },
    failure::Failure,
    guard::Caller,
    scopes,
    state::State,
};
use crate::sandbox::{hash::hash, params::Params, traffic::wants_empty_page};

/// Answers with a page of bases. Its size is fixed in life and a setting here.
pub fn list(
    request: &HttpRequest,
    caller: &Caller,
    state: &Data<State>,
) -> Result<HttpResponse, Failure> {
    caller.require(scopes::SCHEMA)?;
    let params = parameters(request, &["offset"])?;
    let start = start(&params, caller)?;
    let bases = caller.world.bases();
    let (size, serial) = state.with(|inner| {
        inner.memory.base_offsets = inner.memory.base_offsets.wrapping_add(1);
        (inner.saved.controls.bases_page, inner.memory.base_offsets)
    });
    let size = if wants_empty_page(request) { 0 } else { size };
    let rest = bases.get(start..).unwrap_or_default();
    let page = rest.get(..size).unwrap_or(rest);
    let mut body = json!({ "bases": page.iter().map(row).collect::<Vec<_>>() });
    if page.len() < rest.len() {
        let end = start + page.len();
        let last = page.last().map_or_else(|| nobody(caller), |base| base.id());
        body["offset"] = offset(end, &last, caller, serial).into();
    }
    Ok(answer::json(StatusCode::OK, &body))
}

/// The place that the offset of a call leads to.
fn start(params: &Params, caller: &Caller) -> Result<usize, Failure> {
    let offsets: Vec<&str> = params.all("offset").collect();
    match offsets.as_slice() {
        [] => Ok(0),
        [offset] => position(offset, caller).ok_or_else(|| Failure::bad_offset(offset)),
        _ => Err(Failure::bad_parameter()),
    }
}

fn row(base: &Base) -> Value {
    let mut row = json!({ "id": base.id(), "name": base.name() });
    if let Some(level) = base.level() {
        row["permissionLevel"] = level.into();
    }
    row
}

/// The id of no base, for a page that has none.
fn nobody(caller: &Caller) -> String {
    let place = Place {
        person: caller.person.seed,
        base: u16::MAX,
        table: 0,
        row: 0,
    };
    place.id("app")
}

/// `itr…/app…`: the position, sealed for its grant, with a number of its own so that no two offsets are the same.
fn offset(position: usize, last: &str, caller: &Caller, serial: u32) -> String {
    let number = u64::from(owner(caller)) << 48 | u64::from(serial) << 16 | position as u64;
    format!("{}/{last}", encode("itr", number))
}

/// Where an offset that was issued to this grant leads.
fn position(offset: &str, caller: &Caller) -> Option<usize> {
    let (iterator, base) = offset.split_once('/')?;
    let number = decode("itr", iterator)?;
    let is_own = number >> 48 == u64::from(owner(caller));
    Place::of_id("app", base).filter(|_| is_own)?;
    usize::try_from(number & 0xffff).ok()
}

/// A number for the grant.
fn owner(caller: &Caller) -> u16 {
    let seed = caller
        .grant
        .bytes()
        .fold(0, |seed, byte| hash([seed, u64::from(byte), 0, 0]));
    u16::try_from(seed & 0xffff).unwrap_or_default()
}
