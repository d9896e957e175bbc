//! Where Prometheus reads the metrics: an address of its own, so that what people reach never shows them.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use tokio::task::JoinHandle;

use super::StartError;
use super::base::Base;
use crate::clock::Clock;
use crate::config::Observe;
use crate::store::{Backlog, Key, Store, StoreError, keys};
use crate::{metrics, patience};

/// How long a scrape waits for Redis: it must answer while that is away.
const LOOK: Duration = Duration::from_millis(500);
/// How often what was measured is put together where nobody asks for it.
const TIDY: Duration = Duration::from_secs(5);
/// How long a client may take for the head of its request.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// Connections at once.
const MOST: usize = 64;
/// How long a stop waits for a scrape.
pub(super) const ENDS_IN: Duration = Duration::from_millis(500);

/// The server of the metrics.
pub(super) struct Scrape {
    handle: ServerHandle,
    tidying: JoinHandle<()>,
}

/// What a scrape looks at.
#[derive(Clone)]
struct Sight {
    store: Store,
    clock: Clock,
}

impl Scrape {
    /// Begins to count and to tell, where an address is configured.
    pub(super) fn begin(config: &Observe, base: &Base) -> Result<Option<Self>, StartError> {
        let Some(address) = config.metrics_bind else {
            return Ok(None);
        };
        let failed = |error| StartError::ListenForMetrics(address, error);
        let listener = TcpListener::bind(address).map_err(failed)?;
        metrics::start(base.labels())?;
        let sight = Data::new(Sight {
            store: base.store.clone(),
            clock: base.clock.clone(),
        });
        let app = move || {
            let told = web::resource("/metrics").route(web::get().to(tell));
            let told = told.default_service(web::to(nothing));
            let app = App::new().app_data(sight.clone()).service(told);
            app.default_service(web::to(nothing))
        };
        let server = HttpServer::new(app)
            .workers(1)
            .max_connections(MOST)
            .client_request_timeout(HEAD_TIME)
            .shutdown_timeout(1)
            .disable_signals()
            .listen(listener)
            .map_err(failed)?
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        let tidying = tokio::spawn(async {
            loop {
                tokio::time::sleep(TIDY).await;
                metrics::tidy();
            }
        });
        Ok(Some(Self { handle, tidying }))
    }

    /// Tells no more.
    pub(super) async fn stop(self) {
        self.tidying.abort();
        // What takes longer ends with the process.
        let _ = tokio::time::timeout(ENDS_IN, self.handle.stop(true)).await;
    }
}

async fn nothing() -> HttpResponse {
    HttpResponse::NotFound().finish()
}

/// `GET /metrics`
async fn tell(sight: Data<Sight>) -> HttpResponse {
    patience::scope(LOOK, sight.look()).await;
    let text = metrics::render(sight.clock.now().as_millisecond());
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(text)
}

impl Sight {
    /// Looks at what can only be read in Redis. What waits by an index is the same for all replicas.
    async fn look(&self) {
        metrics::redis_pool(self.store.pool());
        let now = self.clock.now().as_millisecond();
        let due = self.waits(&keys::due(), now).await;
        metrics::redis_answers(due.is_ok());
        // One that does not answer is not asked again.
        let loads = match &due {
            Ok(_) => self.waits(&keys::loads(), now).await.ok(),
            Err(_) => None,
        };
        metrics::due(due.ok());
        metrics::loads_wait(loads);
    }

    async fn waits(&self, index: &Key, now_ms: i64) -> Result<(u64, Duration), StoreError> {
        let Backlog { count, oldest_ms } = self.store.backlog(index, now_ms).await?;
        let age = oldest_ms.map_or(0, |oldest| now_ms - oldest);
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        Ok((count, age))
    }
}
