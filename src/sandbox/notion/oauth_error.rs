//! The errors of the token endpoints, in the two shapes that were seen: RFC 6749's, and the API's own.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderValue, WWW_AUTHENTICATE},
    },
};
use serde_json::json;

use super::{answer, controls::ErrorShape};

/// Why a token call was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OauthError {
    /// The Basic header is missing or wrong.
    Client,
    /// A code that is unknown, used or expired.
    Code,
    /// Another redirect address than the one the code was made for.
    Redirect,
    RefreshToken,
    GrantType,
    /// The body is not JSON, or lacks the field of this name.
    Request(&'static str),
}

impl OauthError {
    fn code(self) -> &'static str {
        match self {
            Self::Client => "invalid_client",
            Self::Code | Self::Redirect | Self::RefreshToken => "invalid_grant",
            Self::GrantType => "unsupported_grant_type",
            Self::Request(_) => "invalid_request",
        }
    }

    /// Recorded answers to a wrong client and a wrong grant type have no description.
    fn description(self) -> Option<&'static str> {
        match self {
            Self::Client | Self::GrantType => None,
            Self::Code => Some("Invalid code: this code has been revoked."),
            Self::Redirect => {
                Some("Invalid redirect_uri: it differs from the authorization request.")
            }
            Self::RefreshToken => Some("Invalid refresh token"),
            Self::Request(problem) => Some(problem),
        }
    }

    /// The answer.
    pub fn answer(self, shape: ErrorShape) -> HttpResponse {
        let status = match self {
            Self::Client => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = match (shape, self.description()) {
            (ErrorShape::Rfc, None) => json!({ "error": self.code() }),
            (ErrorShape::Rfc, Some(text)) => {
                json!({ "error": self.code(), "error_description": text })
            }
            (ErrorShape::Envelope, text) => json!({
                "object": "error",
                "status": status.as_u16(),
                "code": self.code(),
                "message": text.unwrap_or("The request was refused."),
            }),
        };
        let mut answer = answer::json(status, body);
        if self == Self::Client {
            let realm = HeaderValue::from_static("Basic realm=\"OAuth\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, realm);
        }
        answer
    }
}
