//! The end of a process, in order and within the 15 seconds that whoever supervises it is told to wait (docs/deploy.md):
//! requests, the upkeep, loads, what is under way to be stored, the trail; and last, at once, what tells of the end and
//! the embedded Redis.

use std::time::Duration;

use actix_web::dev::ServerHandle;
use futures_util::future::{OptionFuture, join};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::domain::Domain;
use super::ready;
use super::scrape::Scrape;
use super::trail::Trail;
use crate::load::Loads;
use crate::store::embedded::Embedded;
use crate::traces::Traces;

/// How long open requests may take to end.
const REQUESTS_END: Duration = Duration::from_secs(3);
/// How long the upkeep may take to hand on its lease.
const UPKEEP_ENDS: Duration = Duration::from_millis(500);
/// How long running loads may take to end.
const LOADS_END: Duration = Duration::from_secs(2);
/// How long after the end began what was granted may still be stored.
const GRANTS_END: Duration = Duration::from_secs(13);
/// The same with an embedded Redis, which has to end after it.
const GRANTS_END_EMBEDDED: Duration = Duration::from_secs(7);
/// How long after that the last entries of the activity trail may take.
const TRAIL_ENDS: Duration = Duration::from_millis(500);

/// What has to end.
pub(super) struct Running {
    pub(super) domain: Domain,
    pub(super) trail: Trail,
    /// Whether connections are looked after when nobody asks.
    pub(super) upkeep: bool,
    pub(super) scrape: Option<Scrape>,
    pub(super) traces: Option<Traces>,
    pub(super) embedded: Option<Embedded>,
}

/// What goes on beside the requests.
pub(super) struct Beside {
    upkeep: Option<JoinHandle<()>>,
    watch: JoinHandle<()>,
}

impl Running {
    /// Begins what goes on beside the requests, until `stop`.
    pub(super) fn begin(&self, stop: &CancellationToken) -> Beside {
        let upkeep = self.upkeep.then(|| {
            let (connections, stop) = (self.domain.connections.clone(), stop.clone());
            tokio::spawn(async move { connections.upkeep(stop).await })
        });
        let (loads, stop) = (self.domain.loads.clone(), stop.clone());
        let watch = tokio::spawn(async move { loads.watch(&stop).await });
        Beside { upkeep, watch }
    }

    /// Ends all of it; `serves` is what answers requests, if that has not ended by itself.
    pub(super) async fn end(self, beside: Beside, serves: Option<ServerHandle>) {
        let begun = Instant::now();
        // At once: a refresh that is under way has all the time there is.
        self.domain.vault.stop();
        if let Some(serves) = serves {
            tracing::info!("stopping");
            self.domain.ends.cancel();
            end_requests(&serves).await;
        }
        beside.end().await;
        end_loads(&self.domain.loads).await;
        let stored = match self.embedded {
            Some(_) => begun + GRANTS_END_EMBEDDED,
            None => begun + GRANTS_END,
        };
        end_writes(&self.domain, stored).await;
        end_grants(&self.domain, stored).await;
        self.trail.finish(stored + TRAIL_ENDS).await;
        let told = join(
            OptionFuture::from(self.scrape.map(Scrape::stop)),
            OptionFuture::from(self.traces.map(Traces::stop)),
        );
        join(told, ready::stop(self.embedded.map(Embedded::stop))).await;
    }
}

impl Beside {
    /// The upkeep hands its lease on; where that takes long, the lease ends by itself.
    async fn end(self) {
        self.watch.abort();
        if let Some(mut upkeep) = self.upkeep
            && timeout(UPKEEP_ENDS, &mut upkeep).await.is_err()
        {
            upkeep.abort();
        }
    }
}

async fn end_requests(serves: &ServerHandle) {
    if timeout(REQUESTS_END, serves.stop(true)).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn end_loads(loads: &Loads) {
    if timeout(LOADS_END, loads.shut_down()).await.is_err() {
        tracing::warn!("some loads did not end in time; they are taken up by the next process");
    }
}

async fn end_writes(domain: &Domain, until: Instant) {
    let writes = join(domain.answers.shut_down(), domain.contacts.shut_down());
    if timeout_at(until, writes).await.is_err() {
        tracing::warn!(
            "some changes to contacts or requests with an idempotency key did not end in time"
        );
    }
}

/// What was granted is stored, as long as there is time for it.
async fn end_grants(domain: &Domain, until: Instant) {
    let grants = join(domain.connections.shut_down(), domain.vault.shut_down());
    if timeout_at(until, grants).await.is_ok() {
        return;
    }
    match domain.vault.held() {
        0 => tracing::warn!("a refresh or a new connection did not end in time"),
        held => tracing::error!(
            held,
            "fresh credentials could not be stored in time: their connections may have to be made anew"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::scrape;
    use crate::store::embedded;
    use crate::traces;

    /// What whoever supervises the process is told to wait.
    const PROMISED: Duration = Duration::from_secs(15);
    /// What a busy machine may add.
    const SLACK: Duration = Duration::from_millis(500);

    #[test]
    fn all_of_the_end_stays_within_what_is_promised() {
        let first = REQUESTS_END + UPKEEP_ENDS + LOADS_END;
        let told = scrape::ENDS_IN.max(traces::ENDS_IN);
        for (grants, last) in [
            (GRANTS_END, told),
            (GRANTS_END_EMBEDDED, told.max(embedded::ENDS_IN)),
        ] {
            assert!(first <= grants, "what was granted has no time of its own");
            let all = grants + TRAIL_ENDS + last + SLACK;
            assert!(all <= PROMISED, "{all:?}");
        }
    }
}
