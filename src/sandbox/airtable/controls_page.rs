//! The tester's pages: what `/_sandbox` shows of this stand-in, and its state as JSON.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use serde::Serialize;

use super::{
    change::Change,
    controls::Controls,
    controls_form::{choices, numbers, switches},
    faults::{FAULTS, Plan, TARGETS},
    grants::Share,
    people::PEOPLE,
    state::{Inner, State},
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

/// The state as JSON. It never holds a token.
#[derive(Serialize)]
struct Report {
    controls: Current,
    counters: BTreeMap<String, u64>,
    /// Grants that can still be refreshed.
    grants: usize,
    access_tokens: usize,
    /// Listings that are remembered.
    iterators: usize,
    #[serde(flatten)]
    peaks: Peaks,
    /// The ids of the people who can grant access.
    accounts: Vec<&'static str>,
    /// What a client should end up with, for each person who shares everything.
    truth: Vec<Truth>,
}

/// The most that ever happened at once.
#[derive(Serialize)]
struct Peaks {
    /// Calls to one base within a second.
    base_peak: usize,
    /// Calls of one person within a second.
    user_peak: usize,
    /// Calls of the API under way at once.
    concurrent_peak: usize,
    /// Calls of the token endpoint under way at once.
    token_concurrent_peak: usize,
}

/// `GET /_sandbox`.
pub async fn show(state: Data<State>) -> HttpResponse {
    let report = state.with(|inner| report(inner));
    let Current { controls, plan } = &report.controls;
    controls::show(&Panel {
        provider: "Airtable",
        numbers: numbers(controls),
        switches: switches(controls),
        choices: choices(controls),
        actions: &[
            ("expire_tokens", "Expire access tokens"),
            ("withdraw", "Withdraw all grants"),
            ("small", "Few bases, all readable"),
        ],
        faults: &FAULTS,
        targets: &TARGETS,
        fail_next: plan.fail_next,
        fail_after: plan.fail_after,
        figures: figures(&report),
        counters: report.counters,
    })
}

/// `GET /_sandbox/state`.
pub async fn as_json(state: Data<State>) -> HttpResponse {
    controls::json(StatusCode::OK, &state.with(|inner| report(inner)))
}

/// `POST /_sandbox/controls`.
pub async fn change(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    controls::receive(&request, &body, state.port, |form| {
        state.change(|inner| {
            let change = Change::read(inner.saved.controls.clone(), inner.plan.clone(), form)?;
            inner.apply(change);
            Ok(report(inner).controls)
        })
    })
}

fn report(inner: &Inner) -> Report {
    let now = inner.token_time();
    let truth = PEOPLE.iter().map(|person| {
        let world = inner.world(person, Share::All);
        Truth::new(person.id, world.totals().by_type())
    });
    Report {
        controls: Current {
            controls: inner.saved.controls.clone(),
            plan: inner.plan.clone(),
        },
        counters: inner.counters.clone(),
        grants: inner.saved.grants.live(now),
        access_tokens: inner.saved.grants.live_access(now),
        iterators: inner.iterators.count(),
        peaks: Peaks {
            base_peak: inner.limits.base_peak(),
            user_peak: inner.limits.user_peak(),
            concurrent_peak: inner.gauges.api.peak(),
            token_concurrent_peak: inner.gauges.token.peak(),
        },
        accounts: PEOPLE.iter().map(|person| person.id).collect(),
        truth: truth.collect(),
    }
}

fn figures(report: &Report) -> Vec<(&'static str, u64)> {
    let peaks = &report.peaks;
    let figures = [
        ("live grants", report.grants),
        ("live access tokens", report.access_tokens),
        ("most calls to a base in 1 s", peaks.base_peak),
        ("most calls of a person in 1 s", peaks.user_peak),
        ("most calls at once", peaks.concurrent_peak),
        ("most token calls at once", peaks.token_concurrent_peak),
    ];
    figures.map(|(label, value)| (label, value as u64)).to_vec()
}
