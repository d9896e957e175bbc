//! What the issuer says of a person: in the id token, and where that leaves something out, at its userinfo endpoint.
//!
//! Many issuers put no email into a token that comes with an access token; the standard has it so (OpenID Connect Core,
//! section 5.4).

use std::convert::Infallible;
use std::time::Duration;

use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, IdTokenClaims, SubjectIdentifier, UserInfoClaims};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::issuer::{IssuerError, Known, SERVICE};
use super::{Org, Sso};
use crate::outbound::oauth::Grant;

/// Longest wait for what the userinfo endpoint says.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// The claims that the standard does not name, such as the org.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Further {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AdditionalClaims for Further {}

/// What is said of somebody.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: Option<bool>,
    pub(super) further: Map<String, Value>,
}

impl Claims {
    /// What a token says that was proven.
    pub(super) fn of_token(claims: &IdTokenClaims<Further, CoreGenderClaim>) -> Self {
        Self {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified(),
            further: claims.additional_claims().rest.clone(),
        }
    }

    /// Whether nothing is left out that decides who somebody is here.
    fn are_complete(&self, org: &Org) -> bool {
        let org_known = match org {
            Org::Fixed(_) => true,
            Org::Claim(name) => self.further.contains_key(name),
        };
        self.email.is_some() && self.email_verified.is_some() && org_known
    }

    /// Takes over what is said at the userinfo endpoint. An email and whether it is verified are one statement: they are
    /// never taken from two places.
    fn complete(&mut self, said: &UserInfoClaims<Further, CoreGenderClaim>) {
        let half = self.email.is_none() || self.email_verified.is_none();
        if let Some(email) = said.email().filter(|_| half) {
            self.email = Some(email.to_string());
            self.email_verified = said.email_verified();
        }
        for (name, value) in &said.additional_claims().rest {
            let here = self.further.entry(name.clone());
            here.or_insert_with(|| value.clone());
        }
    }
}

impl Sso {
    /// The claims of a token with what the issuer says elsewhere. That must be of the same person.
    pub(super) async fn completed(
        &self,
        mut claims: Claims,
        known: &Known,
        grant: &Grant,
    ) -> Result<Claims, IssuerError> {
        let setup = &self.0.setup;
        let Some(place) = &known.metadata.userinfo_url else {
            return Ok(claims);
        };
        if claims.are_complete(&setup.org) {
            return Ok(claims);
        }
        let asked = &setup.outbound;
        let said = asked
            .document(SERVICE, place, Some(&grant.access), ANSWER_TIME)
            .await?;
        let subject = SubjectIdentifier::new(claims.subject.clone());
        let said = UserInfoClaims::from_json::<Infallible>(&said, Some(&subject))
            .map_err(|_| IssuerError::Broken("what it says of a person cannot be read"))?;
        claims.complete(&said);
        Ok(claims)
    }
}
