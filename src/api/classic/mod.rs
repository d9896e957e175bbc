//! The classic API: the shape that earlier programs of this kind speak. Bodies are forms, and every failure is
//! `{"detail": "…"}`. This is the route list; each file below is a route, or what all routes share.

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

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, post, resource};
use actix_web::{FromRequest, Handler, HttpResponse};

use crate::api::access::Access;
use crate::clock::{Clock, Entropy};
use crate::contacts::Contacts;
use crate::error::{Failure, Kind};
use crate::load::Loads;
use crate::providers::{Profile, Registry};
use crate::vault::Vault;

/// What all routes draw on.
pub struct Classic {
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

/// The routes. They need no session, and their guard stands before all of them.
pub fn routes(config: &mut ServiceConfig) {
    form(config, "credentials", credentials::submit);
    form(config, "load", load::submit);
    form(config, "contact/get", contact::get::submit);
    form(config, "contact/create", contact::create::submit);
    form(config, "contact/update", contact::update::submit);
    form(config, "contact/delete", contact::delete::submit);
}

/// A route that takes a form.
fn form<F, Args>(config: &mut ServiceConfig, place: &str, handler: F)
where
    F: Handler<Args, Output = HttpResponse>,
    Args: FromRequest + 'static,
{
    config.service(
        resource(format!("/integrations/{{provider}}/{place}"))
            .wrap(from_fn(guard::check))
            .route(post().to(handler))
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
