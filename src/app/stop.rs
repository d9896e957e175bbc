//! What asks a Patchbay to end, and what it does while others notice that it leaves.
//!
//! Who leads people to several replicas learns from `/health/ready` which of them to leave out, and so some time after it has
//! changed. A replica that leaves therefore says so first and goes on serving (`PATCHBAY_DRAIN`), and asks for connections that
//! are kept open to be opened anew, which leads them to another one. Only then does it stop to listen.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use tokio_util::sync::CancellationToken;

/// Asks a Patchbay to end. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: CancellationToken,
    hurried: CancellationToken,
}

impl Stop {
    /// Asks it to end as a supervisor does: there is time to lead people elsewhere.
    pub fn ask(&self) {
        self.asked.cancel();
    }

    /// Asks it to end at once: somebody waits for it, or has asked before.
    pub fn hurry(&self) {
        self.hurried.cancel();
        self.asked.cancel();
    }

    /// Waits until somebody asks.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// What ends as soon as somebody asks.
    pub fn token(&self) -> &CancellationToken {
        &self.asked
    }

    /// Waits until it is to stop serving: `drain` after it was asked to end, or at once where that is asked.
    pub(super) async fn due(&self, drain: Duration) {
        self.asked().await;
        if drain.is_zero() || self.hurried.is_cancelled() {
            return;
        }
        let wait = humantime::format_duration(drain);
        tracing::info!("leaving: not ready any more, and serving on for {wait}");
        let drained = tokio::time::sleep(drain);
        self.hurried.run_until_cancelled(drained).await;
    }
}

/// One that is always in a hurry.
impl From<CancellationToken> for Stop {
    fn from(token: CancellationToken) -> Self {
        Self {
            asked: token.clone(),
            hurried: token,
        }
    }
}

/// Closes connections behind their answers, as soon as the process is leaving.
pub(super) async fn close<B: MessageBody>(
    leaving: CancellationToken,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut result = next.call(request).await;
    if leaving.is_cancelled() {
        match &mut result {
            Ok(response) => last(response.response_mut()),
            Err(error) => error.add_response_mapper(|mut response| {
                last(&mut response);
                response
            }),
        }
    }
    result
}

/// The last answer on its connection.
fn last<B>(response: &mut HttpResponse<B>) {
    let head = response.head_mut();
    head.set_connection_type(ConnectionType::Close);
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const DRAIN: Duration = Duration::from_secs(5);

    /// How long it serves on.
    async fn serves_on(stop: &Stop, drain: Duration) -> Duration {
        let begun = Instant::now();
        stop.due(drain).await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_asked_serves_on_for_a_while() {
        let stop = Stop::default();
        stop.ask();
        assert_eq!(serves_on(&stop, DRAIN).await, DRAIN);
        assert_eq!(serves_on(&stop, Duration::ZERO).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_hurried_does_not_wait() {
        let stop = Stop::default();
        stop.ask();
        let second = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            stop.hurry();
        };
        let (served, ()) = tokio::join!(serves_on(&stop, DRAIN), second);
        assert_eq!(served, Duration::from_secs(1));
        let at_once = Stop::default();
        at_once.hurry();
        assert_eq!(serves_on(&at_once, DRAIN).await, Duration::ZERO);
    }
}
