//! Who calls, and whether they may: token and rate limit first, then the scope.

use actix_web::HttpRequest;
use jiff::Timestamp;

use super::{
    data::World,
    failure::Failure,
    people::{self, Person},
    state::{Inner, State},
};
use crate::sandbox::request::bearer;

/// A caller whose token is good.
pub struct Caller {
    pub person: &'static Person,
    pub scopes: Vec<String>,
    /// What the person shares with this grant.
    pub world: World,
    /// The id of the grant, and the token of this call.
    pub grant: String,
    pub token: String,
}

/// Checks the token and counts the call, for `base` too if its path names one.
///
/// # Errors
///
/// 401 without a usable header or with a token that is not live, 429 beyond a limit.
pub fn caller(
    request: &HttpRequest,
    state: &State,
    base: Option<&str>,
    now: Timestamp,
) -> Result<Caller, Failure> {
    state.with(|inner| {
        let token = bearer(request).filter(|token| !token.is_empty());
        let caller = token
            .ok_or_else(Failure::no_credentials)
            .and_then(|token| identified(inner, token));
        let caller = caller.inspect_err(|_| inner.count("unauthorized"))?;
        let controls = &inner.saved.controls;
        let passes = inner
            .memory
            .limits
            .admit(caller.person.id, base, controls, now);
        if !passes {
            inner.count("rate_limited");
            return Err(Failure::too_many(inner.saved.controls.error_429));
        }
        Ok(caller)
    })
}

fn identified(inner: &Inner, token: &str) -> Result<Caller, Failure> {
    let access = inner.saved.grants.access(token, inner.token_time());
    let (id, grant) = access.ok_or_else(Failure::bad_token)?;
    let person = people::find(&grant.consent.user).ok_or_else(Failure::bad_token)?;
    Ok(Caller {
        person,
        scopes: grant.scopes.clone(),
        world: inner.world(person, grant.consent.share),
        grant: id.to_owned(),
        token: token.to_owned(),
    })
}

impl Caller {
    /// Requires a scope. Airtable answers a missing one as it answers what is not there.
    pub fn require(&self, scope: &str) -> Result<(), Failure> {
        let granted = self.scopes.iter().any(|one| one == scope);
        granted.then_some(()).ok_or_else(Failure::no_model)
    }
}
