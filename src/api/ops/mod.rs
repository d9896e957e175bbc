//! Operations: whether the process lives, and whether it can do its work.

use actix_web::guard::{Any, Get, Head};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, ServiceConfig, resource};
use actix_web::{HttpResponse, Route};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

/// Answers why work cannot be done, if it cannot.
pub type Probe = Box<dyn Fn() -> LocalBoxFuture<'static, Option<&'static str>> + Send + Sync>;

/// What readiness is judged by.
pub struct Health {
    /// Asks the store.
    pub probe: Probe,
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
    let (mut answer, body) = match (health.probe)().await {
        None => (HttpResponse::Ok(), json!({ "status": "ready" })),
        Some(reason) => (
            HttpResponse::ServiceUnavailable(),
            json!({ "status": "not ready", "reason": reason }),
        ),
    };
    answer.insert_header((CACHE_CONTROL, "no-store")).json(body)
}
