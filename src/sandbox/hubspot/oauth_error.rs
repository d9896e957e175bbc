//! The error bodies of the token endpoint: HubSpot's own fields, and since January 2026 those of RFC 6749 beside.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::json;

use super::{answer, failure::Failure};

/// Why a token call was refused. The status is 400 for all but the wrong content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OauthError {
    BadRefreshToken,
    BadHub,
    BadAuthCode,
    ExpiredAuthCode,
    BadClientId,
    BadClientSecret,
    BadRedirectUri,
    BadGrantType,
    BadCodeVerifier,
    /// A secret stood in the query string. What HubSpot answers to that is not documented.
    SecretInQuery,
    /// A field is missing.
    BadRequest,
    /// The body is not a form.
    NotAForm,
}

impl OauthError {
    /// `status`, `error`, and the message. Where HubSpot documents the status alone, the error is that of RFC 6749.
    pub fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::BadRefreshToken => (
                "BAD_REFRESH_TOKEN",
                "invalid_grant",
                "refresh token is invalid, expired or revoked",
            ),
            Self::BadHub => ("BAD_HUB", "access_denied", "missing or unknown hub id"),
            Self::BadAuthCode => (
                "BAD_AUTH_CODE",
                "invalid_grant",
                "missing or unknown auth code",
            ),
            Self::ExpiredAuthCode => ("EXPIRED_AUTH_CODE", "invalid_grant", "auth code expired"),
            Self::BadClientId => (
                "BAD_CLIENT_ID",
                "invalid_client",
                "missing or invalid client id",
            ),
            Self::BadClientSecret => (
                "BAD_CLIENT_SECRET",
                "invalid_client",
                "missing or invalid client secret",
            ),
            Self::BadRedirectUri => (
                "BAD_REDIRECT_URI",
                "invalid_grant",
                "missing or invalid redirect uri",
            ),
            Self::BadGrantType => (
                "BAD_GRANT_TYPE",
                "unsupported_grant_type",
                "missing or unknown grant type",
            ),
            Self::BadCodeVerifier => (
                "BAD_CODE_VERIFIER",
                "invalid_grant",
                "missing or invalid code verifier",
            ),
            Self::SecretInQuery => (
                "BAD_REQUEST",
                "invalid_request",
                "parameters must be sent in the body, not in the query string",
            ),
            Self::NotAForm => ("BAD_REQUEST", "invalid_request", "the body is not a form"),
            Self::BadRequest => (
                "BAD_REQUEST",
                "invalid_request",
                "a required parameter is missing",
            ),
        }
    }
}

impl std::fmt::Display for OauthError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.parts().0)
    }
}

impl ResponseError for OauthError {
    fn status_code(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    fn error_response(&self) -> HttpResponse {
        if *self == Self::NotAForm {
            return Failure::media_type().error_response();
        }
        let (status, error, message) = self.parts();
        let mut body = json!({ "status": status, "error": error, "message": message });
        // Recorded bodies differ in what else they hold; each is kept as it was seen.
        if *self != Self::BadHub {
            body["error_description"] = message.into();
        }
        let id = answer::correlation_id();
        if *self == Self::BadAuthCode {
            body["correlationId"] = id.as_str().into();
        }
        answer::correlated(StatusCode::BAD_REQUEST, &body, &id)
    }
}
