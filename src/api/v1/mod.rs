//! The JSON API, version 1. Every failure is `application/problem+json`. This is the route list; each file below is a
//! route, or what all routes share.

mod body;
pub mod connections;
pub mod contacts;
mod guard;
pub mod items;
pub mod loads;
pub mod problem;
mod query;
mod replay;
mod sent;
pub mod token;

use std::sync::Arc;

use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, LOCATION,
    RETRY_AFTER,
};
use actix_web::middleware::from_fn;
use actix_web::web::{
    self, Data, PayloadConfig, ServiceConfig, delete, patch, post, resource, scope,
};
use actix_web::{HttpResponse, Resource, Route};

use crate::activity::Activity;
use crate::api::access::{Access, LIMITS};
use crate::api::cors::{self, Permitted};
use crate::clock::Entropy;
use crate::connections::Connections;
use crate::contacts::Contacts;
use crate::idempotency::Answers;
use crate::load::Loads;
use crate::providers::{Profile, Registry};
use crate::vault::Vault;
use problem::{Problem, Type};

/// What all routes draw on.
pub struct V1 {
    /// Who is let in.
    pub access: Access,
    /// Connections, and how they are.
    pub connections: Connections,
    /// Contacts, for providers that have them.
    pub contacts: Contacts,
    /// Loading and what is loaded.
    pub loads: Loads,
    /// Where tokens come from.
    pub vault: Vault,
    /// What came of requests that may be sent again.
    pub answers: Answers,
    /// Where what programs do is written down.
    pub activity: Activity,
    /// The providers there are.
    pub registry: Registry,
    /// Chance.
    pub entropy: Entropy,
    /// The OpenAPI document.
    pub document: Arc<str>,
}

/// The routes. They need no session. Pages of `origins` may call them and read what they answer.
pub fn routes(origins: &[String]) -> impl FnOnce(&mut ServiceConfig) {
    let [left, policy] = LIMITS.map(HeaderName::from_static);
    let permitted = Permitted {
        origins,
        methods: &[
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PATCH,
            Method::DELETE,
        ],
        headers: &[
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_NONE_MATCH,
            HeaderName::from_static(replay::HEADER),
        ],
        exposed: &[
            ETAG,
            LOCATION,
            RETRY_AFTER,
            left,
            policy,
            HeaderName::from_static(replay::REPLAYED),
        ],
    };
    let all = scope("/api")
        .app_data(PayloadConfig::new(body::LARGEST))
        .service(at("/openapi.json", "GET, HEAD").route(get().to(document)))
        .service(scope("/v1").wrap(from_fn(guard::check)).configure(guarded))
        .default_service(web::to(nowhere))
        .wrap(from_fn(problem::face))
        .wrap(cors::layer(&permitted));
    |config| {
        config.service(all);
    }
}

/// The routes that ask for a key.
fn guarded(config: &mut ServiceConfig) {
    config
        .service(at("/connections", "GET, HEAD").route(get().to(connections::list)))
        .service(
            at("/connections/{provider}", "GET, HEAD, DELETE")
                .route(get().to(connections::show))
                .route(delete().to(connections::end)),
        )
        .service(at("/connections/{provider}/token", "GET, HEAD").route(get().to(token::show)))
        .service(
            at("/connections/{provider}/token/rejected", "POST").route(post().to(token::rejected)),
        )
        .service(at("/connections/{provider}/loads", "POST").route(post().to(loads::start)))
        .service(at("/connections/{provider}/loads/{id}", "GET, HEAD").route(get().to(loads::show)))
        .service(
            at("/connections/{provider}/contacts", "GET, HEAD, POST")
                .route(get().to(contacts::read::list))
                .route(post().to(contacts::write::create)),
        )
        .service(
            at(
                "/connections/{provider}/contacts/{id}",
                "GET, HEAD, PATCH, DELETE",
            )
            .route(get().to(contacts::read::show))
            .route(patch().to(contacts::write::update))
            .route(delete().to(contacts::write::delete)),
        )
        .service(at("/items", "GET, HEAD").route(get().to(items::list)))
        .default_service(web::to(nowhere));
}

/// A route for GET, which HEAD asks about.
fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}

/// A place that takes these methods.
fn at(path: &str, allow: &'static str) -> Resource {
    let refused = move || async move { Err::<HttpResponse, Problem>(Problem::method(allow)) };
    resource(path).default_service(web::to(refused))
}

async fn nowhere() -> Result<HttpResponse, Problem> {
    Err(Problem::of(Type::RouteNotFound))
}

/// The OpenAPI document of this version. It says nothing that is not in the program, so it needs no key.
async fn document(v1: Data<V1>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(v1.document.to_string())
}

impl V1 {
    /// The provider with this id.
    fn profile(&self, id: &str) -> Result<&'static Profile, Problem> {
        let known = self.registry.get(id).map(|provider| provider.profile());
        known.ok_or_else(|| {
            let ids = self.registry.ids().join(", ");
            Problem::new(Type::ProviderUnknown, format!("The known ones are {ids}."))
        })
    }

    /// A problem with a connection; nobody can make one to a provider that the operator does not offer.
    fn if_offered(&self, profile: &Profile, problem: Problem) -> Problem {
        let offered = self.vault.client(profile.id).is_some();
        match problem.what {
            Type::NotConnected if !offered => Problem::of(Type::ProviderNotConfigured),
            _ => problem,
        }
    }
}
