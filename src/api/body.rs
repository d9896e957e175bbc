//! The body of a request, read whole and in time.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};

/// How long a client may take to send it.
const IN_TIME: Duration = Duration::from_secs(10);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than the server's limit.
    TooLarge,
    /// It took too long to arrive.
    Slow,
    /// It ended before it was whole.
    Cut,
}

/// The body as it came, which the server's limit keeps small.
pub async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, Unread> {
    let mut payload = payload.into_inner();
    let body = tokio::time::timeout(IN_TIME, Bytes::from_request(request, &mut payload));
    let body = body.await.map_err(|_| Unread::Slow)?;
    body.map_err(|error| match error.as_response_error().status_code() {
        status if status == 413 => Unread::TooLarge,
        _ => Unread::Cut,
    })
}
