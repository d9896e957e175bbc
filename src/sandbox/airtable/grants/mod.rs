//! Codes and grants, and the rules of their lives. Time is always told.
//!
//! A person can hold several grants for one integration at once; each has one live access token and one live
//! refresh token, whose text begins with the id of the grant.

mod refresh;
mod tokens;

pub use refresh::Unrefreshed;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sandbox::{clock, opaque};

/// Airtable documents ten minutes for the exchange of a code.
const CODE_LIFE_MS: i64 = 600_000;

/// How much of what a person has is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Share {
    #[default]
    All,
    /// A part of the bases.
    Some,
    None,
}

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub client_id: String,
    pub user: String,
    pub scopes: Vec<String>,
    pub share: Share,
}

/// A code that waits to be exchanged.
#[derive(Debug)]
pub struct Code {
    consent: Consent,
    redirect_uri: String,
    challenge: String,
    made: Timestamp,
}

/// A token and its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Token {
    text: String,
    expires: Timestamp,
}

/// One grant.
#[derive(Debug, Serialize, Deserialize)]
pub struct Grant {
    pub consent: Consent,
    /// What the access token may do: the whole consent, or the part that a refresh asked for.
    pub scopes: Vec<String>,
    access: Token,
    refresh: Token,
    /// Refresh tokens that were used, with the time of their use.
    used: Vec<(String, Timestamp)>,
    /// When refreshes were asked for within the last second.
    #[serde(skip)]
    asked: Vec<Timestamp>,
}

/// Everything that was granted. Codes are short-lived and do not survive a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Grants {
    #[serde(skip)]
    codes: BTreeMap<String, Code>,
    live: BTreeMap<String, Grant>,
}

/// A pair of tokens with what it may do.
#[derive(Debug)]
pub struct Issued {
    pub access_token: String,
    pub refresh_token: String,
    pub scopes: Vec<String>,
}

/// How tokens are issued; the tester can change it.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub life_ms: i64,
    pub refresh_life_ms: i64,
    /// So long after its use a refresh token is answered with a conflict.
    pub grace_ms: i64,
    /// Whether tokens hold characters that a form must encode.
    pub odd: bool,
}

/// What a client shows to have a code exchanged.
#[derive(Debug)]
pub struct Claim<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
}

impl Grants {
    /// Makes a code for a consent, bound to the redirect address and to the PKCE challenge.
    pub fn code(
        &mut self,
        consent: Consent,
        redirect_uri: String,
        challenge: String,
        now: Timestamp,
    ) -> String {
        let text = opaque::alphanumeric(64);
        let code = Code {
            consent,
            redirect_uri,
            challenge,
            made: now,
        };
        self.codes.retain(|_, code| !code.is_over(now));
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code away. Airtable documents that it is spent by the first exchange, even by one that fails.
    pub fn spend(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    /// Makes a grant of a code that was spent. `None` when the code is too old, or not of this client, redirect
    /// address or verifier.
    pub fn exchange(
        &mut self,
        code: Code,
        claim: &Claim<'_>,
        policy: Policy,
        now: Timestamp,
    ) -> Option<Issued> {
        let is_good = !code.is_over(now)
            && code.consent.client_id == claim.client_id
            && code.redirect_uri == claim.redirect_uri
            && opaque::s256(claim.verifier) == code.challenge;
        is_good.then(|| self.grant(code.consent, policy, now))
    }

    /// The grant behind a live access token, with its id.
    pub fn access(&self, token: &str, now: Timestamp) -> Option<(&str, &Grant)> {
        let (id, grant) = self.live.get_key_value(tokens::grant_of(token))?;
        let access = &grant.access;
        (access.text == token && now < access.expires).then_some((id.as_str(), grant))
    }

    /// Ends everything, as if every person had removed the integration.
    pub fn withdraw(&mut self) {
        self.live.clear();
    }

    /// Lets every access token expire now.
    pub fn expire_access(&mut self, now: Timestamp) {
        for grant in self.live.values_mut() {
            grant.access.expires = grant.access.expires.min(now);
        }
    }

    /// How many grants can still be refreshed.
    pub fn live(&self, now: Timestamp) -> usize {
        let lives = |grant: &&Grant| now < grant.refresh.expires;
        self.live.values().filter(lives).count()
    }

    /// How many access tokens are live.
    pub fn live_access(&self, now: Timestamp) -> usize {
        let lives = |grant: &&Grant| now < grant.access.expires;
        self.live.values().filter(lives).count()
    }

    fn grant(&mut self, consent: Consent, policy: Policy, now: Timestamp) -> Issued {
        let id = format!("oaa{}", opaque::alphanumeric(14));
        let grant = Grant {
            scopes: consent.scopes.clone(),
            consent,
            access: tokens::access(&id, policy, now),
            refresh: tokens::refresh(&id, policy, now),
            used: Vec::new(),
            asked: Vec::new(),
        };
        let issued = grant.issued();
        self.live.insert(id, grant);
        issued
    }
}

impl Code {
    fn is_over(&self, now: Timestamp) -> bool {
        now >= clock::plus_ms(self.made, CODE_LIFE_MS)
    }
}

impl Grant {
    fn issued(&self) -> Issued {
        Issued {
            access_token: self.access.text.clone(),
            refresh_token: self.refresh.text.clone(),
            scopes: self.scopes.clone(),
        }
    }
}
