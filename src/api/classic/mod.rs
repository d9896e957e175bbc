//! The classic API: the shape that earlier programs of this kind speak. Bodies are forms, and every failure is
//! `{"detail": "…"}`. This is the route list; each file below is a route, or what all routes share.

mod authorize;
mod caller;
mod contact;
mod credentials;
mod error;
mod fields;
mod given;
mod guard;
mod load;
mod refusal;

use std::time::Duration;

use actix_web::Route;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, post, resource};

use super::cors::{self, Permitted};
use crate::api::access::Access;
use crate::clock::{Clock, Entropy};
use crate::connections::Connections;
use crate::contacts::Contacts;
use crate::error::{Failure, Kind};
use crate::load::Loads;
use crate::providers::{Profile, Registry};
use crate::vault::Vault;

/// What all routes draw on.
pub struct Classic {
    /// Connecting accounts.
    pub connections: Connections,
    /// Where credentials are kept.
    pub vault: Vault,
    /// What is loaded.
    pub loads: Loads,
    /// How long a request waits for a load to end.
    pub load_timeout: Duration,
    /// Work on contacts.
    pub contacts: Contacts,
    /// The providers there are.
    pub registry: Registry,
    /// The time.
    pub clock: Clock,
    /// Chance, for what must be done once.
    pub entropy: Entropy,
    /// Who is let in.
    pub access: Access,
}

/// The routes. They need no session, and their guard stands before all of them. Pages of `origins` may read what they
/// answer.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig) {
    let at = |place: &str, route: Route| at(place, route, origins);
    let all = [
        at("authorize", post().to(authorize::submit)),
        at("credentials", post().to(credentials::submit)),
        at("load", post().to(load::submit)),
        at("contact/get", post().to(contact::get::submit)),
        at("contact/create", post().to(contact::create::submit)),
        at("contact/update", post().to(contact::update::submit)),
        at("contact/delete", post().to(contact::delete::submit)),
    ];
    |config| {
        for place in all {
            config.service(place);
        }
    }
}

/// A place that takes a form.
fn at(place: &str, route: Route, origins: &[String]) -> impl HttpServiceFactory + use<> {
    let permitted = Permitted {
        origins,
        methods: &[Method::POST],
        headers: &[AUTHORIZATION, CONTENT_TYPE],
        exposed: &[RETRY_AFTER, HeaderName::from_static(load::INCOMPLETE)],
    };
    resource(format!("/integrations/{{provider}}/{place}"))
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
