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
use jiff::Timestamp;

use super::{
    answer,
    controls::Form429,
    endpoint::{Call, Target},
    failure::Failure,
    faults::{Fault, hits},
    gauge::UnderWay,
    oauth_error::OauthError,
    state::State,
};
use crate::sandbox::{
    clock,
    haste::hasten,
    page,
    params::Params,
    spoil::{Spoil, spoil},
};

/// Beyond it Airtable documents that a listing must be a POST; how it answers is not documented.
const MAX_URL: usize = 16_000;

/// Present on a request whose page is to be empty.
struct EmptyPage;

/// When a request came. Limits count by it: a call that waits here is not counted late.
struct Arrived(Timestamp);

/// When the request came.
pub fn arrived(request: &HttpRequest) -> Timestamp {
    let arrived = request.extensions().get::<Arrived>().map(|at| at.0);
    arrived.unwrap_or_else(clock::now)
}

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
    request.extensions_mut().insert(Arrived(clock::now()));
    let _under_way = UnderWay::new(&state, call.target() == Target::Token);
    let (fault, latency, form) = note(&request, &call, &state);
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let refusal = too_long(&request).or_else(|| instead(fault?, &call, form));
    if let Some(answer) = refusal {
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

fn too_long(request: &ServiceRequest) -> Option<HttpResponse> {
    let text = "The URL is too long.";
    (request.uri().to_string().len() > MAX_URL)
        .then(|| page::plain(StatusCode::URI_TOO_LONG, "414 URI Too Long", text))
}

/// Counts the call; its fault, its latency, and the form of a 429.
fn note(request: &ServiceRequest, call: &Call, state: &State) -> (Option<Fault>, u64, Form429) {
    let by_post = matches!(call, Call::List { by_post: true, .. });
    let follows = by_post || Params::parse(request.query_string().as_bytes()).has("offset");
    state.with(|inner| {
        inner.count(call.counter());
        let hits = hits(&inner.plan, call, follows);
        let fault = inner.plan.take(hits);
        if fault.is_some() {
            inner.count("faults");
        }
        let controls = &inner.saved.controls;
        (fault, controls.latency_ms, controls.error_429)
    })
}

/// The answer that a fault gives in place of the call's own; the work is not done then.
fn instead(fault: Fault, call: &Call, form: Form429) -> Option<HttpResponse> {
    let failure = match fault {
        Fault::TooMany => Failure::too_many(form),
        Fault::TooManyObject => Failure::too_many(Form429::Object),
        Fault::Quota => Failure::quota(),
        Fault::Internal => Failure::internal(),
        Fault::NullError => Failure::null_error(),
        Fault::Retriable => Failure::retriable(),
        Fault::Unauthorized if *call == Call::Token => {
            return Some(OauthError::Client.error_response());
        }
        Fault::Unauthorized => Failure::bad_token(),
        Fault::Forbidden => Failure::no_model(),
        Fault::NotFound => Failure::not_found(),
        Fault::Iterator => Failure::no_iterator(),
        Fault::Empty => return Some(answer::json(StatusCode::OK, &serde_json::json!({}))),
        Fault::BadGateway => {
            let (title, text) = ("502 Bad Gateway", "The server is restarting.");
            return Some(page::plain(StatusCode::BAD_GATEWAY, title, text));
        }
        Fault::HtmlOk => {
            let text = "We'll be right back.";
            return Some(page::plain(StatusCode::OK, "Airtable", text));
        }
        Fault::Timeout
        | Fault::Truncated
        | Fault::EmptyPage
        | Fault::Extra
        | Fault::Reset
        | Fault::Lost => return None,
    };
    Some(failure.error_response())
}

/// What a fault does to the answer of a call whose work is done.
fn spoiled(fault: Fault) -> Option<Spoil> {
    match fault {
        Fault::Timeout => Some(Spoil::Hang),
        Fault::Truncated => Some(Spoil::Truncate),
        Fault::Reset => Some(Spoil::Reset),
        Fault::Lost => Some(Spoil::Lose),
        Fault::Extra => Some(Spoil::Strangers(&["bases", "tables", "records"])),
        _ => None,
    }
}
