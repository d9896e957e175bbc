//! The HTTP server: which tree lies where, and what is wrapped around it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error, HttpServer};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;
use tracing_actix_web::TracingLogger;

use super::base::Base;
use super::domain::Domain;
use super::trace::{Believed, Spans};
use super::{Extras, StartError, idle, peer, seen, stop};
use crate::api::classic::{self, Classic};
use crate::api::ops;
use crate::api::v1::{self, V1};
use crate::config::{Config, Network};
use crate::web as pages;

/// Largest body of a form.
const FORM_BYTES: usize = 64 * 1024;
/// How long a client may take to send its request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection may be idle.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// How long a connection may be there without a whole request: who begins one as late as may be has the time for its head.
pub const IDLE_TIMEOUT: Duration = KEEP_ALIVE.saturating_add(HEAD_TIME);
/// How long open requests may take to end at a stop, in seconds.
const SHUTDOWN: u64 = 3;

/// What all workers share.
#[derive(Clone)]
pub(super) struct Shared {
    site: Data<pages::Site>,
    classic: Data<Classic>,
    v1: Data<V1>,
    health: Data<ops::Health>,
    /// Signs the cookies of sessions.
    session_key: [u8; 64],
    session_idle: Duration,
    /// Whose pages may use the APIs.
    origins: Vec<String>,
    trusted: Arc<[Network]>,
    /// Whether the process was asked to end.
    leaving: CancellationToken,
}

impl Shared {
    pub(super) fn new(
        base: &Base,
        config: &Config,
        extras: &Extras,
        domain: &Domain,
    ) -> Result<Self, StartError> {
        let session_key = config.keys.session.as_ref();
        let session_key = session_key.ok_or(StartError::SessionKey)?;
        let (store, leaving) = (base.store.clone(), domain.leaving.clone());
        Ok(Self {
            site: Data::new(base.site(config, extras, domain)),
            classic: Data::new(base.classic(config, domain)),
            v1: Data::new(base.v1(config, domain)),
            health: Data::new(ops::Health {
                probe: Box::new(move || {
                    let (store, leaves) = (store.clone(), leaving.is_cancelled());
                    Box::pin(async move {
                        match leaves {
                            true => Some("stopping"),
                            false => store.not_ready().await,
                        }
                    })
                }),
            }),
            session_key: *session_key.expose_secret(),
            session_idle: config.sessions.idle,
            origins: config.api.cors_origins.clone(),
            trusted: config.server.trusted_proxies.clone().into(),
            leaving: domain.leaving.clone(),
        })
    }
}

/// Everything that a request can meet: all routes, and what is wrapped around them. A route that is mounted elsewhere
/// would escape the test that holds all routes against the table of who may use them.
pub(super) fn app(
    shared: &Shared,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let site = &shared.site;
    let sessions = pages::sessions(
        site.sessions.clone(),
        &shared.session_key,
        site.is_https(),
        shared.session_idle,
    );
    let (trusted, leaving) = (Arc::clone(&shared.trusted), shared.leaving.clone());
    let pages = web::scope("")
        .wrap(from_fn(pages::check))
        .wrap(from_fn(pages::remember))
        .wrap(sessions)
        .wrap(from_fn(pages::own_host))
        .configure(pages::routes);
    App::new()
        .app_data(shared.site.clone())
        .app_data(shared.health.clone())
        .app_data(shared.classic.clone())
        .app_data(shared.v1.clone())
        .app_data(Believed(Arc::clone(&trusted)))
        .app_data(web::PayloadConfig::new(FORM_BYTES))
        .configure(ops::routes)
        .configure(classic::routes(&shared.origins))
        .configure(v1::routes(&shared.origins))
        .configure(pages::files)
        .service(pages)
        .wrap(from_fn(pages::rim))
        .wrap(from_fn(move |request, next| {
            peer::remember(Arc::clone(&trusted), request, next)
        }))
        .wrap(Compress::default())
        .wrap(TracingLogger::<Spans>::new())
        .wrap(from_fn(seen::count))
        // Around all of it: what is inside may hold an answer back.
        .wrap(from_fn(idle::answer))
        .wrap(from_fn(move |request, next| {
            stop::close(leaving.clone(), request, next)
        }))
}

pub(super) fn start(
    shared: Shared,
    listener: TcpListener,
    idle_timeout: Duration,
) -> std::io::Result<Server> {
    let server = HttpServer::new(move || app(&shared))
        .on_connect(move |stream, data| idle::watch(stream, data, idle_timeout))
        .client_request_timeout(HEAD_TIME)
        .keep_alive(KEEP_ALIVE)
        // Whoever closes a connection has gone: nobody waits any more for what takes minutes, and it ends.
        .h1_allow_half_closed(false)
        .shutdown_timeout(SHUTDOWN)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}
