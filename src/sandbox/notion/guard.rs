//! Who calls, and whether they may: credential, rate limit and version, in this order.

use actix_web::HttpRequest;
use jiff::Timestamp;

use super::{
    data::Space,
    failure::Failure,
    state::{Inner, State},
    version::{self, Version},
    workspaces::{self, Workspace},
};
use crate::sandbox::request::bearer;

/// A caller whose token is good.
#[derive(Debug)]
pub struct Caller {
    /// The number of the token pair, which stays over refreshes.
    pub grant: u64,
    pub version: Version,
    /// What the caller sees.
    pub space: Space,
    /// Whether the caller may read users.
    pub has_users: bool,
}

impl Caller {
    pub fn workspace(&self) -> &'static Workspace {
        self.space.workspace
    }
}

/// Checks the token, counts the call and reads the version.
///
/// # Errors
///
/// 401 for a token that is missing or not live, 429 beyond the limit, 400 for a wrong version.
pub fn caller(request: &HttpRequest, state: &State, now: Timestamp) -> Result<Caller, Failure> {
    let (grant, space, has_users) = state.with(|inner| {
        let token = token(request).inspect_err(|_| inner.count("unauthorized"))?;
        let Some(grant) = inner.saved.grants.access(token).cloned() else {
            inner.count("unauthorized");
            return Err(Failure::unauthorized());
        };
        let workspace =
            workspaces::find(&grant.consent.workspace).ok_or_else(Failure::unauthorized)?;
        admit(inner, workspace, now)?;
        let controls = &inner.saved.controls;
        let space = controls.space(workspace, grant.consent.share);
        Ok((grant.number, space, controls.user_info))
    })?;
    Ok(Caller {
        grant,
        version: Version::read(version::asked(request))?,
        space,
        has_users,
    })
}

fn token(request: &HttpRequest) -> Result<&str, Failure> {
    bearer(request)
        .filter(|token| !token.is_empty())
        .ok_or_else(Failure::not_bearer)
}

/// Counts a call of an authorization, or refuses it until the window has room again.
fn admit(inner: &mut Inner, workspace: &'static Workspace, now: Timestamp) -> Result<(), Failure> {
    let (is_limited, burst) = (inner.saved.controls.rate_limit, inner.saved.controls.burst);
    let rate = inner.memory.rate(workspace.key);
    if !is_limited {
        rate.minute.count(now);
    } else if rate.minute.admit(now, burst).is_none() {
        let wait_ms = rate.minute.frees_in(now);
        inner.count("rate_limited");
        let seconds = u64::try_from(wait_ms).unwrap_or_default().div_ceil(1_000);
        return Err(Failure::rate_limited(seconds.clamp(1, 60)));
    }
    rate.second.count(now);
    Ok(())
}
