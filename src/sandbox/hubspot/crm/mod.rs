//! The CRM objects: contacts, companies and deals under each API version's path.

mod batch;
mod body;
mod cursor;
mod definitions;
mod filter;
mod list;
mod read;
mod record;
mod rules;
mod search;
mod search_request;
mod write;

use actix_web::web::{self, ServiceConfig};

use super::answer;

/// The same objects under each version's path. HubSpot documents the same shapes for all of them.
const PREFIXES: [&str; 3] = [
    "/crm/objects/2026-09",
    "/crm/objects/2026-03",
    "/crm/v3/objects",
];

/// The definitions of properties under each version's path.
const DEFINITIONS: [&str; 3] = [
    "/crm/properties/2026-09",
    "/crm/properties/2026-03",
    "/crm/v3/properties",
];

/// Routes of every version.
pub fn routes(config: &mut ServiceConfig) {
    for prefix in DEFINITIONS {
        let resource = web::resource(format!("{prefix}/{{type}}"))
            .route(web::get().to(definitions::all))
            .default_service(web::to(answer::wrong_method));
        config.service(resource);
    }
    for prefix in PREFIXES {
        config
            .service(
                web::resource(format!("{prefix}/{{type}}"))
                    .route(web::get().to(list::list))
                    .route(web::post().to(write::create))
                    .default_service(web::to(answer::wrong_method)),
            )
            .service(
                web::resource(format!("{prefix}/{{type}}/search"))
                    .route(web::post().to(search::search))
                    .default_service(web::to(answer::wrong_method)),
            )
            .service(
                web::resource(format!("{prefix}/{{type}}/batch/read"))
                    .route(web::post().to(batch::read))
                    .default_service(web::to(answer::wrong_method)),
            )
            .service(
                web::resource(format!("{prefix}/{{type}}/{{id}}"))
                    .route(web::get().to(read::get))
                    .route(web::patch().to(write::update))
                    .route(web::delete().to(write::delete))
                    .default_service(web::to(answer::wrong_method)),
            );
    }
}
