//! `POST …/contact/update`: sets the given properties of a contact, whatever they were before.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::Counter;
use crate::api::classic::Classic;
use crate::error::Failure;

pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let counter = Counter::open_to_write(&request, &classic, payload).await?;
    let id = counter.contact_id()?;
    let entered = counter.entered()?;
    let (more, form) = (entered.more.clone(), classic.entropy.token());
    let changed = counter.desk.update(&form, id, entered).await;
    counter.written(Some(id), &more, changed).await
}
