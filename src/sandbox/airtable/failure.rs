//! The error bodies of the API, as recorded and documented. They come in four forms.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use super::{answer, controls::Form429};

const NO_MODEL: &str = "Invalid permissions, or the requested model was not found. Check that both your user and your \
                        token have the required permissions, and that the model names and/or ids are correct.";
const TOO_MANY: &str = "Rate limit exceeded. Please try again later";
const QUOTA: &str = "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this \
                     month.";
const RETRIABLE: &str = "Server encountered an error while processing your request, and it is safe to retry the \
                         request";

/// A refused call.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    /// `None` is an empty body.
    body: Option<Value>,
    /// Seconds in a `Retry-After`.
    retry_after: Option<u64>,
}

impl Failure {
    fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
            retry_after: None,
        }
    }

    fn typed(status: StatusCode, kind: &str, message: &str) -> Self {
        let error = json!({ "type": kind, "message": message });
        Self::new(status, json!({ "error": error }))
    }

    fn unprocessable(kind: &str, message: &str) -> Self {
        Self::typed(StatusCode::UNPROCESSABLE_ENTITY, kind, message)
    }

    /// The header is missing or unusable.
    pub fn no_credentials() -> Self {
        let kind = "AUTHENTICATION_REQUIRED";
        Self::typed(StatusCode::UNAUTHORIZED, kind, "Authentication required")
    }

    /// The token is unknown or no longer valid. Which 401 an expired token gets is not confirmed.
    pub fn bad_token() -> Self {
        let message = "Invalid authentication token";
        Self::typed(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message)
    }

    /// No scope, not shared, or not there: Airtable does not tell which.
    pub fn no_model() -> Self {
        let kind = "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND";
        Self::typed(StatusCode::FORBIDDEN, kind, NO_MODEL)
    }

    /// A write, which this stand-in permits nobody.
    pub fn not_permitted() -> Self {
        let message = "You are not permitted to perform this operation";
        Self::typed(StatusCode::FORBIDDEN, "INVALID_PERMISSIONS", message)
    }

    /// An unknown path.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, json!({ "error": "NOT_FOUND" }))
    }

    /// A parameter that is unknown, repeated or out of range.
    pub fn bad_parameter() -> Self {
        let message = "Invalid request: parameter validation failed. Check your request data.";
        Self::unprocessable("INVALID_REQUEST_UNKNOWN", message)
    }

    /// A body that is not JSON. What Airtable answers to that is not confirmed but for the status.
    pub fn bad_body() -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            ..Self::bad_parameter()
        }
    }

    /// An offset that was never issued for this listing.
    pub fn bad_offset(offset: &str) -> Self {
        let message = format!("The value of offset {offset} is invalid");
        Self::unprocessable("INVALID_OFFSET_VALUE", &message)
    }

    /// An offset whose listing the server has forgotten. Recorded without a message.
    pub fn no_iterator() -> Self {
        let error = json!({ "type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE" });
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, json!({ "error": error }))
    }

    /// A field that the table does not have.
    pub fn unknown_field(name: &str) -> Self {
        let message = format!("Unknown field name: \"{name}\"");
        Self::unprocessable("UNKNOWN_FIELD_NAME", &message)
    }

    /// A view that the table does not have. The text is not confirmed.
    pub fn unknown_view(name: &str) -> Self {
        let message = format!("View \"{name}\" not found");
        Self::unprocessable("VIEW_NAME_NOT_FOUND", &message)
    }

    /// More calls than the base or the person may make. No `Retry-After` is documented.
    pub fn too_many(form: Form429) -> Self {
        let kind = "RATE_LIMIT_REACHED";
        match form {
            Form429::Object => Self::typed(StatusCode::TOO_MANY_REQUESTS, kind, TOO_MANY),
            Form429::Array => Self::listed(kind, TOO_MANY),
        }
    }

    /// The workspace has used up its month.
    pub fn quota() -> Self {
        Self::listed("PUBLIC_API_BILLING_LIMIT_EXCEEDED", QUOTA)
    }

    fn listed(kind: &str, message: &str) -> Self {
        let errors = json!({ "errors": [{ "error": kind, "message": message }] });
        Self::new(StatusCode::TOO_MANY_REQUESTS, errors)
    }

    /// Airtable's own fault. Its body is not documented; an empty one is among those seen.
    pub fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            body: None,
            retry_after: None,
        }
    }

    /// The same, with a body that says nothing.
    pub fn null_error() -> Self {
        let body = json!({ "error": null });
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, body)
    }

    /// A fault that passes; a `Retry-After` is documented as possible here.
    pub fn retriable() -> Self {
        let kind = "RETRIABLE_ERROR";
        Self {
            retry_after: Some(1),
            ..Self::typed(StatusCode::SERVICE_UNAVAILABLE, kind, RETRIABLE)
        }
    }

    /// What only the real Airtable can do.
    pub fn not_in_sandbox(what: &str) -> Self {
        let message = format!("The sandbox does not offer {what}");
        Self::typed(StatusCode::NOT_IMPLEMENTED, "NOT_IN_SANDBOX", &message)
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
        let mut response = match &self.body {
            Some(body) => answer::json(self.status, body),
            None => HttpResponse::new(self.status),
        };
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
