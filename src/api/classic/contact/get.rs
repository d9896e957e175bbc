//! `POST …/contact/get`: a contact as the provider has it.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::Counter;
use crate::api::classic::Classic;
use crate::error::Failure;
use crate::identity::Scope;

/// The properties that are named are asked for beside the usual ones, whatever is said of them.
pub async fn submit(
    request: HttpRequest,
    classic: Data<Classic>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let counter = Counter::open(&request, &classic, payload, Scope::ContactsRead).await?;
    let more = match counter.fields.get("properties_str").trim() {
        "" => Vec::new(),
        _ => counter.named()?.more,
    };
    counter.contact(counter.contact_id()?, &more).await
}
