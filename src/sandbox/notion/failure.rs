//! The error bodies of the API, as recorded and documented.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::{Value, json};

use super::{answer, data::Id, workspaces::Workspace};

/// The name under which the app is registered: some messages hold it.
pub const APP_NAME: &str = "Patchbay Test Connection";
const RATE_LIMITED: &str = "You have been rate limited. Please try again in a few minutes.";

/// A refused call.
#[derive(Debug)]
pub struct Failure {
    status: u16,
    code: &'static str,
    message: String,
    more: Option<Box<Value>>,
    retry_after: Option<u64>,
}

impl Failure {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            more: None,
            retry_after: None,
        }
    }

    fn with(self, more: Value) -> Self {
        Self {
            more: Some(Box::new(more)),
            ..self
        }
    }

    fn after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// The path or the method is none of this API version.
    pub fn invalid_url() -> Self {
        Self::new(400, "invalid_request_url", "Invalid request URL.")
    }

    pub fn not_bearer() -> Self {
        let text = "Authorization header must use the format \"Bearer <token>\".";
        Self::new(401, "unauthorized", text)
    }

    /// An unknown token: expired, revoked or made up.
    pub fn unauthorized() -> Self {
        Self::new(401, "unauthorized", "API token is invalid.")
    }

    /// The version header is not `wanted`, but `was`.
    pub fn version(wanted: &str, was: &str) -> Self {
        let text = format!(
            "Notion-Version header failed validation: Notion-Version header should be {wanted}, instead was `{was}`."
        );
        Self::new(400, "missing_version", text)
    }

    pub fn invalid_json() -> Self {
        Self::new(400, "invalid_json", "Error parsing JSON body.")
    }

    /// Something does not pass; the text says what.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "validation_error", message)
    }

    /// A part (`body`, `query` or `path`) has a member that is not what it should be.
    pub fn not_as(part: &str, member: &str, wanted: &str, was: Option<&Value>) -> Self {
        let was = was.map_or_else(|| "undefined".to_owned(), Value::to_string);
        let text = format!(
            "{part} failed validation: {part}.{member} should be {wanted}, instead was `{was}`."
        );
        Self::validation(text)
    }

    /// A cursor that is not ours, not of this walk, or too old. Integrators match the beginning of this text.
    pub fn cursor(cursor: &str) -> Self {
        Self::validation(format!("The start_cursor provided is invalid: {cursor}"))
    }

    /// The tables of 2022 cannot show a database with several data sources.
    pub fn several_sources(database: Id, sources: &[String]) -> Self {
        let text = "Databases with multiple data sources are not supported in this API version.";
        Self::validation(text).with(json!({
            "error_type": "multiple_data_sources_for_database",
            "database_id": database,
            "child_data_source_ids": sources,
            "minimum_api_version": "2025-09-03",
        }))
    }

    /// There is no such object, or it is not shared.
    pub fn not_found(what: &str, id: &str, workspace: &Workspace) -> Self {
        let text = format!(
            "Could not find {what} with ID: {id}. Make sure the relevant pages and databases are shared with your \
             integration \"{APP_NAME}\"."
        );
        Self::new(404, "object_not_found", text).with(json!({ "integration_id": workspace.bot() }))
    }

    /// The connection lacks the capability.
    pub fn restricted() -> Self {
        let text = "API token does not have access to this resource.";
        Self::new(403, "restricted_resource", text)
    }

    pub fn rate_limited(seconds: u64) -> Self {
        Self::rate_limited_plain(seconds).with(json!({
            "rate_limit_reason": "public_api_request_rate_limit",
            "retry_after": seconds.to_string(),
        }))
    }

    /// As it was before September 2026: the header alone says how long.
    pub fn rate_limited_plain(seconds: u64) -> Self {
        Self::new(429, "rate_limited", RATE_LIMITED).after(seconds)
    }

    /// Not to be retried, so nothing says when.
    pub fn blocked() -> Self {
        let more = json!({ "rate_limit_reason": "public_api_request_blocked" });
        Self::new(429, "rate_limited", RATE_LIMITED).with(more)
    }

    pub fn overload(seconds: u64) -> Self {
        // The code is documented, the text is not.
        let text = "Notion is temporarily overloaded. Please try again later.";
        let more = json!({ "retry_after": seconds.to_string() });
        Self::new(529, "service_overload", text)
            .with(more)
            .after(seconds)
    }

    pub fn internal() -> Self {
        Self::new(500, "internal_server_error", "Unexpected error occurred.")
    }

    pub fn unavailable() -> Self {
        let text = "Notion is unavailable, please try again later.";
        Self::new(503, "service_unavailable", text)
    }

    pub fn gateway_timeout() -> Self {
        Self::new(504, "gateway_timeout", "Gateway Timeout")
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "answered {} {}", self.status, self.code)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut body = json!({
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
        });
        if let Some(more) = &self.more {
            body["additional_data"] = Value::clone(more);
        }
        let mut response = answer::json(self.status_code(), body);
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(actix_web::http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
