//! Codes, refresh tokens and access tokens, and the rules of their lives. Time is always told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sandbox::{clock, opaque};

/// Life of a code. HubSpot does not document it; integrators report five to ten minutes.
const CODE_LIFE_MS: i64 = 600_000;
/// Expired access tokens are remembered this long, so that they answer "expired" and not "unknown".
const REMEMBER_MS: i64 = 86_400_000;

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub client_id: String,
    pub hub_id: i64,
    pub scopes: Vec<String>,
}

/// A code that waits to be exchanged, or was.
#[derive(Debug)]
struct Code {
    consent: Consent,
    redirect_uri: String,
    challenge: Option<String>,
    made: Timestamp,
    used: bool,
}

/// An access token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Access {
    pub consent: Consent,
    pub expires: Timestamp,
}

/// Everything that was granted. Codes are short-lived and do not survive a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Grants {
    #[serde(skip)]
    codes: BTreeMap<String, Code>,
    refresh: BTreeMap<String, Consent>,
    access: BTreeMap<String, Access>,
}

/// Why a code was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    UnknownCode,
    ExpiredCode,
    OtherRedirect,
    BadVerifier,
}

/// A pair of tokens with what they stand for.
#[derive(Debug)]
pub struct Issued {
    pub consent: Consent,
    pub access_token: String,
    pub refresh_token: String,
}

/// How tokens are issued; the tester can change it.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Life of an access token.
    pub life_ms: i64,
    /// Whether a refresh replaces the refresh token. HubSpot returns the same one.
    pub rotate: bool,
    /// Whether a second install of the same account answers with the refresh token of the first.
    pub share: bool,
}

/// What a client shows to have a code exchanged.
#[derive(Debug)]
pub struct Claim<'a> {
    pub code: &'a str,
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a str>,
}

impl Grants {
    /// Makes a code for a consent, bound to the redirect address and to the PKCE challenge if there is one.
    pub fn code(
        &mut self,
        consent: Consent,
        redirect_uri: String,
        challenge: Option<String>,
        now: Timestamp,
    ) -> String {
        let code = opaque::text(36);
        self.codes.insert(
            code.clone(),
            Code {
                consent,
                redirect_uri,
                challenge,
                made: now,
                used: false,
            },
        );
        code
    }

    /// Exchanges a code, once.
    pub fn exchange(
        &mut self,
        claim: &Claim<'_>,
        policy: Policy,
        region: impl Fn(i64) -> &'static str,
        now: Timestamp,
    ) -> Result<Issued, Refused> {
        let code = self.codes.get_mut(claim.code).ok_or(Refused::UnknownCode)?;
        if code.used || code.consent.client_id != claim.client_id {
            return Err(Refused::UnknownCode);
        }
        if now >= clock::plus_ms(code.made, CODE_LIFE_MS) {
            return Err(Refused::ExpiredCode);
        }
        if code.redirect_uri != claim.redirect_uri {
            return Err(Refused::OtherRedirect);
        }
        if !verifies(code.challenge.as_deref(), claim.verifier) {
            return Err(Refused::BadVerifier);
        }
        code.used = true;
        let consent = code.consent.clone();
        let refresh_token = self.refresh_token_for(&consent, policy, region(consent.hub_id));
        Ok(self.issue(consent, refresh_token, policy, now))
    }

    /// Exchanges a refresh token. `None` when it is unknown, revoked or of another app.
    pub fn refresh(
        &mut self,
        token: &str,
        client_id: &str,
        policy: Policy,
        region: impl Fn(i64) -> &'static str,
        now: Timestamp,
    ) -> Option<Issued> {
        let consent = self
            .refresh
            .get(token)
            .filter(|one| one.client_id == client_id)?
            .clone();
        let refresh_token = if policy.rotate {
            self.refresh.remove(token);
            self.keep(&consent, region(consent.hub_id))
        } else {
            token.to_owned()
        };
        Some(self.issue(consent, refresh_token, policy, now))
    }

    /// The access token, expired or not.
    pub fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token)
    }

    /// The consent behind a live refresh token.
    pub fn consent(&self, refresh_token: &str) -> Option<&Consent> {
        self.refresh.get(refresh_token)
    }

    /// Ends a refresh token. Access tokens live on until they expire, as live tests of HubSpot's
    /// revocation showed.
    pub fn revoke(&mut self, refresh_token: &str) {
        self.refresh.remove(refresh_token);
    }

    /// Ends everything, as if the app had been uninstalled everywhere.
    pub fn withdraw(&mut self) {
        self.refresh.clear();
        self.access.clear();
    }

    /// Lets every access token expire now.
    pub fn expire_access(&mut self, now: Timestamp) {
        for access in self.access.values_mut() {
            access.expires = access.expires.min(now);
        }
    }

    /// How many refresh tokens are live.
    pub fn live(&self) -> usize {
        self.refresh.len()
    }

    /// How many access tokens are live.
    pub fn live_access(&self, now: Timestamp) -> usize {
        self.access
            .values()
            .filter(|access| access.expires > now)
            .count()
    }

    fn refresh_token_for(&mut self, consent: &Consent, policy: Policy, region: &str) -> String {
        let same =
            |one: &Consent| one.hub_id == consent.hub_id && one.client_id == consent.client_id;
        let held = self
            .refresh
            .iter()
            .find(|(_, one)| policy.share && same(one));
        if let Some(token) = held.map(|(token, _)| token.clone()) {
            self.refresh.insert(token.clone(), consent.clone());
            return token;
        }
        self.keep(consent, region)
    }

    /// A new refresh token. Documented examples begin with the region of the account.
    fn keep(&mut self, consent: &Consent, region: &str) -> String {
        let token = format!("{region}-{}-{}", opaque::text(4), opaque::text(36));
        self.refresh.insert(token.clone(), consent.clone());
        token
    }

    fn issue(
        &mut self,
        consent: Consent,
        refresh_token: String,
        policy: Policy,
        now: Timestamp,
    ) -> Issued {
        self.forget(now);
        // HubSpot documents that access tokens may exceed 512 characters.
        let access_token = opaque::text(560);
        let expires = clock::plus_ms(now, policy.life_ms);
        self.access.insert(
            access_token.clone(),
            Access {
                consent: consent.clone(),
                expires,
            },
        );
        Issued {
            consent,
            access_token,
            refresh_token,
        }
    }

    /// Drops what nobody can ask about any more. Used codes stay longer than they live: a replay must fail.
    fn forget(&mut self, now: Timestamp) {
        self.codes
            .retain(|_, code| clock::plus_ms(code.made, REMEMBER_MS) > now);
        self.access
            .retain(|_, access| clock::plus_ms(access.expires, REMEMBER_MS) > now);
    }
}

/// PKCE is optional: a verifier is checked if a challenge was given at the start.
fn verifies(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    challenge.is_none_or(|challenge| {
        verifier.is_some_and(|verifier| opaque::s256(verifier) == challenge)
    })
}
