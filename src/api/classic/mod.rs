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

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Payload, ServiceConfig, post, resource};
use actix_web::{Handler, HttpRequest, HttpResponse, Route};
use tokio_util::sync::CancellationToken;

use super::cors::{self, Permitted};
use crate::activity::Activity;
use crate::api::access::{Access, LIMITS};
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
    /// Where what programs do is written down.
    pub activity: Activity,
    /// The providers there are.
    pub registry: Registry,
    /// The time.
    pub clock: Clock,
    /// Chance, for what must be done once.
    pub entropy: Entropy,
    /// Who is let in.
    pub access: Access,
    /// That this process stops: nobody is to wait here any more for what takes long.
    pub ends: CancellationToken,
}

/// The routes. They need no session, and their guard stands before all of them. Pages of `origins` may read what they
/// answer.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig) {
    let at = |place: &str, route: Route| at(place, route, origins);
    let all = [
        at("authorize", form(authorize::submit)),
        at("credentials", form(credentials::submit)),
        at("load", form(load::submit)),
        at("contact/get", form(contact::get::submit)),
        at("contact/create", form(contact::create::submit)),
        at("contact/update", form(contact::update::submit)),
        at("contact/delete", form(contact::delete::submit)),
        at("contact/{action}", web::to(error::no_route)),
    ];
    |config| {
        for place in all {
            config.service(place);
        }
    }
}

/// What every handler is given.
type Sent = (HttpRequest, Data<Classic>, Payload);

/// A route that takes a form. Why its handler failed is answered as the `detail`.
fn form(handler: impl Handler<Sent, Output = Result<HttpResponse, Failure>>) -> Route {
    post().to(
        move |request: HttpRequest, classic: Data<Classic>, payload: Payload| {
            let answer = handler.call((request.clone(), classic, payload));
            async move {
                let answer = answer.await;
                answer.unwrap_or_else(|failure| error::detail(&failure, &request))
            }
        },
    )
}

/// A place that takes a form.
fn at(place: &str, route: Route, origins: &[String]) -> impl HttpServiceFactory + use<> {
    let [left, policy] = LIMITS.map(HeaderName::from_static);
    let incomplete = HeaderName::from_static(load::INCOMPLETE);
    let permitted = Permitted {
        origins,
        methods: &[Method::POST],
        headers: &[AUTHORIZATION, CONTENT_TYPE],
        exposed: &[RETRY_AFTER, incomplete, left, policy],
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
