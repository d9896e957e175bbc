//! `POST …/contact/create`: makes a contact of the given properties.

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
    let entered = counter.entered()?;
    let (more, form) = (entered.more.clone(), classic.entropy.token());
    let made = counter.desk.create(&form, entered).await;
    counter.written(None, &more, made).await
}
