//! Counts every call of the API and lets it wait or fail as the tester asked.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{self, BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::{Bytes, Data},
};
use serde_json::{Value, json};

use super::{answer, endpoint::Call, failure::Failure, faults::Fault, state::State};

/// How long a call hangs that is to time out.
const HANG: Duration = Duration::from_secs(60);

/// Present on a request whose page is to be empty.
struct EmptyPage;

/// Whether the tester asked for an empty page in place of this one.
pub fn wants_empty_page(request: &HttpRequest) -> bool {
    request.extensions().contains::<EmptyPage>()
}

/// Counts the call, lets it wait, and lets it fail if it is its turn.
pub async fn traffic(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let call = Call::of(request.method(), request.path());
    let state = request.app_data::<Data<State>>().cloned();
    let (Some(call), Some(state)) = (call, state) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let (fault, latency, retry_after) = state.with(|inner| {
        inner.count(&call.counter);
        let fault = inner.plan.take(&call);
        if fault.is_some() {
            inner.count("faults");
        }
        (
            fault,
            inner.saved.controls.latency_ms,
            inner.saved.controls.retry_after,
        )
    });
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if let Some(answer) = fault.and_then(|fault| instead(fault, &call, retry_after)) {
        return Ok(request.into_response(answer));
    }
    if fault == Some(Fault::EmptyPage) {
        request.extensions_mut().insert(EmptyPage);
    }
    let response = next.call(request).await?.map_into_boxed_body();
    match fault {
        Some(fault) => spoil(fault, response).await,
        None => Ok(response),
    }
}

/// The answer that a fault gives in place of the call's own; the work is not done then.
fn instead(fault: Fault, call: &Call, retry_after: u64) -> Option<HttpResponse> {
    let failure = match fault {
        Fault::TooMany if call.is_search => Failure::too_many_searches(),
        Fault::TooMany => Failure::too_many(super::portals::PORTALS[0].hub_id),
        Fault::Daily => Failure::daily(),
        Fault::Internal => Failure::internal(),
        Fault::Locked => Failure::locked(),
        Fault::Moving => Failure::moving(retry_after),
        Fault::BadGateway => {
            let text = "The server returned an invalid or incomplete response.";
            return Some(answer::plain_html(
                StatusCode::BAD_GATEWAY,
                "502 Bad Gateway",
                text,
            ));
        }
        Fault::HtmlOk => {
            return Some(answer::plain_html(
                StatusCode::OK,
                "HubSpot",
                "We'll be right back.",
            ));
        }
        Fault::Timeout | Fault::Truncated | Fault::EmptyPage | Fault::Extra | Fault::Reset => {
            return None;
        }
    };
    Some(failure.error_response())
}

/// Spoils the answer of a call whose work was done.
async fn spoil(fault: Fault, response: ServiceResponse) -> Result<ServiceResponse, Error> {
    if fault == Fault::Timeout {
        tokio::time::sleep(HANG).await;
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let bytes = body::to_bytes(body).await.unwrap_or_default();
    let body = match fault {
        Fault::Truncated => half(&bytes).boxed(),
        Fault::Extra => with_strangers(&bytes).boxed(),
        Fault::Reset => Broken::after(half(&bytes), bytes.len()).boxed(),
        _ => bytes.boxed(),
    };
    let mut response = head.set_body(body);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    Ok(ServiceResponse::new(request, response))
}

fn half(bytes: &Bytes) -> Bytes {
    bytes.slice(..bytes.len() / 2)
}

/// Adds fields that no documentation names, at the top and in each row.
fn with_strangers(bytes: &Bytes) -> Bytes {
    let Ok(mut body) = serde_json::from_slice::<Value>(bytes) else {
        return bytes.clone();
    };
    add_strangers(&mut body);
    if let Some(rows) = body.get_mut("results").and_then(Value::as_array_mut) {
        rows.iter_mut().for_each(add_strangers);
    }
    serde_json::to_vec(&body).map_or_else(|_| bytes.clone(), Bytes::from)
}

fn add_strangers(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.insert("objectWriteTraceId".to_owned(), Value::Null);
        object.insert(
            "fieldOfTomorrow".to_owned(),
            json!({ "nested": [1, "two", null] }),
        );
    }
}

/// A body that breaks off: the connection is closed before the length it claimed is reached.
struct Broken {
    parts: Vec<Part>,
    claimed: u64,
}

/// What a breaking body does next, last first.
enum Part {
    Bytes(Bytes),
    /// Gives way once, so that what came before is on its way when the connection closes.
    Pause,
}

impl Broken {
    fn after(bytes: Bytes, claimed: usize) -> Self {
        Self {
            parts: vec![Part::Pause, Part::Bytes(bytes)],
            claimed: claimed as u64,
        }
    }
}

impl MessageBody for Broken {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        // One more than there is, so that even an empty answer breaks off.
        BodySize::Sized(self.claimed + 1)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match self.parts.pop() {
            Some(Part::Bytes(bytes)) => Poll::Ready(Some(Ok(bytes))),
            Some(Part::Pause) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn try_into_bytes(self) -> Result<Bytes, Self>
    where
        Self: Sized,
    {
        Err(self)
    }
}
