//! Refreshing: every refresh replaces both tokens, and what an old refresh token is answered with.

use jiff::Timestamp;

use super::{Grant, Grants, Issued, Policy, tokens};
use crate::sandbox::clock;

/// Airtable documents that more refresh requests than this in a second may revoke the grant.
const MOST_IN_A_SECOND: usize = 10;
/// A used refresh token is remembered so long, which is more than any grace.
const REMEMBER_MS: i64 = 86_400_000;

/// Why a refresh was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrefreshed {
    /// The token is unknown, expired, revoked, of another client, or was used longer ago than the grace.
    Unknown,
    /// The token was used a moment ago.
    Conflict,
    /// The request wants more than the person granted.
    Scope,
}

impl Grants {
    /// Exchanges a refresh token. The old pair stops working at once.
    ///
    /// # Errors
    ///
    /// When the token is not the live one of its grant, or `scopes` go beyond the grant.
    pub fn refresh(
        &mut self,
        token: &str,
        client_id: &str,
        scopes: Option<Vec<String>>,
        policy: Policy,
        now: Timestamp,
    ) -> Result<Issued, Unrefreshed> {
        let id = tokens::grant_of(token);
        let grant = self.live.get_mut(id).ok_or(Unrefreshed::Unknown)?;
        if grant.consent.client_id != client_id || !grant.knows(token) {
            return Err(Unrefreshed::Unknown);
        }
        grant.note(now);
        if grant.asked.len() > MOST_IN_A_SECOND || now >= grant.refresh.expires {
            self.live.remove(id);
            return Err(Unrefreshed::Unknown);
        }
        match grant.used_at(token) {
            Some(used) if now < clock::plus_ms(used, policy.grace_ms) => {
                return Err(Unrefreshed::Conflict);
            }
            Some(_) => return Err(Unrefreshed::Unknown),
            None => {}
        }
        grant.rotate(id, scopes, policy, now)
    }
}

impl Grant {
    fn knows(&self, token: &str) -> bool {
        self.refresh.text == token || self.used_at(token).is_some()
    }

    fn used_at(&self, token: &str) -> Option<Timestamp> {
        let used = self.used.iter().find(|(used, _)| used == token)?;
        Some(used.1)
    }

    fn note(&mut self, now: Timestamp) {
        self.asked.retain(|at| now < clock::plus_ms(*at, 1_000));
        self.asked.push(now);
        self.used
            .retain(|(_, at)| now < clock::plus_ms(*at, REMEMBER_MS));
    }

    fn rotate(
        &mut self,
        id: &str,
        scopes: Option<Vec<String>>,
        policy: Policy,
        now: Timestamp,
    ) -> Result<Issued, Unrefreshed> {
        let scopes = scopes.unwrap_or_else(|| self.consent.scopes.clone());
        if !scopes
            .iter()
            .all(|scope| self.consent.scopes.contains(scope))
        {
            return Err(Unrefreshed::Scope);
        }
        self.scopes = scopes;
        self.access = tokens::access(id, policy, now);
        let old = std::mem::replace(&mut self.refresh, tokens::refresh(id, policy, now));
        self.used.push((old.text, now));
        Ok(self.issued())
    }
}
