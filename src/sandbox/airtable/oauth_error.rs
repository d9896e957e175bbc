//! The error bodies of the token endpoint, as Airtable's reference lists them.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::json;

use super::{answer, grants::Unrefreshed};

/// Why a token call was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OauthError {
    Client,
    Grant,
    /// A parameter is missing, repeated or has a bad value, which the text says.
    Request(&'static str),
    GrantType,
    /// The grant was refreshed a moment ago. The body is not confirmed, the status is.
    Conflict,
}

impl OauthError {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::Client => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "client authentication failed",
            ),
            Self::Grant => (bad, "invalid_grant", "grant invalid"),
            Self::Request(text) => (bad, "invalid_request", text),
            Self::GrantType => (bad, "unsupported_grant_type", "unsupported grant_type"),
            Self::Conflict => (
                StatusCode::CONFLICT,
                "invalid_grant",
                "this refresh token was used a moment ago",
            ),
        }
    }
}

impl From<Unrefreshed> for OauthError {
    fn from(refused: Unrefreshed) -> Self {
        match refused {
            Unrefreshed::Unknown => Self::Grant,
            Unrefreshed::Conflict => Self::Conflict,
            // `invalid_scope` is not in Airtable's list for this endpoint.
            Unrefreshed::Scope => Self::Request("\"scope\" must be a part of what was granted"),
        }
    }
}

impl std::fmt::Display for OauthError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.parts().1)
    }
}

impl ResponseError for OauthError {
    fn status_code(&self) -> StatusCode {
        self.parts().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, error, description) = self.parts();
        let body = json!({ "error": error, "error_description": description });
        answer::json(status, &body)
    }
}
