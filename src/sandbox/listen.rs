//! Listeners and servers, the same for every stand-in.

use std::{
    io,
    net::{IpAddr, TcpListener},
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    web::{PayloadConfig, ServiceConfig},
};

/// More than any body a provider takes from us.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// A sandbox answers one person or one test: a few threads are plenty.
const WORKERS: usize = 2;
/// How long the head of a request may take.
const HEAD_TIME: Duration = Duration::from_secs(60);

/// A bound listener and the origin under which browsers reach it.
pub struct Bound {
    listener: TcpListener,
    pub origin: String,
}

/// The ports that the stand-ins take one after the other.
pub struct Ports {
    host: IpAddr,
    next: u16,
}

impl Ports {
    /// From `first` on; 0 takes any free ones.
    pub fn new(host: IpAddr, first: u16) -> Self {
        Self { host, next: first }
    }

    /// Binds the next one.
    pub fn bind(&mut self) -> io::Result<Bound> {
        let bound = bind(self.host, self.next)?;
        if self.next > 0 {
            self.next = self.next.saturating_add(1);
        }
        Ok(bound)
    }
}

/// Binds `port` on `host`; 0 takes any free port.
///
/// The origin names `localhost`, not the address: HubSpot documents that a redirect address with a bare
/// IP address is refused, and a host name of its own keeps the sandbox close to that.
fn bind(host: IpAddr, port: u16) -> io::Result<Bound> {
    let listener = TcpListener::bind((host, port))?;
    let port = listener.local_addr()?.port();
    Ok(Bound {
        listener,
        origin: format!("http://localhost:{port}"),
    })
}

/// Serves `routes` on a listener, in the background of the current runtime.
pub fn serve<F>(bound: Bound, routes: F) -> io::Result<ServerHandle>
where
    F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let server = HttpServer::new(move || {
        App::new()
            .app_data(PayloadConfig::new(MAX_BODY))
            .configure(routes.clone())
    })
    .workers(WORKERS)
    // On a busy machine a head may take a while; no real provider would answer 408 for that.
    .client_request_timeout(HEAD_TIME)
    .shutdown_timeout(1)
    .disable_signals()
    .listen(bound.listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}
