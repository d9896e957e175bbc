//! `GET /crm/properties/{version}/{type}`: the definitions of all properties, in one answer.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use serde_json::json;

use crate::sandbox::{
    clock,
    hubspot::{answer, failure::Failure, guard, limits::Lane, state::State},
};

/// Answers with all definitions. Who may read the objects or their schema may read them.
pub async fn all(request: HttpRequest, state: Data<State>) -> Result<HttpResponse, Failure> {
    let view = guard::reader(&request, &state, Lane::Burst, clock::now())?;
    let body = json!({ "results": view.kind.definitions() });
    Ok(answer::json(StatusCode::OK, &body))
}
