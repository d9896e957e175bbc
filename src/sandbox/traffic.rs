//! What every call of an API meets: it is counted, it waits, and it fails if the tester asked for that.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web::Data,
};

use super::{
    controls::Controls,
    haste::hasten,
    plan::Plan,
    spoil::{Spoil, spoil},
    stand_in::StandIn,
    state::State,
};

/// A call, as counters and faults know it. It lives until its answer is there.
pub trait Call<S: StandIn>: Sized {
    /// The call that a request is, or `None` when it is none of the API. A body that is read here is put back.
    async fn read(
        request: &mut ServiceRequest,
        state: &Data<State<S>>,
    ) -> Result<Option<Self>, Error>;

    /// The name of its counter.
    fn counter(&self) -> &str;

    /// Whether the plan is about this call.
    fn is_hit(&self, plan: &Plan<S::Fault, S::On>) -> bool;

    /// An answer that the call gets whatever is planned; its work is not done then.
    fn refusal(&self) -> Option<HttpResponse> {
        None
    }

    /// What a fault does to the call.
    fn effect(&self, fault: S::Fault, controls: &S::Controls) -> Effect;
}

/// What a fault does.
pub enum Effect {
    /// This answer comes in place of the call's own; the work is not done.
    Instead(HttpResponse),
    /// The handler, which asks for [`twist`], makes its page another one.
    Twist(Twist),
    /// The work is done, and its answer goes wrong on its way.
    Spoil(Spoil),
}

/// What a fault makes of a page whose handler runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// No rows, but a cursor.
    Empty,
    /// No list of rows at all.
    NoResults,
}

/// Whether the tester asked for this page to be another one.
pub fn twist(request: &HttpRequest) -> Option<Twist> {
    request.extensions().get::<Twist>().copied()
}

/// Whether the tester asked for a page without rows in place of this one.
pub fn wants_empty_page(request: &HttpRequest) -> bool {
    twist(request) == Some(Twist::Empty)
}

/// Counts the call, lets it wait, and lets it fail if it is its turn: the middleware of every stand-in.
pub async fn meet<S: StandIn>(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(state) = request.app_data::<Data<State<S>>>().cloned() else {
        return pass(request, next).await;
    };
    let Some(call) = S::Call::read(&mut request, &state).await? else {
        return pass(request, next).await;
    };
    let (fault, controls) = note(&call, &state);
    if controls.latency_ms() > 0 {
        tokio::time::sleep(Duration::from_millis(controls.latency_ms())).await;
    }
    let refusal = call.refusal().map(Effect::Instead);
    let effect = refusal.or_else(|| Some(call.effect(fault?, &controls)));
    let response = under(effect, request, next).await?;
    let is_quick = state.with(|inner| inner.saved.controls.is_quick());
    Ok(hasten(response, is_quick))
}

/// Counts the call; its fault, and the controls it came under.
fn note<S: StandIn>(call: &S::Call, state: &State<S>) -> (Option<S::Fault>, S::Controls) {
    state.with(|inner| {
        inner.count(call.counter());
        let is_hit = call.is_hit(&inner.plan);
        let fault = inner.plan.take(is_hit);
        if fault.is_some() {
            inner.count("faults");
        }
        (fault, inner.saved.controls.clone())
    })
}

async fn under(
    effect: Option<Effect>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match effect {
        Some(Effect::Instead(answer)) => return Ok(request.into_response(answer)),
        Some(Effect::Spoil(how)) => return spoil(how, pass(request, next).await?).await,
        Some(Effect::Twist(twist)) => _ = request.extensions_mut().insert(twist),
        None => {}
    }
    pass(request, next).await
}

async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}
