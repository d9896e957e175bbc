//! The face of failures: `application/problem+json` (RFC 9457).

mod face;
mod kinds;
mod translate;

pub use face::{face, id_of};
pub use kinds::{Action, Type};
pub use translate::{refused, taken};

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::error::{Failure, Kind};
use crate::idempotency::Answer;

/// The media type of a problem.
const PROBLEM: &str = "application/problem+json";

/// What a handler fails with. It gets its face at the rim of the API, where the request's id is at hand.
#[derive(Debug)]
pub struct Problem {
    /// What sort of problem it is.
    pub what: Type,
    failure: Box<Failure>,
    more: Map<String, Value>,
    allow: Option<&'static str>,
}

/// A fault in something that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, parameter or property; `null` where it concerns the whole.
    pub field: Option<String>,
    /// What is wrong with it, and what is possible.
    pub detail: String,
}

/// A problem as it is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    /// Tells what went wrong: compare this. It is stable over all versions and installations, and leads to the
    /// explanation in the reference when it is resolved against this Patchbay's address.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference")]
    what: String,
    /// The type in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened in this case and what to do about it, for people.
    detail: String,
    /// Who can do something about it.
    action: Action,
    /// The name of this request in the log.
    request_id: String,
    /// Each fault of what was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError>>,
    /// The scope that the key lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The provider's permission that was not granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<String>,
    /// The contact that is meant instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<String>,
}

impl Problem {
    /// A problem in the words of its type.
    pub fn of(what: Type) -> Self {
        Self::new(what, what.about().meaning.replace('`', "'"))
    }

    /// A problem with words of its own.
    pub fn new(what: Type, detail: impl Into<Cow<'static, str>>) -> Self {
        let about = what.about();
        Self {
            what,
            failure: Failure::new(Kind::from_status(about.status), about.title, detail).into(),
            more: Map::new(),
            allow: None,
        }
    }

    /// Adds what the log should know.
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.failure = self.failure.because(cause).into();
        self
    }

    /// Says when to try again.
    pub fn again_in(mut self, wait: Option<Duration>) -> Self {
        self.failure = self.failure.retry_after(wait).into();
        self
    }

    /// Adds a member.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Names what is wrong with what was sent.
    pub fn errors(self, errors: &[FieldError]) -> Self {
        self.with("errors", json!(errors))
    }

    /// A fault in one field.
    pub fn field(what: Type, field: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let error = FieldError {
            field: Some(field.to_owned()),
            detail: detail.clone(),
        };
        Self::new(what, format!("{field}: {detail}")).errors(&[error])
    }

    /// That a route does not take a method; `allow` are those that it takes.
    pub fn method(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::of(Type::MethodNotAllowed)
        }
    }

    /// The answer to the request of this id; writes the line that it gets in the log.
    fn answer(&self, id: &str) -> HttpResponse {
        self.failure.log(id);
        let about = self.what.about();
        let mut answer = HttpResponse::build(self.status_code());
        if about.status == 401 {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"patchbay\""));
        }
        if let Some(allow) = self.allow {
            answer.insert_header((ALLOW, allow));
        }
        if let Some(wait) = self.failure.wait() {
            answer.insert_header((RETRY_AFTER, wait.as_millis().div_ceil(1_000).to_string()));
        }
        answer
            .insert_header((CONTENT_TYPE, PROBLEM))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.body(id).to_string())
    }

    /// The problem of the request of this id, as an answer that can be kept and given again.
    pub fn kept(&self, id: &str) -> Answer {
        let kind = (CONTENT_TYPE.to_string(), PROBLEM.to_owned());
        Answer {
            status: self.what.about().status,
            headers: vec![kind],
            body: self.body(id).to_string(),
        }
    }

    fn body(&self, id: &str) -> Value {
        let about = self.what.about();
        let mut body = json!({
            "type": self.what.address(),
            "title": about.title,
            "status": about.status,
            "detail": self.failure.message,
            "action": about.action,
            "request_id": id,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(self.more.clone());
        }
        body
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.what.about().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_has_a_name_of_its_own_and_a_status_of_an_error() {
        let names: BTreeSet<&str> = Type::ALL.iter().map(|it| it.about().name).collect();
        assert_eq!(names.len(), Type::ALL.len());
        for what in Type::ALL {
            let about = what.about();
            assert!((400..600).contains(&about.status), "{}", about.name);
            assert!(
                !about.title.ends_with('.') && about.meaning.ends_with('.'),
                "{}",
                about.name
            );
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(about.name.chars().all(plain), "{}", about.name);
        }
    }

    #[test]
    fn a_problem_says_what_it_is_and_nothing_of_its_cause() {
        let problem = Problem::of(Type::ScopeMissing).with("scope", "items:read");
        let body = problem.because("the cause").body("id-1");
        assert_eq!(body["type"], "/docs#problem-scope-missing");
        assert_eq!(
            (&body["status"], &body["action"]),
            (&json!(403), &json!("mend"))
        );
        assert_eq!(body["scope"], "items:read");
        assert!(!body.to_string().contains("cause"));
    }
}
