//! Operations: whether the process lives, and whether it can do its work.

use actix_web::guard::{Any, Get, Head};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, ServiceConfig, resource};
use actix_web::{HttpResponse, Route};
use serde_json::json;

use crate::store::{Store, budget, migrate};

/// What readiness is judged by.
pub struct Health {
    /// The store.
    pub store: Store,
}

/// `/health/live` and `/health/ready`. They need no session and answer to any host name, as probes do.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/health/live").route(get().to(live)))
        .service(resource("/health/ready").route(get().to(ready)));
}

fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "status": "live" }))
}

async fn ready(health: web::Data<Health>) -> HttpResponse {
    let (reason, _) = budget::scope(budget::PER_REQUEST, not_ready(&health.store)).await;
    match reason {
        None => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(json!({ "status": "ready" })),
        Some(reason) => HttpResponse::ServiceUnavailable()
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(json!({ "status": "not ready", "reason": reason })),
    }
}

/// Why work cannot be done, if it cannot.
async fn not_ready(store: &Store) -> Option<&'static str> {
    let schema = match store.schema().await {
        Ok(schema) => schema,
        Err(_) => return Some("Redis does not answer"),
    };
    let known = migrate::MIGRATIONS.last().map_or(0, |last| last.number);
    if schema.readable_since > known {
        return Some("the store was written by a newer version");
    }
    (schema.number < known).then_some("migrations are due: run 'patchbay migrate'")
}
