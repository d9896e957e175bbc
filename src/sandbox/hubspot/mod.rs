//! The stand-in of HubSpot: OAuth with a consent page, the CRM objects, and their limits and faults.
//!
//! HubSpot is two hosts here, as in life: `app.hubspot.com` and `api.hubapi.com` share the first origin, and the
//! regional host that shows the consent page is the second.

mod account;
mod answer;
mod authorize;
mod consent;
mod controls;
mod controls_form;
mod crm;
mod data;
mod endpoint;
mod failure;
mod faults;
mod grants;
mod guard;
mod inject;
mod introspect;
mod limits;
mod oauth_error;
mod oauth_form;
mod overlay;
mod portals;
mod scopes;
mod state;
mod token;
mod view;

#[cfg(test)]
mod tests;

use std::io;

use actix_web::{
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};

use super::{Endpoints, Ground, Running, StandIn, controls_page, listen, page, traffic};
use state::State;

/// The stand-in of HubSpot.
pub struct HubSpot;

/// Binds both hosts and serves them.
///
/// # Errors
///
/// When a port cannot be bound.
pub fn start(ground: &mut Ground) -> io::Result<Running> {
    let first = ground.ports.bind()?;
    let second = ground.ports.bind()?;
    let endpoints = endpoints(&first.origin, &second.origin);
    let state = ground.state(&endpoints);
    let shared = state.clone();
    let servers = vec![
        listen::serve(first, move |config| first_host(config, state.clone()))?,
        listen::serve(second, move |config| second_host(config, shared.clone()))?,
    ];
    Ok(Running {
        provider: HubSpot::ID,
        endpoints,
        servers,
    })
}

/// The endpoints at the newest API version, which HubSpot recommends.
fn endpoints(origin: &str, consent_origin: &str) -> Endpoints {
    Endpoints {
        origin: origin.to_owned(),
        consent_origin: consent_origin.to_owned(),
        auth_url: format!("{origin}/oauth/authorize"),
        token_url: format!("{origin}/oauth/2026-09/token"),
        api_url: origin.to_owned(),
        revoke_url: Some(format!("{origin}/oauth/2026-09/token/revoke")),
    }
}

/// Routes of the first host.
fn first_host(config: &mut ServiceConfig, state: Data<State>) {
    let scope = web::scope("")
        .app_data(state)
        .wrap(from_fn(traffic::meet::<HubSpot>))
        .wrap(from_fn(answer::complete))
        .route("/oauth/authorize", web::get().to(authorize::begin))
        .route(
            r"/oauth/{hub:\d+}/authorize",
            web::get().to(authorize::begin),
        )
        .configure(token_routes)
        .service(
            web::resource("/account-info/{version:2026-09|2026-03|v3}/details")
                .route(web::get().to(account::details))
                .default_service(web::to(answer::wrong_method)),
        )
        .configure(crm::routes)
        .configure(controls_page::routes::<HubSpot>)
        .default_service(web::to(answer::not_found));
    config.service(scope);
}

fn token_routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/oauth/{version:2026-09|2026-03|v3|v1}/token")
                .route(web::post().to(token::token))
                .default_service(web::to(answer::wrong_method)),
        )
        .service(
            web::resource("/oauth/{version:2026-09|2026-03|v3}/token/introspect")
                .route(web::post().to(introspect::introspect))
                .default_service(web::to(answer::wrong_method)),
        )
        .service(
            web::resource("/oauth/{version:2026-09|2026-03|v3}/token/revoke")
                .route(web::post().to(introspect::revoke))
                .default_service(web::to(answer::wrong_method)),
        )
        .route(
            "/oauth/v1/refresh-tokens/{token}",
            web::delete().to(introspect::revoke_by_path),
        );
}

/// Routes of the regional host.
fn second_host(config: &mut ServiceConfig, state: Data<State>) {
    let scope = web::scope("")
        .app_data(state)
        .wrap(from_fn(answer::complete))
        .service(
            web::resource(r"/oauth/{hub:\d+}/authorize")
                .route(web::get().to(consent::ask))
                .route(web::post().to(consent::decide))
                .default_service(web::to(answer::wrong_method)),
        )
        .route(page::STYLE_PATH, web::get().to(page::style))
        .default_service(web::to(answer::not_found));
    config.service(scope);
}
