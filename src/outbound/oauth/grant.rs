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
    /// The access token's life, where the provider names it.
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
    pub fn reference(&self) -> Option<&str> {
        None
    }

    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::Lost | Self::Broken)
    }

    /// `Retry-After` of a refusal.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

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

impl Grant {
    pub(super) fn read(answer: Answer) -> Result<Self, GrantError> {
        if answer.access_token().secret().is_empty() {
            return Err(GrantError::Broken);
        }
        let scopes = answer
            .scopes()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
        Ok(Self {
            access: SecretString::from(answer.access_token().secret().clone()),
            refresh: answer
                .refresh_token()
                .filter(|token| !token.secret().is_empty())
                .map(|token| SecretString::from(token.secret().clone())),
            expires_in: answer.expires_in(),
            scopes,
            extra: answer.extra_fields().rest.clone(),
        })
    }
}
