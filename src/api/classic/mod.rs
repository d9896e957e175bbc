//! The classic API: the shape that earlier programs of this kind speak. Bodies are forms, and every failure is
//! `{"detail": "…"}`. This is the route list; each file below is a route, or what all routes share.

mod authorize;
mod credentials;
mod error;
mod fields;
mod guard;

use actix_web::Route;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, post, resource};

pub use guard::Entry;

use super::cors::{self, Permitted};
use crate::clock::Clock;
use crate::connections::Connections;
use crate::error::{Failure, Kind};
use crate::providers::{Profile, Registry};
use crate::vault::Vault;

/// What all routes draw on.
pub struct Classic {
    /// Connecting accounts.
    pub connections: Connections,
    /// Where credentials are kept.
    pub vault: Vault,
    /// The providers there are.
    pub registry: Registry,
    /// The time.
    pub clock: Clock,
    /// Who is let in.
    pub entry: Entry,
}

/// The routes. They need no session, and their guard stands before all of them. Pages of `origins` may read what they
/// answer.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig) {
    let at = |path, route| at(path, route, origins);
    let authorize = at(
        "/integrations/{provider}/authorize",
        post().to(authorize::submit),
    );
    let credentials = at(
        "/integrations/{provider}/credentials",
        post().to(credentials::submit),
    );
    |config| {
        config.service(authorize).service(credentials);
    }
}

fn at(path: &str, route: Route, origins: &[String]) -> impl HttpServiceFactory + use<> {
    let permitted = Permitted {
        origins,
        methods: &[Method::POST],
        headers: &[AUTHORIZATION, CONTENT_TYPE],
        exposed: &[RETRY_AFTER],
    };
    resource(path)
        .route(route)
        .default_service(web::to(error::only_post))
        .wrap(from_fn(guard::check))
        .wrap(cors::layer(&permitted))
}

impl Classic {
    fn profile(&self, id: &str) -> Result<&'static Profile, Failure> {
        let provider = self.registry.get(id);
        let known = provider.map(|provider| provider.profile());
        known.ok_or_else(|| {
            let ids = self.registry.ids().join(", ");
            let text = format!("The known ones are {ids}.");
            Failure::new(Kind::NotFound, "There is no such provider", text)
        })
    }
}
