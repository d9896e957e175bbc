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
    faults::{FAULTS, Plan, TARGETS},
    panel,
    state::State,
    truth::truth,
    workspaces::WORKSPACES,
};
use crate::sandbox::{
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
    /// Live token pairs.
    grants: usize,
    /// Live access tokens.
    access_tokens: usize,
    /// The most calls that any authorization made within sixty seconds, and within one.
    burst_peak: usize,
    second_peak: usize,
    workspaces: Vec<&'static str>,
    truth: Vec<Truth>,
}

/// `GET /_sandbox`.
pub async fn show(state: Data<State>) -> HttpResponse {
    let report = report(&state);
    let Current { controls, plan } = &report.controls;
    let words = panel::words(controls);
    controls::show(&Panel {
        provider: "Notion",
        numbers: panel::numbers(controls),
        switches: panel::switches(controls),
        choices: panel::choices(&words),
        actions: &[
            ("expire_tokens", "Expire access tokens"),
            ("withdraw", "Withdraw all grants"),
            ("small", "Small workspaces"),
        ],
        faults: &FAULTS,
        targets: &TARGETS,
        fail_next: plan.fail_next,
        fail_after: plan.fail_after,
        figures: vec![
            ("live grants", report.grants as u64),
            ("live access tokens", report.access_tokens as u64),
            ("most calls in 60 s", report.burst_peak as u64),
            ("most calls in 1 s", report.second_peak as u64),
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
            inner.apply(change);
            Ok::<_, String>(())
        })?;
        Ok(state.with(|inner| Current {
            controls: inner.saved.controls.clone(),
            plan: inner.plan.clone(),
        }))
    })
}

fn report(state: &State) -> Report {
    let mut report = state.with(|inner| {
        let (burst_peak, second_peak) = inner.peaks();
        Report {
            controls: Current {
                controls: inner.saved.controls.clone(),
                plan: inner.plan.clone(),
            },
            counters: inner.counters.clone(),
            grants: inner.saved.grants.live(),
            access_tokens: inner.saved.grants.live_access(),
            burst_peak,
            second_peak,
            workspaces: WORKSPACES.iter().map(|workspace| workspace.key).collect(),
            truth: Vec::new(),
        }
    });
    // Counting takes a while in a large workspace, so the lock is not held over it.
    report.truth = truth(&report.controls.controls);
    report
}
