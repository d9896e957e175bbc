//! Counts every call of the API and lets it wait or fail as the tester asked.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::{Bytes, Data},
};

use super::{
    data::Id,
    endpoint::{Call, Endpoint, Target},
    failure::Failure,
    faults::{Fault, hits},
    state::State,
    version::{self, Version},
    workspaces::WORKSPACES,
};
use crate::sandbox::{
    haste::hasten,
    page,
    spoil::{Spoil, spoil},
};

/// What a fault makes of a page whose handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// No rows, but a cursor.
    Empty,
    /// No `results`.
    NoResults,
}

/// Whether the tester asked for this page to be another one.
pub fn twist(request: &HttpRequest) -> Option<Twist> {
    request.extensions().get::<Twist>().copied()
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
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let endpoint = endpoint(request.request());
    let state = request.app_data::<Data<State>>().cloned();
    let (Some(endpoint), Some(state)) = (endpoint, state) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    // What a search is about stands in its body, which the handler reads once more.
    let body = request.extract::<Bytes>().await?;
    let call = Call::of(&endpoint, &body);
    request.set_payload(Payload::from(body));
    let turn = Turn::of(&call, &state);
    if turn.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(turn.latency_ms)).await;
    }
    let Some(fault) = turn.fault else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if let Some(answer) = instead(fault, &call, turn.retry_after) {
        return Ok(request.into_response(answer));
    }
    if let Some(twist) = twisted(fault) {
        request.extensions_mut().insert(twist);
    }
    let response = next.call(request).await?.map_into_boxed_body();
    match spoiled(fault) {
        Some(how) => spoil(how, response).await,
        None => Ok(response),
    }
}

/// The endpoint of a request, in the version that it names.
pub fn endpoint(request: &HttpRequest) -> Option<Endpoint> {
    let version = version::asked(request).and_then(Version::named);
    Endpoint::of(request.method(), request.path()).filter(|endpoint| endpoint.is_in(version))
}

/// What a call meets.
struct Turn {
    fault: Option<Fault>,
    latency_ms: u64,
    retry_after: u64,
}

impl Turn {
    fn of(call: &Call, state: &State) -> Self {
        state.with(|inner| {
            inner.count(call.counter);
            let hits = hits(&inner.plan, call);
            let fault = inner.plan.take(hits);
            if fault.is_some() {
                inner.count("faults");
            }
            Self {
                fault,
                latency_ms: inner.saved.controls.latency_ms,
                retry_after: inner.saved.controls.retry_after,
            }
        })
    }
}

/// The answer that a fault gives in place of the call's own; the work is not done then.
fn instead(fault: Fault, call: &Call, retry_after: u64) -> Option<HttpResponse> {
    let failure = match fault {
        Fault::TooMany => Failure::rate_limited(retry_after),
        Fault::TooManyPlain => Failure::rate_limited_plain(1),
        Fault::Blocked => Failure::blocked(),
        Fault::Overload => Failure::overload(retry_after),
        Fault::Internal => Failure::internal(),
        Fault::Unavailable => Failure::unavailable(),
        Fault::GatewayTimeout | Fault::TooLarge => Failure::gateway_timeout(),
        Fault::Unauthorized => Failure::unauthorized(),
        Fault::Restricted => Failure::restricted(),
        Fault::NotFound => {
            let what = if call.target == Target::Databases {
                "database"
            } else {
                "page"
            };
            Failure::not_found(what, &Id::nil().to_string(), &WORKSPACES[0])
        }
        Fault::Cursor => Failure::cursor(call.cursor.as_deref().unwrap_or_default()),
        Fault::BadGateway => return Some(edge(StatusCode::BAD_GATEWAY, "502 Bad Gateway")),
        Fault::HtmlOk => return Some(edge(StatusCode::OK, "Just a moment")),
        Fault::NoResults
        | Fault::EmptyPage
        | Fault::Timeout
        | Fault::Truncated
        | Fault::Extra
        | Fault::Reset
        | Fault::Lost => return None,
    };
    Some(failure.error_response())
}

/// A page of the edge: not JSON, and without Notion's request id.
fn edge(status: StatusCode, title: &str) -> HttpResponse {
    page::plain(status, title, "The web server reported an error.")
}

fn twisted(fault: Fault) -> Option<Twist> {
    match fault {
        Fault::EmptyPage => Some(Twist::Empty),
        Fault::NoResults => Some(Twist::NoResults),
        _ => None,
    }
}

/// What a fault does to the answer of a call whose work is done.
fn spoiled(fault: Fault) -> Option<Spoil> {
    match fault {
        Fault::Timeout => Some(Spoil::Hang),
        Fault::Truncated => Some(Spoil::Truncate),
        Fault::Reset => Some(Spoil::Reset),
        Fault::Lost => Some(Spoil::Lose),
        Fault::Extra => Some(Spoil::Strangers(&["results"])),
        _ => None,
    }
}
