//! A call to a provider's API on behalf of a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::failure::{BearerError, Body, CallError};
use super::limit::Share;
use super::retry::{LONGEST_WAIT, TRIES, backoff};
use super::target::{Meaning, Target};
use super::{Answer, NoAnswer, Outbound, Request};
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

/// Where the token of a call comes from.
#[async_trait]
pub trait Bearer: Send + Sync {
    /// A token that is good now.
    async fn token(&self) -> Result<SecretString, BearerError>;
    /// Another one, after the provider answered 401 to `token`.
    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError>;
}

/// What a load's calls went through, for its report.
#[derive(Debug, Default)]
pub struct Counts {
    requests: AtomicU64,
    retries: AtomicU64,
    limited: AtomicU64,
}

impl Counts {
    /// Requests sent, with repeated ones.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
    /// Requests that were repeats.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }
    /// Answers that said 'too many requests'.
    pub fn limited(&self) -> u64 {
        self.limited.load(Ordering::Relaxed)
    }
}

/// What a provider reads its API with.
pub struct Call {
    outbound: Outbound,
    target: Target,
    bearer: Arc<dyn Bearer>,
    counts: Counts,
}

/// What to do after a try.
enum Verdict<T> {
    Done(T),
    Again {
        error: CallError,
        wait: Option<Duration>,
    },
    Renew,
    Fail(CallError),
}

impl Call {
    /// A call for the connection whose tokens `bearer` has.
    pub fn new(outbound: Outbound, target: Target, bearer: Arc<dyn Bearer>) -> Self {
        Self {
            outbound,
            target,
            bearer,
            counts: Counts::default(),
        }
    }

    /// What the calls went through so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Sends a request and reads its answer as JSON. Repeated while it may help: a request changes nothing.
    pub async fn read<T: DeserializeOwned>(&self, request: &Request) -> Result<T, CallError> {
        let shares = self.shares(request);
        let mut renewed = false;
        let mut tried = 1;
        loop {
            match self.attempt(request, &shares, renewed).await? {
                Verdict::Done(value) => return Ok(value),
                Verdict::Fail(error) => return Err(error),
                Verdict::Renew if renewed => return Err(CallError::Rejected),
                Verdict::Renew => renewed = true,
                Verdict::Again { error, .. } if tried >= TRIES || given_up(request, &error) => {
                    return Err(error);
                }
                Verdict::Again {
                    wait: Some(wait), ..
                } if wait > LONGEST_WAIT => {
                    return Err(CallError::Limited(wait));
                }
                Verdict::Again { error, wait } => {
                    tracing::debug!(tried, %error, "a call is tried again");
                    self.pause(&shares, tried, wait, &error).await;
                    tried += 1;
                    self.counts.retries.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// The units that a request counts in, the narrowest last.
    fn shares(&self, request: &Request) -> Vec<Share> {
        let target = &self.target;
        let share = |unit: &str, rate| Share {
            unit: format!("{}:{unit}", target.provider),
            rate,
        };
        let mut shares = vec![share(&format!("account:{}", target.unit), target.rate)];
        if let Some((kind, id)) = &request.unit {
            let rate = target.narrower.iter().find(|(known, _)| known == kind);
            shares.push(share(&format!("{kind}:{id}"), rate.map(|(_, rate)| *rate)));
        }
        shares
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        request: &Request,
        shares: &[Share],
        renewed: bool,
    ) -> Result<Verdict<T>, CallError> {
        // The token first, though it may grow old while the request waits for its turn: what is counted must be
        // sent at once, or a window could hold more than the limit.
        let token = self.bearer.token().await?;
        let request = self.prepare(request, &token)?;
        self.outbound.limits.acquire(shares).await;
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let verdict = match self.outbound.send(request).await {
            Ok(answer) => self.judge(answer),
            Err(NoAnswer::TooLarge) => Verdict::Fail(CallError::NoAnswer(NoAnswer::TooLarge)),
            Err(error) => Verdict::Again {
                error: CallError::NoAnswer(error),
                wait: None,
            },
        };
        if matches!(verdict, Verdict::Renew) && !renewed {
            self.bearer.replace(&token).await?;
        }
        Ok(verdict)
    }

    fn prepare(
        &self,
        request: &Request,
        token: &SecretString,
    ) -> Result<reqwest::Request, CallError> {
        let broken = || CallError::Broken("the address of a call is not valid".to_owned());
        let mut request = request.build(&self.target.base).ok_or_else(broken)?;
        let headers = request.headers_mut();
        headers.insert(reqwest::header::AUTHORIZATION, bearer_header(token)?);
        for (name, value) in self.target.headers {
            let value = reqwest::header::HeaderValue::from_static(value);
            headers.insert(*name, value);
        }
        Ok(request)
    }

    fn judge<T: DeserializeOwned>(&self, answer: Answer) -> Verdict<T> {
        match answer.status {
            200..=299 => match serde_json::from_slice(&answer.body) {
                Ok(value) => Verdict::Done(value),
                Err(error) => Verdict::Again {
                    error: CallError::Broken(describe(&error)),
                    wait: None,
                },
            },
            401 => Verdict::Renew,
            status => match (self.target.reading)(status, &answer.body) {
                Meaning::Final(why) => Verdict::Fail(CallError::Refused(why)),
                Meaning::TooMany(wait) => self.too_many(&answer, wait),
                Meaning::Passing => passing(&answer),
                Meaning::Usual if status == 429 => self.too_many(&answer, None),
                Meaning::Usual if status >= 500 => passing(&answer),
                Meaning::Usual => Verdict::Fail(CallError::Status {
                    status,
                    body: Body(answer.body),
                }),
            },
        }
    }

    fn too_many<T>(&self, answer: &Answer, hint: Option<Duration>) -> Verdict<T> {
        self.counts.limited.fetch_add(1, Ordering::Relaxed);
        Verdict::Again {
            error: CallError::TooMany,
            wait: answer.retry_after.or(hint),
        }
    }

    /// Waits before the next try. What the provider says of its limit holds for everyone of that unit.
    async fn pause(&self, shares: &[Share], tried: u32, wait: Option<Duration>, error: &CallError) {
        let jitter = backoff(tried, &self.outbound.entropy);
        let wait = wait.unwrap_or_default();
        if let (CallError::TooMany, Some(narrowest)) = (error, shares.last()) {
            self.outbound.limits.pause(&narrowest.unit, wait);
        }
        tokio::time::sleep(wait + jitter).await;
    }
}

fn given_up(request: &Request, error: &CallError) -> bool {
    request.gives_up_when_slow && error.is_slow()
}

fn passing<T>(answer: &Answer) -> Verdict<T> {
    Verdict::Again {
        error: CallError::Failing(answer.status),
        wait: answer.retry_after,
    }
}

fn bearer_header(token: &SecretString) -> Result<reqwest::header::HeaderValue, CallError> {
    let text = format!("Bearer {}", token.expose_secret());
    let mut value = reqwest::header::HeaderValue::try_from(text)
        .map_err(|_| CallError::Broken("the token cannot stand in a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// What is wrong with a JSON text, without a word of it.
fn describe(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it breaks off",
        serde_json::error::Category::Syntax => "it is not JSON",
        _ => "it is JSON of another shape than documented",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}
