//! A call to a provider's API on behalf of a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::retry::{LONGEST_WAIT, TRIES, backoff};
use super::{Answer, NoAnswer, Outbound, Rate};

/// Where the token of a call comes from.
#[async_trait]
pub trait Bearer: Send + Sync {
    /// A token that is good now.
    async fn token(&self) -> Result<SecretString, BearerError>;
    /// Another one, after the provider answered 401 to `token`.
    async fn replace(&self, token: &SecretString) -> Result<SecretString, BearerError>;
}

/// There is no token to call with; the text is for people.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct BearerError(pub String);

/// What a call is directed to, and how it behaves there.
#[derive(Clone, Debug)]
pub struct Target {
    /// The API's address: a host without a path.
    pub base: Url,
    /// The unit that the provider counts requests of.
    pub unit: String,
    /// What we allow ourselves there; `None` for no limit.
    pub rate: Option<Rate>,
    /// Statuses beyond 429 and 5xx that pass by themselves, by the provider's documentation.
    pub passing: &'static [u16],
    /// How long to wait after a 429 without `Retry-After`, by the provider's own body.
    pub wait_hint: fn(&[u8]) -> Option<Duration>,
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

/// Why a call brought nothing. The texts are for people and follow the provider's name ('HubSpot kept on
/// failing'), but for [`CallError::Bearer`], which is a sentence. Bodies and tokens are not in them.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// There is no token.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// A fresh token was refused as well.
    #[error("refuses our access (401), even with a fresh token")]
    Rejected,
    /// An answer that no repeat will change.
    #[error("answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The body, for the provider's own reading.
        body: Body,
    },
    /// It asks for a longer pause than a load waits.
    #[error("asks to wait {}, which is longer than a load waits", humantime::format_duration(*.0))]
    Limited(Duration),
    /// It kept on failing over all tries.
    #[error("kept on failing (status {0}, {TRIES} tries)")]
    Failing(u16),
    /// No whole answer over all tries.
    #[error("did not answer ({0}, {TRIES} tries)")]
    NoAnswer(NoAnswer),
    /// The answer is not what the provider documents.
    #[error("sent an answer that could not be read: {0}")]
    Broken(String),
}

/// The body of an answer, kept out of every log.
pub struct Body(pub Vec<u8>);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
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

    /// `GET path?query`, read as JSON. Repeated while it may help: a GET changes nothing.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, CallError> {
        let url = self.url(path, query)?;
        let mut renewed = false;
        let mut tried = 1;
        loop {
            match self.try_get(&url, renewed).await? {
                Verdict::Done(value) => return Ok(value),
                Verdict::Fail(error) => return Err(error),
                Verdict::Renew if renewed => return Err(CallError::Rejected),
                Verdict::Renew => renewed = true,
                Verdict::Again { error, .. } if tried >= TRIES => return Err(error),
                Verdict::Again {
                    wait: Some(wait), ..
                } if wait > LONGEST_WAIT => {
                    return Err(CallError::Limited(wait));
                }
                Verdict::Again { error, wait } => {
                    tracing::debug!(tried, %error, "a call is tried again");
                    self.pause(tried, wait, &error).await;
                    tried += 1;
                    self.counts.retries.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, CallError> {
        let mut url = self
            .target
            .base
            .join(path)
            .map_err(|_| CallError::Broken("the address of a call is not valid".to_owned()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn try_get<T: DeserializeOwned>(
        &self,
        url: &Url,
        renewed: bool,
    ) -> Result<Verdict<T>, CallError> {
        let token = self.bearer.token().await?;
        self.outbound
            .limits
            .acquire(&self.target.unit, self.target.rate)
            .await;
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = reqwest::Request::new(reqwest::Method::GET, url.clone());
        request
            .headers_mut()
            .insert(reqwest::header::AUTHORIZATION, bearer_header(&token)?);
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
            429 => {
                self.counts.limited.fetch_add(1, Ordering::Relaxed);
                let hint = || (self.target.wait_hint)(&answer.body);
                Verdict::Again {
                    error: CallError::Failing(429),
                    wait: answer.retry_after.or_else(hint),
                }
            }
            status if status >= 500 || self.target.passing.contains(&status) => Verdict::Again {
                error: CallError::Failing(status),
                wait: answer.retry_after,
            },
            status => Verdict::Fail(CallError::Status {
                status,
                body: Body(answer.body),
            }),
        }
    }

    /// Waits before the next try. What the provider says of its limit holds for everyone of that unit.
    async fn pause(&self, tried: u32, wait: Option<Duration>, error: &CallError) {
        let jitter = backoff(tried, &self.outbound.entropy);
        match wait {
            Some(wait) if matches!(error, CallError::Failing(429)) => {
                self.outbound.limits.pause(&self.target.unit, wait);
                tokio::time::sleep(wait + jitter).await;
            }
            Some(wait) => tokio::time::sleep(wait + jitter).await,
            None => tokio::time::sleep(jitter).await,
        }
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
