//! Who somebody is here, by what the issuer says of them.

use serde_json::Value;

use super::claims::Claims;
use super::{Identity, Org, Refusal, Sso};
use crate::identity::check_email;
use crate::owner::check_id;

/// Longest subject, in bytes (OpenID Connect Core, section 2).
const SUBJECT_BYTES: usize = 255;

impl Sso {
    /// Whether somebody of this email may sign in, as far as its domain decides that.
    pub fn admits(&self, email: &str) -> bool {
        allowed(email, &self.0.setup.domains).is_ok()
    }

    /// The identity, if the email is verified and of an allowed domain and the org is known.
    pub(super) fn identity(&self, claims: Claims) -> Result<Identity, Refusal> {
        let setup = &self.0.setup;
        if !(1..=SUBJECT_BYTES).contains(&claims.subject.len()) {
            return Err(Refusal::BadSubject);
        }
        let email = verified_email(&claims)?;
        allowed(&email, &setup.domains)?;
        let org = match &setup.org {
            Org::Fixed(org) => org.clone(),
            Org::Claim(name) => org_of(&claims, name)?,
        };
        Ok(Identity {
            issuer: claims.issuer,
            subject: claims.subject,
            email,
            org,
        })
    }
}

/// The email as accounts have it. One that the issuer does not vouch for could be anybody's.
fn verified_email(claims: &Claims) -> Result<String, Refusal> {
    let email = claims.email.as_deref().ok_or(Refusal::NoEmail)?;
    match claims.email_verified {
        Some(true) => check_email(email).map_err(|_| Refusal::BadEmail),
        Some(false) => Err(Refusal::Unverified),
        None => Err(Refusal::VerificationUnknown),
    }
}

fn allowed(email: &str, domains: &[String]) -> Result<(), Refusal> {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    match domains.is_empty() || domains.iter().any(|allowed| allowed == domain) {
        true => Ok(()),
        false => Err(Refusal::OtherDomain),
    }
}

/// The org in a claim: a text, or a list of just one.
fn org_of(claims: &Claims, name: &str) -> Result<String, Refusal> {
    let refused = || Refusal::NoOrg(name.to_owned());
    let text = match claims.further.get(name) {
        Some(Value::String(text)) => text,
        Some(Value::Array(list)) => match list.as_slice() {
            [Value::String(text)] => text,
            _ => return Err(refused()),
        },
        _ => return Err(refused()),
    };
    check_id(text).map_err(|_| refused())
}
