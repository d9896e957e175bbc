//! The tester's pages: what `/_sandbox` shows of this stand-in, and its state as JSON.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use serde::Serialize;

use super::{
    controls::{Change, Controls},
    data::Kind,
    faults::{FAULTS, Plan, TARGETS},
    portals::{PORTALS, Portal},
    state::State,
};
use crate::sandbox::{
    clock,
    controls::{self, Panel},
    truth::Truth,
};

/// The controls as JSON: settings and fault plan in one object.
#[derive(Serialize)]
struct Current {
    #[serde(flatten)]
    controls: Controls,
    #[serde(flatten)]
    plan: Plan,
}

/// What tests look at. It never holds a token.
#[derive(Serialize)]
struct Report {
    controls: Current,
    counters: BTreeMap<String, u64>,
    /// Live refresh tokens.
    grants: usize,
    /// Live access tokens.
    access_tokens: usize,
    /// The most calls that any account made within ten seconds.
    burst_peak: usize,
    accounts: Vec<i64>,
    truth: Vec<Truth>,
}

/// `GET /_sandbox`.
pub async fn show(state: Data<State>) -> HttpResponse {
    let report = report(&state);
    let Current { controls, plan } = &report.controls;
    controls::show(&Panel {
        provider: "HubSpot",
        numbers: numbers(controls),
        switches: switches(controls),
        choices: Vec::new(),
        actions: &[
            ("expire_tokens", "Expire access tokens"),
            ("withdraw", "Withdraw all grants"),
            ("small", "Small accounts"),
        ],
        faults: &FAULTS,
        targets: &TARGETS,
        fail_next: plan.fail_next,
        fail_after: plan.fail_after,
        figures: vec![
            ("live grants", report.grants as u64),
            ("live access tokens", report.access_tokens as u64),
            ("most calls in 10 s", report.burst_peak as u64),
        ],
        counters: report.counters,
    })
}

/// `GET /_sandbox/state`.
pub async fn as_json(state: Data<State>) -> HttpResponse {
    controls::json(StatusCode::OK, &report(&state))
}

/// `POST /_sandbox/controls`.
pub async fn change(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    controls::receive(&request, &body, state.port, |form| {
        state.change(|inner| {
            let change = Change::read(inner.saved.controls.clone(), inner.plan.clone(), form)?;
            inner.apply(change, clock::now());
            Ok::<_, String>(())
        })?;
        Ok(report(&state).controls)
    })
}

fn report(state: &State) -> Report {
    let mut report = state.with(|inner| Report {
        controls: Current {
            controls: inner.saved.controls.clone(),
            plan: inner.plan.clone(),
        },
        counters: inner.counters.clone(),
        grants: inner.saved.grants.live(),
        access_tokens: inner.saved.grants.live_access(clock::now()),
        burst_peak: inner.burst_peak(),
        accounts: PORTALS.iter().map(|portal| portal.hub_id).collect(),
        truth: Vec::new(),
    });
    report.truth = PORTALS.iter().map(|portal| truth(portal, state)).collect();
    report
}

/// Counting takes a while in a large account, so the lock is not held over it.
fn truth(portal: &'static Portal, state: &State) -> Truth {
    let count = |kind| {
        let view = state.with(|inner| inner.view(portal, kind, clock::now()));
        view.live_from(0).count() as u64
    };
    Truth::new(
        portal.hub_id.to_string(),
        [
            ("Contact", count(Kind::Contacts)),
            ("Company", count(Kind::Companies)),
            ("Deal", count(Kind::Deals)),
        ],
    )
}

fn numbers(controls: &Controls) -> Vec<(&'static str, &'static str, u64)> {
    vec![
        ("contacts", "Contacts", controls.contacts),
        ("companies", "Companies", controls.companies),
        ("deals", "Deals", controls.deals),
        (
            "latency_ms",
            "Latency of every call, ms",
            controls.latency_ms,
        ),
        (
            "expires_in",
            "Life of access tokens, s",
            u64::try_from(controls.expires_in).unwrap_or_default(),
        ),
        ("burst", "Calls in 10 s", controls.burst as u64),
        (
            "search_burst",
            "Searches in 1 s",
            controls.search_burst as u64,
        ),
        (
            "search_delay_ms",
            "Search lags by, ms",
            u64::try_from(controls.search_delay_ms).unwrap_or_default(),
        ),
        (
            "retry_after",
            "Retry-After of a 477, s",
            controls.retry_after,
        ),
    ]
}

fn switches(controls: &Controls) -> Vec<(&'static str, &'static str, bool)> {
    vec![
        ("rotate", "Rotate refresh tokens", controls.rotate),
        (
            "share_refresh",
            "Share refresh tokens",
            controls.share_refresh,
        ),
        ("rate_limit", "Rate limit", controls.rate_limit),
        (
            "client_secret_valid",
            "Client secret is valid",
            controls.client_secret_valid,
        ),
        (
            "portal_deleted",
            "Account is deleted",
            controls.portal_deleted,
        ),
        ("quick", "Short waits", controls.quick),
    ]
}
