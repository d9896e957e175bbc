//! The HTTP server: which tree lies where, and what is wrapped around it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use secrecy::ExposeSecret;
use tracing_actix_web::TracingLogger;

use super::trace::Spans;
use super::{StartError, peer, routes};
use crate::api::classic::Classic;
use crate::api::ops;
use crate::api::v1::V1;
use crate::config::{Config, Network};
use crate::store::Store;
use crate::web as pages;

/// Largest body of a form.
const FORM_BYTES: usize = 64 * 1024;
/// How long a client may take to send its request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection may be idle.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// How long open requests may take to end at a stop, in seconds.
const SHUTDOWN: u64 = 3;

/// What programs talk to.
pub(super) struct Programs {
    pub(super) classic: Classic,
    pub(super) v1: V1,
}

pub(super) fn start(
    site: pages::Site,
    programs: Programs,
    store: Store,
    config: &Config,
    listener: TcpListener,
) -> Result<Server, StartError> {
    let sessions = site.sessions.clone();
    let key = config.keys.session.as_ref();
    let key = *key.ok_or(StartError::SessionKey)?.expose_secret();
    let idle = config.sessions.idle;
    let https = site.is_https();
    let origins = config.api.cors_origins.clone();
    let trusted: Arc<[Network]> = config.server.trusted_proxies.clone().into();
    let site = Data::new(site);
    let classic = Data::new(programs.classic);
    let v1 = Data::new(programs.v1);
    let health = Data::new(ops::Health {
        probe: Box::new(move || {
            let store = store.clone();
            Box::pin(async move { store.not_ready().await })
        }),
    });
    let server = HttpServer::new(move || {
        let trusted = trusted.clone();
        let pages = web::scope("")
            .wrap(from_fn(pages::check))
            .wrap(from_fn(pages::remember))
            .wrap(pages::sessions(sessions.clone(), &key, https, idle))
            .wrap(from_fn(pages::own_host))
            .configure(pages::routes);
        App::new()
            .app_data(site.clone())
            .app_data(health.clone())
            .app_data(classic.clone())
            .app_data(v1.clone())
            .app_data(web::PayloadConfig::new(FORM_BYTES))
            .configure(routes::without_session(&origins))
            .service(pages)
            .wrap(from_fn(pages::rim))
            .wrap(from_fn(move |request, next| {
                peer::remember(trusted.clone(), request, next)
            }))
            .wrap(Compress::default())
            .wrap(TracingLogger::<Spans>::new())
    })
    .client_request_timeout(HEAD_TIME)
    .keep_alive(KEEP_ALIVE)
    // Whoever closes a connection has gone: nobody waits any more for what takes minutes, and it ends.
    .h1_allow_half_closed(false)
    .shutdown_timeout(SHUTDOWN)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}
