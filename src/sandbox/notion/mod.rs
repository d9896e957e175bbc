//! The stand-in of Notion: OAuth of a public connection, search, and what else reads objects, with their limits and
//! faults. One origin serves it all: consent, token endpoints and API are one host in life too.

mod account;
mod answer;
mod api;
mod authorize;
mod blocks;
mod codes;
mod consent;
mod controls;
mod controls_form;
mod data;
mod endpoint;
mod failure;
mod faults;
mod grants;
mod guard;
mod inject;
mod introspect;
mod lists;
mod oauth_body;
mod oauth_error;
mod search;
mod state;
mod token;
mod truth;
mod version;
mod workspaces;
mod write;

#[cfg(test)]
mod tests;

use std::io;

use actix_web::{
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};

use super::{Endpoints, Ground, Running, controls_page, traffic};
use state::State;

/// The stand-in of Notion.
pub struct Notion;

/// Binds the host and serves it.
///
/// # Errors
///
/// When the port cannot be bound.
pub fn start(ground: &mut Ground) -> io::Result<Running> {
    ground.put_up(endpoints, routes)
}

fn endpoints(origin: &str) -> Endpoints {
    Endpoints {
        origin: origin.to_owned(),
        consent_origin: origin.to_owned(),
        auth_url: format!("{origin}/v1/oauth/authorize"),
        token_url: format!("{origin}/v1/oauth/token"),
        api_url: origin.to_owned(),
        revoke_url: Some(format!("{origin}/v1/oauth/revoke")),
    }
}

fn routes(config: &mut ServiceConfig, state: Data<State>) {
    let scope = web::scope("")
        .app_data(state)
        .wrap(from_fn(traffic::meet::<Notion>))
        .wrap(from_fn(answer::complete))
        .route("/v1/oauth/authorize", web::get().to(consent::ask))
        .route("/v1/oauth/authorize", web::post().to(consent::decide))
        .configure(controls_page::routes::<Notion>)
        .default_service(web::to(api::call));
    config.service(scope);
}
