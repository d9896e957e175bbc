//! A call to a provider's API on behalf of a connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::counts::Why;
use super::failure::CallError;
use super::limit::Share;
use super::retry::backoff;
use super::target::Target;
use super::tries::Tries;
use super::verdict::Verdict;
use super::{Bearer, Counts, Outbound, Request, To};
use crate::metrics::{self, Asked};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::time::Instant;

/// How often a call that was answered 401 with a replaced token goes on with yet another one.
const FURTHER_TOKENS: u32 = 5;

/// What a provider uses its API with.
pub struct Call {
    outbound: Outbound,
    target: Target,
    bearer: Arc<dyn Bearer>,
    counts: Counts,
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

    /// Whether a request is answered with success and JSON, whatever that says. It is sent once, since somebody
    /// waits for the answer; only a 401 has it repeated, with another token. It does not wait long for its turn:
    /// [`CallError::Busy`] tells when it may be tried again.
    pub async fn check(&self, request: Request) -> Result<(), CallError> {
        let answer = self.read::<IgnoredAny>(&request.once()).await;
        answer.map(|_| ())
    }

    /// Sends a request, whatever a success answers; for what changes something.
    pub async fn done(&self, request: &Request) -> Result<(), CallError> {
        self.read::<IgnoredAny>(request).await.map(|_| ())
    }

    /// Sends a request and reads its answer as JSON; an answer without a body is `null`. Repeated while it may help and
    /// does no harm: a change that may have been done, and is not known to be, ends as [`CallError::Unclear`].
    pub async fn read<T: DeserializeOwned>(&self, request: &Request) -> Result<T, CallError> {
        let _under_way = self.counts.under_way();
        let shares = self.target.shares(request);
        let mut tries = Tries::begin(request);
        loop {
            match self.go_on(request, &shares, &mut tries).await {
                Ok(Some(value)) => return Ok(value),
                Ok(None) => {}
                Err(error) => return Err(tries.ended(error)),
            }
        }
    }

    /// One try, and what is to be done before the next one; an answer ends the call.
    async fn go_on<T: DeserializeOwned>(
        &self,
        request: &Request,
        shares: &[Share],
        tries: &mut Tries<'_>,
    ) -> Result<Option<T>, CallError> {
        let verdict = self.attempt(request, shares, tries).await?;
        tries.note(&verdict);
        match verdict {
            Verdict::Done(value) => return Ok(Some(value)),
            Verdict::Fail(error) => return Err(error),
            Verdict::Renew(token) => {
                let before = tries.refusals;
                tries.in_time(self.renew(&token, before)).await?;
                tries.refusals += 1;
            }
            Verdict::Again { error, wait, .. } => {
                let tried = tries.tried;
                let error = tries.again(error, wait)?;
                tracing::debug!(tried, %error, "a call is tried again");
                self.back_off(tried, wait, &error).await;
                self.counts.retries.fetch_add(1, Ordering::Relaxed);
                metrics::provider_asked_again(self.target.provider);
            }
        }
        Ok(None)
    }

    /// After a 401 to `token`, the first or after `before` others: the call may go on, or this is its end. While
    /// it waited for its turn its token may have been replaced more than once, and is then no news to anybody.
    async fn renew(&self, token: &SecretString, before: u32) -> Result<(), CallError> {
        let goes_on = match before {
            0 => self.bearer.replace(token).await.map(|_| true)?,
            1..=FURTHER_TOKENS => self.bearer.refused(token).await?,
            _ => false,
        };
        goes_on.then_some(()).ok_or(CallError::Rejected)
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        request: &Request,
        shares: &[Share],
        tries: &Tries<'_>,
    ) -> Result<Verdict<T>, CallError> {
        // The token first, though it may grow old while the request waits for its turn: what is counted must be
        // sent at once, or a window could hold more than the limit.
        let token = tries.in_time(self.bearer.token()).await?;
        let prepared = self.prepare(request, &token)?;
        let limits = &self.outbound.limits;
        let most = tries.turn()?;
        let asked = Instant::now();
        limits.acquire(shares, most, &self.counts).await?;
        let sent = Instant::now();
        metrics::waited_for_turn(self.target.provider, sent - asked);
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let left = tries.left().unwrap_or(Duration::MAX);
        let to = To {
            provider: self.target.provider,
            asked: Asked::Api,
        };
        let result = self.outbound.send_within(prepared, left, to).await;
        if let Ok(answer) = &result {
            limits.hear(shares, &answer.headers);
        }
        let verdict = Verdict::of(result, token, self.target.reading, request.effect);
        if let (Some(wait), Some(narrowest)) = (verdict.asks_for_a_pause(), shares.last()) {
            self.counts.limited.fetch_add(1, Ordering::Relaxed);
            metrics::provider_limited(self.target.provider);
            // Also after the last try: it holds for everyone of that unit.
            limits.pause(&narrowest.unit, wait, sent).await;
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

    /// Waits before the next try.
    async fn back_off(&self, tried: u32, wait: Option<Duration>, error: &CallError) {
        let wait = wait.unwrap_or_default() + backoff(tried, &self.outbound.entropy);
        let why = match error {
            CallError::TooMany => Why::Asked,
            _ => Why::Failing,
        };
        let sleep = tokio::time::sleep(wait);
        self.counts.while_waiting(wait, why, sleep).await;
    }
}

pub(super) fn bearer_header(
    token: &SecretString,
) -> Result<reqwest::header::HeaderValue, CallError> {
    let text = format!("Bearer {}", token.expose_secret());
    let mut value = reqwest::header::HeaderValue::try_from(text)
        .map_err(|_| CallError::Broken("the token cannot stand in a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
