//! How batches get to the collector: by the HTTP client of the tree, in the runtime of the rest, while the thread that sends
//! waits. What fails is said once, and that it works again.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

/// Largest answer of a collector that is read; it says next to nothing.
const ANSWER_BYTES: usize = 64 * 1024;

/// Sends batches.
pub(super) struct Wire {
    client: reqwest::Client,
    tasks: Handle,
    fails: AtomicBool,
}

impl Wire {
    /// One that waits so long for the collector at most.
    #[expect(
        clippy::disallowed_methods,
        reason = "Not a provider: no limit, no repeats, and no trace of its own."
    )]
    pub(super) fn new(most: Duration) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("Patchbay/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(most)
            .build()?;
        Ok(Self {
            client,
            tasks: Handle::current(),
            fails: AtomicBool::new(false),
        })
    }

    fn note(&self, why: Option<String>) {
        let failed_before = self.fails.swap(why.is_some(), Ordering::Relaxed);
        match why {
            Some(error) if !failed_before => {
                tracing::warn!(
                    error,
                    "traces cannot be sent; they are dropped until they can"
                );
            }
            None if failed_before => tracing::info!("traces are sent again"),
            _ => {}
        }
    }
}

/// The client's own would say the headers, which may hold the collector's key.
impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

#[async_trait]
impl HttpClient for Wire {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let sent = self.tasks.spawn(exchange(self.client.clone(), request));
        let answer = match sent.await {
            Ok(Ok(answer)) => answer,
            // Without the address, which is in the configuration.
            Ok(Err(error)) => {
                let error = error.without_url();
                self.note(Some(error.to_string()));
                return Err(error.into());
            }
            Err(broken_off) => return Err(broken_off.into()),
        };
        let status = answer.status();
        self.note((!status.is_success()).then(|| format!("the collector answers {status}")));
        Ok(answer)
    }
}

async fn exchange(
    client: reqwest::Client,
    request: reqwest::Request,
) -> Result<Response<Bytes>, reqwest::Error> {
    let mut answer = client.execute(request).await?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > ANSWER_BYTES {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = answer.status();
    Ok(response)
}
