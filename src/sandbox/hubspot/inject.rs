//! Counts every call of the API and lets it wait or fail as the tester asked.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};

use super::{
    endpoint::Call,
    failure::Failure,
    faults::{Fault, hits},
    state::State,
};
use crate::sandbox::{
    haste::hasten,
    page,
    spoil::{Spoil, spoil},
};

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
    let state = request.app_data::<Data<State>>().cloned();
    let response = meet(request, next).await?;
    let quick = state.is_some_and(|state| state.with(|inner| inner.saved.controls.quick));
    Ok(hasten(response, quick))
}

async fn meet(
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
        let hits = hits(&inner.plan, &call);
        let fault = inner.plan.take(hits);
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
    match fault.and_then(spoiled) {
        Some(how) => spoil(how, response).await,
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
            return Some(page::plain(
                StatusCode::BAD_GATEWAY,
                "502 Bad Gateway",
                text,
            ));
        }
        Fault::HtmlOk => {
            return Some(page::plain(
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

/// What a fault does to the answer of a call whose work is done.
fn spoiled(fault: Fault) -> Option<Spoil> {
    match fault {
        Fault::Timeout => Some(Spoil::Hang),
        Fault::Truncated => Some(Spoil::Truncate),
        Fault::Reset => Some(Spoil::Reset),
        Fault::Extra => Some(Spoil::Strangers(&["results"])),
        _ => None,
    }
}
