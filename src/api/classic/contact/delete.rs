//! `POST …/contact/delete`: deletes a contact.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{Counter, done, told};
use crate::api::classic::Classic;
use crate::contacts::Outcome;
use crate::error::Failure;

pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let counter = Counter::open_to_write(&request, &classic, payload).await?;
    let (id, form) = (counter.contact_id()?, classic.entropy.token());
    let deleted = counter.desk.delete(&form, id).await;
    match deleted.map_err(|barrier| counter.barred(barrier))? {
        Outcome::Done { id, .. } => Ok(done(&json!({
            "message": format!("Contact {id} is deleted. {}", counter.desk.facts().kept_after_delete),
        }))),
        other => Err(told::not_done(counter.name(), Some(id), other)),
    }
}
