//! Who calls, and whether they may: token, rate limit, object type and scope, in this order.

use actix_web::{HttpMessage, HttpRequest};
use jiff::Timestamp;

use super::{
    data::Kind,
    failure::Failure,
    grants::Access,
    limits::{self, Lane},
    portals::{self, Portal},
    scopes,
    state::State,
    view::View,
};
use crate::sandbox::request::bearer;

/// A caller whose token is good.
pub struct Caller {
    pub portal: &'static Portal,
    scopes: Vec<String>,
}

/// Checks the token and counts the call.
///
/// # Errors
///
/// 401 for a token that is missing, unknown or expired, 429 beyond the limit.
pub fn caller(
    request: &HttpRequest,
    state: &State,
    lane: Lane,
    now: Timestamp,
) -> Result<Caller, Failure> {
    let token = bearer(request);
    let (access, quota) = state.with(|inner| {
        let access = live(
            token
                .and_then(|token| inner.saved.grants.access(token))
                .cloned(),
            now,
        );
        let access = access.inspect_err(|_| inner.count("unauthorized"))?;
        let quota = limits::admit(inner, access.consent.hub_id, lane, now)?;
        Ok::<_, Failure>((access, quota))
    })?;
    if let Some(quota) = quota {
        request.extensions_mut().insert(quota);
    }
    let portal = portals::find(access.consent.hub_id).ok_or_else(Failure::no_credentials)?;
    Ok(Caller {
        portal,
        scopes: access.consent.scopes,
    })
}

/// A caller who may read objects of the type in the path, with the view on them.
pub fn reader(
    request: &HttpRequest,
    state: &State,
    lane: Lane,
    now: Timestamp,
) -> Result<View, Failure> {
    let caller = caller(request, state, lane, now)?;
    let kind = kind(request)?;
    caller.require(&scopes::to_read(kind))?;
    Ok(state.with(|inner| inner.view(caller.portal, kind, now)))
}

/// A caller who may write contacts.
pub fn writer(
    request: &HttpRequest,
    state: &State,
    now: Timestamp,
) -> Result<&'static Portal, Failure> {
    let caller = caller(request, state, Lane::Burst, now)?;
    let kind = kind(request)?;
    caller.require(&scopes::to_write(kind))?;
    if kind == Kind::Contacts {
        Ok(caller.portal)
    } else {
        Err(Failure::not_in_sandbox("writes of this type"))
    }
}

impl Caller {
    /// Requires one of `scopes`.
    pub fn require(&self, scopes: &[String]) -> Result<(), Failure> {
        let granted = scopes.iter().any(|scope| self.scopes.contains(scope));
        if granted {
            Ok(())
        } else {
            Err(Failure::missing_scopes(scopes))
        }
    }
}

fn kind(request: &HttpRequest) -> Result<Kind, Failure> {
    let segment = request.match_info().query("type");
    Kind::of_path(segment).ok_or_else(|| Failure::unknown_type(segment))
}

fn live(access: Option<Access>, now: Timestamp) -> Result<Access, Failure> {
    let access = access.ok_or_else(Failure::no_credentials)?;
    if access.expires > now {
        Ok(access)
    } else {
        Err(Failure::expired(access.expires, now))
    }
}
