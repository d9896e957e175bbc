//! Pages. This is the route list; each file below is a page, or what all pages share.

mod activity;
mod assets;
mod connections;
mod contacts;
mod csrf;
mod docs;
mod error;
mod flash;
mod form;
mod frame;
mod headers;
mod host;
mod invitation;
mod items;
mod limits;
mod page;
mod refused;
mod rim;
#[cfg(test)]
mod samples;
mod session;
mod session_store;
mod settings;
mod setup;
mod sign_in;
mod site;
mod sso;
mod words;

use actix_web::Route;
use actix_web::guard::{Any, Get, Head};
use actix_web::web::{self, ServiceConfig, post, resource};

pub use csrf::check;
pub use host::own_host;
pub use rim::rim;
pub use session::remember;
pub use session_store::middleware as sessions;
pub use site::{SignIn, Site};
pub use sso::CALLBACK as SSO_CALLBACK;

/// The pages behind a browser session. The middleware that loads it is wrapped around by the caller.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/").route(get().to(connections::home)))
        .service(
            resource("/sign-in")
                .route(get().to(sign_in::show))
                .route(post().to(sign_in::submit)),
        )
        .configure(sso::routes)
        .service(
            resource("/setup")
                .route(get().to(setup::show))
                .route(post().to(setup::submit)),
        )
        .service(
            resource("/invitations/{token}")
                .route(get().to(invitation::show))
                .route(post().to(invitation::submit)),
        )
        .service(resource("/sign-out").route(post().to(sign_in::sign_out)))
        .service(resource("/activity").route(get().to(activity::index::show)))
        .service(resource("/activity.csv").route(get().to(activity::export::show)))
        .service(resource("/docs").route(get().to(docs::show)))
        .service(resource("/items").route(get().to(items::index::show)))
        .service(
            resource("/items.{format:csv|json|ndjson}").route(get().to(items::export::show_all)),
        )
        .service(resource("/connections").route(get().to(connections::index::show)))
        .service(resource("/connections/{provider}").route(get().to(connections::show::show)))
        .service(
            resource("/connections/{provider}/connect")
                .route(post().to(connections::connect::submit)),
        )
        .service(
            resource("/connections/{provider}/load")
                .route(get().to(connections::load::show))
                .route(post().to(connections::load::submit)),
        )
        .service(
            resource("/connections/{provider}/load/cancel")
                .route(post().to(connections::load::cancel)),
        )
        .service(
            resource("/connections/{provider}/load/retry")
                .route(post().to(connections::load::retry)),
        )
        .service(
            resource("/connections/{provider}/load.json")
                .route(get().to(connections::load::report)),
        )
        .service(
            resource("/connections/{provider}/items").route(get().to(connections::items::show)),
        )
        .service(
            resource("/connections/{provider}/pictures")
                .route(get().to(connections::items::pictures)),
        )
        .service(
            resource("/connections/{provider}/items.{format:csv|json|ndjson}")
                .route(get().to(items::export::show)),
        )
        .service(
            resource("/connections/{provider}/items/clear")
                .route(get().to(items::clear::show))
                .route(post().to(items::clear::submit)),
        )
        .service(
            resource("/connections/{provider}/items/{type}/{id}")
                .route(get().to(items::item::show)),
        )
        .service(
            resource("/connections/{provider}/items/{type}/{id}/json")
                .route(get().to(items::item::json)),
        )
        .service(
            resource("/connections/{provider}/check").route(post().to(connections::check::submit)),
        )
        .service(
            resource("/connections/{provider}/refresh")
                .route(post().to(connections::refresh::submit)),
        )
        .service(
            resource("/connections/{provider}/account")
                .route(get().to(connections::account::show))
                .route(post().to(connections::account::submit)),
        )
        .service(
            resource("/connections/{provider}/disconnect")
                .route(get().to(connections::disconnect::show))
                .route(post().to(connections::disconnect::submit)),
        )
        .service(
            resource("/connections/{provider}/contacts")
                .route(get().to(contacts::list::show))
                .route(post().to(contacts::save::create)),
        )
        .service(
            resource("/connections/{provider}/contacts/new").route(get().to(contacts::form::new)),
        )
        .service(
            resource("/connections/{provider}/contacts/{id}")
                .route(get().to(contacts::form::show))
                .route(post().to(contacts::save::update)),
        )
        .service(
            resource("/connections/{provider}/contacts/{id}/delete")
                .route(get().to(contacts::delete::show))
                .route(post().to(contacts::delete::submit)),
        )
        .service(resource("/settings").route(get().to(settings::home)))
        .service(
            resource("/settings/keys")
                .route(get().to(settings::keys::index::show))
                .route(post().to(settings::keys::create::submit)),
        )
        .service(
            resource("/settings/sessions/everywhere")
                .route(get().to(settings::sessions::everywhere::show))
                .route(post().to(settings::sessions::everywhere::submit)),
        )
        .service(resource("/settings/sessions").route(get().to(settings::sessions::show)))
        .service(resource("/settings/sessions/{id}/end").route(post().to(settings::sessions::end)))
        .service(
            resource("/settings/members")
                .route(get().to(settings::members::index::show))
                .route(post().to(settings::members::add::submit)),
        )
        .service(
            resource("/settings/members/invitations")
                .route(post().to(settings::members::invitations::create)),
        )
        .service(
            resource("/settings/members/invitations/{id}/revoke")
                .route(get().to(settings::members::revoke::show))
                .route(post().to(settings::members::revoke::submit)),
        )
        .service(
            resource("/settings/members/{user}/role")
                .route(post().to(settings::members::role::submit)),
        )
        .service(
            resource("/settings/members/{user}/remove")
                .route(get().to(settings::members::remove::show))
                .route(post().to(settings::members::remove::submit)),
        )
        .service(
            resource("/settings/members/{user}/connections/{provider}/disconnect")
                .route(get().to(settings::members::connections::show))
                .route(post().to(settings::members::connections::submit)),
        )
        .service(
            resource("/settings/password")
                .route(get().to(settings::password::show))
                .route(post().to(settings::password::submit)),
        )
        .service(
            resource("/settings/keys/{id}/revoke")
                .route(get().to(settings::keys::revoke::show))
                .route(post().to(settings::keys::revoke::submit)),
        )
        .service(
            // Its GET changes something, so that HEAD may not ask about it.
            resource("/integrations/{provider}/oauth2callback")
                .route(web::get().to(connections::callback::show)),
        )
        .service(
            resource("/integrations/{provider}/confirm/{id}")
                .route(get().to(connections::window::confirm::show))
                .route(post().to(connections::window::confirm::submit)),
        )
        .service(
            resource("/integrations/{provider}/account")
                .route(get().to(connections::window::account::show))
                .route(post().to(connections::window::account::submit)),
        )
        .default_service(web::to(error::not_found));
}

/// The files that need no session.
pub fn files(config: &mut ServiceConfig) {
    config
        .service(resource("/static/{name:.*}").route(get().to(assets::show)))
        .service(resource("/favicon.ico").route(get().to(assets::favicon)));
}

/// A route for GET, which HEAD asks about.
fn get() -> Route {
    web::route().guard(Any(Get()).or(Head()))
}
