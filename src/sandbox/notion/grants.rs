//! Token pairs, and the rules of their lives.
//!
//! Nothing here expires by itself: Notion publishes no lifetime of tokens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sandbox::opaque;

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The key of the workspace.
    pub workspace: String,
    pub share: Share,
}

/// Which pages the person picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Share {
    #[default]
    All,
    None,
}

/// Whether an authorization comes with a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RefreshTokens {
    #[default]
    On,
    /// The key is there and null.
    Null,
    /// The key is not there, as before August 2025.
    Absent,
}

/// How tokens are issued; the tester can change it.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub refresh_tokens: RefreshTokens,
    pub same_token: bool,
}

/// A pair of tokens. A refresh replaces both, and the number stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub number: u64,
    pub consent: Consent,
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub issued: Timestamp,
    is_expired: bool,
}

/// Everything that was granted.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Grants {
    grants: Vec<Grant>,
    made: u64,
}

impl Grants {
    /// Issues a pair for a consent.
    pub fn grant(&mut self, consent: Consent, policy: Policy, now: Timestamp) -> Grant {
        if let Some(grant) = self.held(&consent).filter(|_| policy.same_token) {
            grant.consent = consent;
            return grant.clone();
        }
        self.made += 1;
        let (access_token, refresh_token) = pair(policy.refresh_tokens);
        let grant = Grant {
            number: self.made,
            consent,
            access_token,
            refresh_token,
            issued: now,
            is_expired: false,
        };
        self.grants.push(grant.clone());
        grant
    }

    /// Replaces both tokens of a pair; the old ones are dead at once. `None` for a refresh token that is not live.
    pub fn refresh(&mut self, token: &str, policy: Policy, now: Timestamp) -> Option<Grant> {
        let held = |grant: &&mut Grant| grant.refresh_token.as_deref() == Some(token);
        let grant = self.grants.iter_mut().find(held)?;
        (grant.access_token, grant.refresh_token) = pair(policy.refresh_tokens);
        grant.is_expired = false;
        grant.issued = now;
        Some(grant.clone())
    }

    /// The pair of a live access token.
    pub fn access(&self, token: &str) -> Option<&Grant> {
        let held = |grant: &&Grant| !grant.is_expired && grant.access_token == token;
        self.grants.iter().find(held)
    }

    /// The pair of a live token of either kind.
    pub fn either(&self, token: &str) -> Option<&Grant> {
        let refresh = |grant: &&Grant| grant.refresh_token.as_deref() == Some(token);
        self.access(token)
            .or_else(|| self.grants.iter().find(refresh))
    }

    /// Ends the pair of an access token. Whether Notion ends the refresh token too is not published.
    pub fn revoke(&mut self, access_token: &str) {
        self.grants
            .retain(|grant| grant.access_token != access_token);
    }

    /// Ends everything, as if the person had removed the app.
    pub fn withdraw(&mut self) {
        self.grants.clear();
    }

    /// Ends every access token and leaves the refresh tokens.
    pub fn expire_access(&mut self) {
        for grant in &mut self.grants {
            grant.is_expired = true;
        }
    }

    pub fn live(&self) -> usize {
        self.grants.len()
    }

    pub fn live_access(&self) -> usize {
        self.grants.iter().filter(|grant| !grant.is_expired).count()
    }

    /// The pair that the person already has in the workspace.
    fn held(&mut self, consent: &Consent) -> Option<&mut Grant> {
        let is_same =
            |grant: &&mut Grant| !grant.is_expired && grant.consent.workspace == consent.workspace;
        self.grants.iter_mut().find(is_same)
    }
}

/// New tokens, with the prefixes of their time.
fn pair(refresh_tokens: RefreshTokens) -> (String, Option<String>) {
    let prefix = match refresh_tokens {
        RefreshTokens::Absent => "secret_",
        _ => "ntn_",
    };
    let access = format!("{prefix}{}", opaque::alphanumeric(46));
    let refresh = || format!("nrt_{}", opaque::alphanumeric(45));
    (access, (refresh_tokens == RefreshTokens::On).then(refresh))
}
