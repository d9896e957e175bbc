//! Calls to providers: the one HTTP client, its time-outs, rate limit, retries and redaction.
//!
//! Nothing here knows a provider. A [`Call`] is what a provider gets to use its API with: it brings the
//! token, keeps within the limit, and repeats what is safe to repeat: what reads always, what changes something only
//! where it surely was not done, or where doing it twice comes to the same.

mod bearer;
mod call;
mod counts;
mod document;
mod failure;
mod heard;
mod limit;
pub mod oauth;
mod request;
mod retry;
mod seen;
mod target;
mod tries;
mod verdict;

use std::time::Duration;

use futures_util::StreamExt;

pub use bearer::Bearer;
pub use call::Call;
pub use counts::{Counts, Waiting, Why};
pub use document::DocumentError;
pub use failure::{BearerError, Body, CallError};
pub use heard::RateHeaders;
pub use request::Request;
pub(crate) use seen::To;
pub use target::{Meaning, Reading, Target};

use crate::clock::Entropy;
pub use crate::store::Rate;
use crate::store::Store;
use limit::Limits;
use seen::Seen;

/// Longest wait for a connection to a provider, its TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer of a provider, from the connection to the last byte of the body.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// So long an answer is still read that is there when its time is over.
const LAST_LOOK: Duration = Duration::from_millis(250);
/// Largest answer that is read. A page of 100 records with long values is a few megabytes.
const ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// The HTTP client and what all calls share. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    http: reqwest::Client,
    answer_timeout: Duration,
    limits: Limits,
    entropy: Entropy,
}

/// The client could not be set up (the system's certificates cannot be read, for example).
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up")]
pub struct SetupError(#[from] reqwest::Error);

/// An answer of a provider, whatever its status.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, where it is a number of seconds.
    pub retry_after: Option<Duration>,
    /// All headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// No answer: the network, a time-out, or more bytes than are read.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The connection could not be made: nothing was sent.
    #[error("no connection")]
    NotSent,
    /// It was sent, and no whole answer came in time.
    #[error("no whole answer in time")]
    Late,
    /// It was sent, and the connection broke off before the answer's end.
    #[error("no whole answer: the connection broke off")]
    Lost,
    /// The answer is too large.
    #[error("an answer of more than {} MiB", ANSWER_BYTES / 1024 / 1024)]
    TooLarge,
}

impl NoAnswer {
    fn of(error: &reqwest::Error) -> Self {
        match error {
            error if error.is_connect() || error.is_builder() => Self::NotSent,
            error if error.is_timeout() => Self::Late,
            _ => Self::Lost,
        }
    }
}

impl Outbound {
    /// Sets the client up. It follows no redirects: a token goes to the address it was meant for. The limits of
    /// providers are kept in `store`, for all replicas together.
    /// `answer_timeout` is [`ANSWER_TIMEOUT`] but in tests of slow providers; a refresh lock outlives it.
    pub fn new(
        entropy: Entropy,
        store: Store,
        answer_timeout: Duration,
    ) -> Result<Self, SetupError> {
        Self::with_limits(Limits::new(Some(store)), entropy, answer_timeout)
    }

    /// The same for the few requests of who checks a configuration: nobody's limits are kept.
    pub fn without_limits(entropy: Entropy, answer_timeout: Duration) -> Result<Self, SetupError> {
        Self::with_limits(Limits::new(None), entropy, answer_timeout)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "The one place that makes a client."
    )]
    fn with_limits(
        limits: Limits,
        entropy: Entropy,
        answer_timeout: Duration,
    ) -> Result<Self, SetupError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("Patchbay/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // Within the whole, so that what runs out before the connection stands is known as not sent.
            .connect_timeout(CONNECT_TIMEOUT.min(answer_timeout / 2))
            .build()?;
        Ok(Self {
            http,
            answer_timeout,
            limits,
            entropy,
        })
    }

    /// Sends a request and reads the whole answer, in time.
    pub(crate) async fn send(&self, request: reqwest::Request, to: To) -> Result<Answer, NoAnswer> {
        self.send_within(request, self.answer_timeout, to).await
    }

    /// The same in less time, where a person waits no longer.
    async fn send_within(
        &self,
        mut request: reqwest::Request,
        most: Duration,
        to: To,
    ) -> Result<Answer, NoAnswer> {
        let seen = Seen::begin(to, &mut request);
        let result = seen.around(self.in_time(request, most)).await;
        seen.ended(result.as_ref().ok().map(|answer| answer.status));
        result
    }

    async fn in_time(&self, request: reqwest::Request, most: Duration) -> Result<Answer, NoAnswer> {
        let mut exchange = std::pin::pin!(self.exchange(request));
        let most = most.min(self.answer_timeout);
        if let Ok(done) = tokio::time::timeout(most, &mut exchange).await {
            return done;
        }
        // A process that was stopped for a while finds its time over and the answer there: it may hold the only
        // copy of rotated tokens.
        let late = tokio::time::timeout(LAST_LOOK, exchange).await;
        late.unwrap_or(Err(NoAnswer::Late))
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Answer, NoAnswer> {
        let response = self.http.execute(request).await;
        let response = response.map_err(|error| NoAnswer::of(&error))?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let headers = response.headers().clone();
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| NoAnswer::of(&error))?;
            if body.len() + chunk.len() > ANSWER_BYTES {
                return Err(NoAnswer::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            retry_after,
            headers,
            body,
        })
    }
}

/// The status that a GET of `url`, on this machine, is answered with; `None` for no answer in time.
#[expect(
    clippy::disallowed_methods,
    reason = "Not a provider: no limit, and never through a proxy."
)]
pub async fn probe(url: &str, patience: Duration) -> Option<u16> {
    let client = reqwest::Client::builder().no_proxy().timeout(patience);
    // Reading the system's certificates takes longer than all else of it.
    let client = client.tls_certs_only([]);
    let answer = client.build().ok()?.get(url).send().await.ok()?;
    Some(answer.status().as_u16())
}

fn retry_after(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests;
