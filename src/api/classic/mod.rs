//! The classic API: the shape that earlier programs of this kind speak. Bodies are forms, and every failure is
//! `{"detail": "…"}`. This is the route list; each file below is a route, or what all routes share.

mod caller;
mod credentials;
mod error;
mod fields;
mod guard;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, post, resource};

use crate::api::access::Access;
use crate::clock::Clock;
use crate::error::{Failure, Kind};
use crate::providers::{Profile, Registry};
use crate::vault::Vault;

/// What all routes draw on.
pub struct Classic {
    /// Where credentials are kept.
    pub vault: Vault,
    /// The providers there are.
    pub registry: Registry,
    /// The time.
    pub clock: Clock,
    /// Who is let in.
    pub access: Access,
}

/// The routes. They need no session, and their guard stands before all of them.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        resource("/integrations/{provider}/credentials")
            .wrap(from_fn(guard::check))
            .route(post().to(credentials::submit))
            .default_service(web::to(error::only_post)),
    );
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
