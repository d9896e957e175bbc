//! What a token endpoint answers: a grant, or why there is none.

use std::time::Duration;

use oauth2::{RequestTokenError, TokenResponse};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::Answer;

/// What a token endpoint granted.
pub struct Grant {
    /// The access token.
    pub access: SecretString,
    /// The refresh token, where the answer has one.
    pub refresh: Option<SecretString>,
    /// The access token's life in whole seconds, where the provider names it so that it means something. Where it
    /// does not, the token is good until the provider refuses it, also at one whose tokens do expire: a life of
    /// our own making would end what works, or promise what does not.
    pub expires_in: Option<Duration>,
    /// The standard `scope`, split; `None` where the answer has none.
    pub scopes: Option<Vec<String>>,
    /// The provider's own fields.
    pub extra: Map<String, Value>,
}

/// Why a token endpoint granted nothing. Holds no token, code or secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GrantError {
    /// The provider refused, in OAuth's form or its own.
    #[error("refused with status {status}{}", reason(.error.as_deref()))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// OAuth's `error`, such as `invalid_grant`.
        error: Option<String>,
        /// The provider's own code (its `status` field), such as `BAD_REFRESH_TOKEN`.
        code: Option<String>,
        /// `Retry-After`.
        retry_after: Option<Duration>,
        /// The provider's own id of the failure, for its support; at most 80 characters, all printable.
        reference: Option<String>,
    },
    /// It could not be reached; nothing was sent.
    #[error("could not be reached")]
    NotSent,
    /// It was sent, and no answer came: the outcome is unknown.
    #[error("did not answer in time")]
    Lost,
    /// The answer is not what OAuth says.
    #[error("answered with something that is not a token answer")]
    Broken,
}

impl GrantError {
    /// `Retry-After` of a refusal.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The provider's own id of a refusal, for its support.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Refused { reference, .. } => reference.as_deref(),
            _ => None,
        }
    }

    /// Whether the provider may have done what was asked. Then the code or refresh token may be spent and the
    /// only copy of what it brought gone, so that a later refusal of the same token can be our own doing. An
    /// answer that is broken came after the work, and a server that fails may do so before or after it. All
    /// else was refused instead of done, 'too many requests' before anything was looked at.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::NotSent => false,
            Self::Lost | Self::Broken => true,
            Self::Refused { status, error, .. } => {
                *status >= 500 || error.as_deref() == Some(SERVER_ERROR)
            }
        }
    }
}

/// OAuth's word for a status of 500, where that cannot be sent (RFC 6749 section 4.1.2.1).
pub const SERVER_ERROR: &str = "server_error";

fn reason(error: Option<&str>) -> String {
    error.map_or_else(String::new, |error| format!(" ({})", printable(error)))
}

/// Text from outside that goes into a message: short, and nothing that could break a line.
pub fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(160).collect()
}

pub(super) fn flatten<E: oauth2::ErrorResponse>(
    error: RequestTokenError<GrantError, E>,
) -> GrantError {
    match error {
        RequestTokenError::Request(error) => error,
        // The crate's own texts may repeat the body, so they go nowhere.
        _ => GrantError::Broken,
    }
}

/// Longest token that is kept, in bytes. Providers' have some hundred.
pub(in crate::outbound) const TOKEN_BYTES: usize = 64 * 1024;

fn fits(token: &str) -> bool {
    (1..=TOKEN_BYTES).contains(&token.len())
}

/// Whether a text can be an access token (RFC 6749 appendix A.12: visible ASCII and space), and so stand in a
/// header.
fn is_access(text: &str) -> bool {
    fits(text) && text.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
}

impl Grant {
    /// A grant from the body of an answer, as it is read in the course of a request.
    #[cfg(test)]
    pub(in crate::outbound) fn parse(body: &[u8]) -> Result<Self, GrantError> {
        let body = super::answer::normalised(body).ok_or(GrantError::Broken)?;
        Self::read(serde_json::from_slice(&body).map_err(|_| GrantError::Broken)?)
    }

    pub(super) fn read(answer: Answer) -> Result<Self, GrantError> {
        let access = answer.access_token().secret();
        if !is_access(access) {
            return Err(GrantError::Broken);
        }
        // It only ever stands in a body, which is encoded: whatever text it is, it goes back as it came.
        let refresh = answer.refresh_token().map(|token| token.secret());
        let refresh = refresh.filter(|token| fits(token));
        let scopes = answer
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
        Ok(Self {
            access: SecretString::from(access.clone()),
            refresh: refresh.map(|token| SecretString::from(token.clone())),
            expires_in: answer.expires_in(),
            scopes,
            extra: answer.extra_fields().rest.clone(),
        })
    }
}
