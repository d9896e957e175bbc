//! Calls to a real HTTP server on loopback that answers well, badly or not at all.

mod calls;
mod changes;
mod limits;
mod oauth;
mod renewals;
mod stopped;
mod waits;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{Bearer, BearerError, Call, CallError, Meaning, Rate, Request, Target};
use crate::testing::http::{Reply, Server};
use crate::testing::outbound;

/// Stands in tokens and bodies, and must stand in no message.
const SECRET: &str = "hush-hush";

/// Tokens that are counted: the first, and one more for each time it is replaced.
#[derive(Default)]
struct Tokens {
    replaced: AtomicU32,
    refused: AtomicU32,
}

impl Tokens {
    fn now(&self) -> String {
        format!("{SECRET}-{}", self.replaced.load(Ordering::SeqCst))
    }

    fn replaced(&self) -> u32 {
        self.replaced.load(Ordering::SeqCst)
    }

    fn refused(&self) -> u32 {
        self.refused.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Bearer for Tokens {
    async fn token(&self) -> Result<SecretString, BearerError> {
        Ok(SecretString::from(self.now()))
    }

    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError> {
        assert_eq!(token.expose_secret(), self.now());
        self.replaced.fetch_add(1, Ordering::SeqCst);
        self.token().await
    }

    async fn refused(&self, token: &SecretString) -> Result<bool, BearerError> {
        assert_eq!(token.expose_secret(), self.now());
        self.refused.fetch_add(1, Ordering::SeqCst);
        Ok(false)
    }
}

fn target(url: url::Url) -> Target {
    Target {
        base: url,
        headers: &[("x-version", "7")],
        provider: "test",
        unit: "unit".to_owned(),
        rate: None,
        others: Vec::new(),
        announced_by: None,
        reading: |status, _| match status {
            423 => Meaning::Passing(None),
            _ => Meaning::Usual,
        },
    }
}

/// A call to `server`, and the tokens that it takes.
fn call(server: &Server) -> (Call, Arc<Tokens>) {
    let tokens: Arc<Tokens> = Arc::default();
    let call = Call::new(outbound(), target(server.url.clone()), tokens.clone());
    (call, tokens)
}

async fn get(call: &Call) -> Result<Value, CallError> {
    let request = Request::get("/things")
        .with("limit", "100")
        .with("q", "a b&c");
    call.read(&request).await
}

/// The error of a call that must fail, after a look at what it says.
async fn failure(call: &Call) -> CallError {
    let error = get(call).await.expect_err("a failure");
    says_nothing_secret(&error);
    error
}

/// Neither token nor body stands in an error, however it is printed.
fn says_nothing_secret(error: &(dyn std::error::Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        let text = format!("{error} {error:?} {error:#?}");
        assert!(!text.contains(SECRET), "{text}");
        next = error.source();
    }
}

/// Names the error in two words, to compare with.
fn name(error: &CallError) -> String {
    match error {
        CallError::Bearer(_) => "bearer".to_owned(),
        CallError::Rejected => "rejected".to_owned(),
        CallError::Status { status, .. } => format!("status {status}"),
        CallError::Refused(_) => "refused".to_owned(),
        CallError::Busy(wait) => format!("busy {}", wait.as_secs()),
        CallError::Store(_) => "store".to_owned(),
        CallError::TooMany => "too many".to_owned(),
        CallError::Limited(wait) => format!("limited {}", wait.as_secs()),
        CallError::Failing { status, .. } => format!("failing {status}"),
        CallError::NoAnswer(none) => format!("no answer: {none}"),
        CallError::Broken(_) => "broken".to_owned(),
        CallError::Unclear(error) => format!("unclear: {}", name(error)),
    }
}

fn ok() -> Reply {
    Reply::new(200, r#"{"fine": true}"#)
}
