//! The error bodies of the API, as recorded and documented.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{answer, data::iso, portals::APP_ID};

/// A refused call.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    body: Map<String, Value>,
    header: Option<(&'static str, String)>,
}

impl Failure {
    /// A body with a message and a category. Clients must cope with its absence: some recorded bodies lack it.
    fn new(status: StatusCode, message: impl Into<String>, category: Option<&str>) -> Self {
        let mut body = Map::new();
        body.insert("status".to_owned(), "error".into());
        body.insert("message".to_owned(), message.into().into());
        if let Some(category) = category {
            body.insert("category".to_owned(), category.into());
        }
        Self {
            status,
            body,
            header: None,
        }
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.body.insert(name.to_owned(), value);
        self
    }

    /// A malformed request.
    pub fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, Some("VALIDATION_ERROR"))
    }

    /// No token, or one that HubSpot does not know.
    pub fn no_credentials() -> Self {
        let text = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can \
                    find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
        let failure = Self::new(
            StatusCode::UNAUTHORIZED,
            text,
            Some("INVALID_AUTHENTICATION"),
        );
        Self {
            header: Some(("x-hubspot-auth-failure", "401 Unauthorized".to_owned())),
            ..failure
        }
    }

    /// A token that has expired.
    pub fn expired(at: Timestamp, now: Timestamp) -> Self {
        let seconds = now.as_second().saturating_sub(at.as_second());
        let text =
            format!("The OAuth token used to make this call expired {seconds} second(s) ago.");
        Self::new(
            StatusCode::UNAUTHORIZED,
            text,
            Some("EXPIRED_AUTHENTICATION"),
        )
        .with("context", json!({ "expire time": [iso(at)] }))
    }

    /// The grant lacks all of `scopes`, any one of which would do.
    pub fn missing_scopes(scopes: &[String]) -> Self {
        let text = "This app hasn't been granted all required scopes to make this call. Read more about required \
                    scopes here: https://developers.hubspot.com/scopes.";
        Self::new(StatusCode::FORBIDDEN, text, Some("MISSING_SCOPES"))
            .with(
                "links",
                json!({ "scopes": "https://developers.hubspot.com/scopes" }),
            )
            .with(
                "errors",
                json!([{
                    "message": "One or more of the following scopes are required.",
                    "context": { "requiredGranularScopes": scopes },
                }]),
            )
    }

    /// A type of object that is not there. Recorded without a category.
    pub fn unknown_type(segment: &str) -> Self {
        let text = format!("Unable to infer object type from: {segment}");
        Self::new(StatusCode::BAD_REQUEST, text, None)
    }

    /// No record of this id. The two kinds of ids answer differently in recordings.
    pub fn no_record(id: &str) -> Self {
        if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::new(StatusCode::NOT_FOUND, "resource not found", None);
        }
        // The two spaces are in the recorded text.
        let text = "Object not found.  objectId are usually numeric.";
        Self::new(StatusCode::NOT_FOUND, text, Some("OBJECT_NOT_FOUND"))
            .with("context", json!({ "id": [id] }))
    }

    /// No record of this email.
    pub fn no_such_email() -> Self {
        Self::new(StatusCode::NOT_FOUND, "resource not found", None)
    }

    /// A contact of this email is there already.
    pub fn duplicate(existing: u64) -> Self {
        let text = format!("Contact already exists. Existing ID: {existing}");
        Self::new(StatusCode::CONFLICT, text, Some("CONFLICT"))
    }

    /// The email that a change would set belongs to another contact. `holder` has it.
    pub fn email_taken(portal_id: i64, email: &str, changed: u64, holder: u64) -> Self {
        let value = format!(
            "PropertyValueCoordinates{{portalId={portal_id}, objectTypeId=0-1, propertyName=email, value={email}}}"
        );
        Self::bad(format!(
            "Cannot set {value} on {changed}. {holder} already has that value."
        ))
    }

    /// Values that do not pass. The list of problems is JSON text inside the message.
    pub fn invalid_values(problems: &[Value], errors: Option<Value>) -> Self {
        let list = Value::from(problems);
        let failure = Self::bad(format!("Property values were not valid: {list}"));
        match errors {
            Some(errors) => failure.with("errors", errors),
            None => failure,
        }
    }

    /// The burst limit of the account is used up. Recorded answers carry no `Retry-After`.
    pub fn too_many(hub_id: i64) -> Self {
        let group = format!("publicapi:private_app-api-calls-ten-secondly:{APP_ID}:{hub_id}");
        Self::limited(
            "You have reached your ten_secondly_rolling limit.",
            "TEN_SECONDLY_ROLLING",
        )
        .with("groupName", group.into())
    }

    /// Too many searches in a second.
    pub fn too_many_searches() -> Self {
        Self::limited("You have reached your secondly limit.", "SECONDLY")
            .with("requestId", answer::request_id().into())
    }

    /// The limit of the day is used up.
    pub fn daily() -> Self {
        Self::limited("You have reached your daily limit.", "DAILY")
            .with("requestId", answer::request_id().into())
    }

    fn limited(message: &str, policy: &str) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message, None)
            .with("errorType", "RATE_LIMIT".into())
            .with("policyName", policy.into())
    }

    /// The record or the account is locked for a moment.
    pub fn locked() -> Self {
        Self::new(
            StatusCode::LOCKED,
            "The resource is locked. Wait at least two seconds and try again.",
            None,
        )
    }

    /// The account moves to another data centre.
    pub fn moving(retry_after: u64) -> Self {
        // 477 is HubSpot's own.
        let status = StatusCode::from_u16(477).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let failure = Self::new(
            status,
            "Migration in progress",
            Some("MIGRATION_IN_PROGRESS"),
        );
        Self {
            header: Some(("retry-after", retry_after.to_string())),
            ..failure
        }
    }

    /// HubSpot's own fault.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error", None)
    }

    /// A body that is not of the content type the endpoint takes.
    pub fn media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "HTTP 415 Unsupported Media Type",
            None,
        )
    }

    /// What only the real HubSpot can do.
    pub fn not_in_sandbox(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            format!("The sandbox does not offer {what}"),
            None,
        )
    }

    /// Whether it says that a record is not there.
    pub fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "answered {}", self.status)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let id = answer::correlation_id();
        let mut body = self.body.clone();
        body.insert("correlationId".to_owned(), id.as_str().into());
        let mut response = answer::correlated(self.status, &body, &id);
        if let Some((name, value)) = &self.header
            && let Ok(value) = value.parse()
        {
            response.headers_mut().insert(
                actix_web::http::header::HeaderName::from_static(name),
                value,
            );
        }
        response
    }
}
