//! The stand-in of Airtable: OAuth with PKCE and tokens that rotate, bases, tables and records, and their limits
//! and faults.
//!
//! Airtable is two hosts in life, `airtable.com` and `api.airtable.com`; one origin stands for both.

mod answer;
mod api;
mod authorize;
mod bases;
mod client;
mod consent;
mod controls;
mod controls_form;
mod data;
mod endpoint;
mod failure;
mod faults;
mod gauge;
mod grants;
mod guard;
mod inject;
mod limits;
mod oauth_error;
mod people;
mod records;
mod redirect;
mod scopes;
mod state;
mod tables;
mod token;

#[cfg(test)]
mod tests;

use std::io;

use actix_web::{
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};

use super::{Endpoints, Ground, Running, controls_page, traffic};
use state::State;

/// The stand-in of Airtable.
pub struct Airtable;

/// Binds the host and serves it.
///
/// # Errors
///
/// When the port cannot be bound.
pub fn start(ground: &mut Ground) -> io::Result<Running> {
    ground.put_up(endpoints, routes)
}

/// There is no endpoint that revokes a token.
fn endpoints(origin: &str) -> Endpoints {
    Endpoints {
        origin: origin.to_owned(),
        consent_origin: origin.to_owned(),
        auth_url: format!("{origin}/oauth2/v1/authorize"),
        token_url: format!("{origin}/oauth2/v1/token"),
        api_url: origin.to_owned(),
        revoke_url: None,
    }
}

fn routes(config: &mut ServiceConfig, state: Data<State>) {
    let scope = web::scope("")
        .app_data(state)
        .wrap(from_fn(traffic::meet::<Airtable>))
        .service(
            web::resource("/oauth2/v1/authorize")
                .route(web::get().to(consent::ask))
                .route(web::post().to(consent::decide))
                .default_service(web::to(answer::not_found)),
        )
        .service(
            web::resource("/oauth2/v1/token")
                .route(web::post().to(token::token))
                .default_service(web::to(answer::not_found)),
        )
        .route("/v0/{rest:.*}", web::to(api::handle))
        .configure(controls_page::routes::<Airtable>)
        .default_service(web::to(answer::not_found));
    config.service(scope);
}
