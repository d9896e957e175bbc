//! The failure and its kinds.
//!
//! A [`Failure`] is what a person is told: what happened, what it means, what to do. The cause goes to
//! the log only. Each tree (pages, JSON API, classic API) gives it a face of its own.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// What sort of failure it is; each tree maps it to its own status and shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request makes no sense (400).
    BadRequest,
    /// A field is missing or malformed (422).
    Unprocessable,
    /// Nobody is signed in (401; pages lead to the sign-in).
    Unauthenticated,
    /// Not for this person or from this place (403).
    Forbidden,
    /// The provider does not let the person do that who connected it (403).
    Denied,
    /// There is no such thing (404).
    NotFound,
    /// The route does not know the method (405).
    MethodNotAllowed,
    /// Something else goes on that it would get in the way of (409).
    Conflict,
    /// The body is larger than accepted (413).
    TooLarge,
    /// Too many requests (429).
    TooMany,
    /// Our own fault (500).
    Internal,
    /// The provider fails or answers nonsense (502).
    Provider,
    /// Our store is away (503).
    Unavailable,
    /// What was waited for takes longer than we wait (504).
    Timeout,
}

impl Kind {
    /// The HTTP status of pages and of the JSON API.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::Denied => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Unprocessable => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Provider => 502,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }

    /// The kind that a bare status stands for, for answers that the framework made.
    pub fn from_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthenticated,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            409 => Self::Conflict,
            413 => Self::TooLarge,
            422 => Self::Unprocessable,
            429 => Self::TooMany,
            502 => Self::Provider,
            503 => Self::Unavailable,
            504 => Self::Timeout,
            500.. => Self::Internal,
            _ => Self::BadRequest,
        }
    }

    fn sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => (
                "That request makes no sense here",
                "Go back and try again from the page itself.",
            ),
            Self::Unprocessable => (
                "Something in the form is not right",
                "Check the fields that are marked and send it again.",
            ),
            Self::Unauthenticated => ("You are not signed in", "Sign in and try again."),
            Self::Forbidden => (
                "That is not allowed",
                "Go back and try again from the page itself; if you were signed out meanwhile, sign in first.",
            ),
            Self::Denied => (
                "The provider does not allow that",
                "Your own rights at the provider do not reach so far. Who manages the account there can change that.",
            ),
            Self::NotFound => (
                "There is no such page",
                "The address may be mistyped, or what it led to is gone.",
            ),
            Self::MethodNotAllowed => (
                "That page cannot be used like this",
                "It does not take this kind of request. Open it from a link or send it by its form.",
            ),
            Self::Conflict => (
                "That cannot be done at this moment",
                "Something else goes on that it would get in the way of. Try again when that has ended.",
            ),
            Self::TooLarge => (
                "That is too much at once",
                "What was sent is larger than Patchbay accepts. Send less.",
            ),
            Self::TooMany => (
                "Too many requests",
                "Wait a little and try again; nothing was changed.",
            ),
            Self::Internal => (
                "Something went wrong in Patchbay",
                "It is our fault and has been logged. Try again; if it stays, tell the operator the request id below.",
            ),
            Self::Provider => (
                "The provider did not answer as it should",
                "Nothing was lost. Try again in a while.",
            ),
            Self::Unavailable => (
                "Patchbay cannot reach its store",
                "Nothing was lost. It goes on by itself as soon as the store is back; try again in a moment.",
            ),
            Self::Timeout => (
                "This takes longer than Patchbay waits",
                "What was begun goes on. Ask again in a while.",
            ),
        }
    }
}

/// A failure as a person is told it.
#[derive(Debug)]
pub struct Failure {
    /// Its sort.
    pub kind: Kind,
    /// What happened, one short sentence without a full stop.
    pub title: Cow<'static, str>,
    /// What it means and what to do.
    pub message: Cow<'static, str>,
    /// When to try again, where that is known.
    pub retry_after: Option<Duration>,
    /// Where to go on, where that is elsewhere than usual: what the link says, and a path of ours.
    way_on: Option<Box<(&'static str, String)>>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A failure in the words of its kind.
    pub fn of(kind: Kind) -> Self {
        let (title, message) = kind.sentence();
        Self::new(kind, title, message)
    }

    /// A failure in words of its own.
    pub fn new(
        kind: Kind,
        title: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            title: title.into(),
            message: message.into(),
            retry_after: None,
            way_on: None,
            cause: None,
        }
    }

    /// Adds what the log should know and no page ever shows.
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Says when to try again.
    pub fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Says where to go on.
    pub fn leading_to(mut self, words: &'static str, path: String) -> Self {
        self.way_on = Some(Box::new((words, path)));
        self
    }

    /// A fault of our own, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::of(Kind::Internal).because(cause)
    }

    /// The one line that a failure gets, louder where it is a fault of ours.
    pub fn log(&self, request_id: &str) {
        let error = self.cause_chain();
        match error {
            Some(error) if self.kind.status() >= 500 => {
                tracing::error!(request_id, error, "{}", self.title);
            }
            Some(error) => tracing::warn!(request_id, error, "{}", self.title),
            // What was not allowed is told to whoever looks for attempts.
            None if matches!(self.kind, Kind::Forbidden | Kind::TooMany) => {
                tracing::info!(request_id, "refused: {}", self.title);
            }
            None => {}
        }
    }

    /// When to try again, where that is known or can be guessed.
    pub fn wait(&self) -> Option<Duration> {
        let soon = (self.kind == Kind::Unavailable).then_some(Duration::from_secs(2));
        let known = self
            .retry_after
            .map(|wait| wait.max(Duration::from_secs(1)));
        known.or(soon)
    }

    /// Where to go on, where that is elsewhere than usual: what the link says, and the path.
    pub fn way_on(&self) -> Option<(&'static str, &str)> {
        let own = self.way_on.as_deref();
        own.map(|(words, path)| (*words, &path[..]))
    }

    /// The cause and its own causes, for the log.
    fn cause_chain(&self) -> Option<String> {
        let first: &dyn std::error::Error = self.cause.as_deref()?;
        let mut text = first.to_string();
        let mut next = first.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        Some(text)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.title, self.message)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
