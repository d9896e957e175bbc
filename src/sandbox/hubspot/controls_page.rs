//! The tester's pages: `/_sandbox`, its form, and the state as JSON.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use askama::Template;
use serde::Serialize;

use super::{
    answer,
    controls::{Change, Controls},
    faults::{FAULTS, Plan, TARGETS},
    portals::PORTALS,
    state::State,
};
use crate::sandbox::{
    clock, page,
    params::{Params, is_form},
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
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>HubSpot sandbox</title><link rel="stylesheet" href="{{ style }}"></head>
<body><div class="strip">Sandbox: a stand-in, not HubSpot</div>
<main class="wide"><h1>HubSpot sandbox</h1>
<p class="muted">What is changed here holds at once. The same as JSON: <a href="/_sandbox/state">/_sandbox/state</a></p>
<form method="post" action="/_sandbox/controls"><h2>Settings</h2><div class="grid">
{% for (name, label, value) in numbers %}<label>{{ label }}
<input name="{{ name }}" inputmode="numeric" pattern="[0-9]*" value="{{ value }}"></label>
{% endfor %}{% for (name, label, on) in switches %}<label>{{ label }}
<select name="{{ name }}"><option{% if *on %} selected{% endif %}>on</option>
<option{% if !*on %} selected{% endif %}>off</option></select></label>
{% endfor %}</div>
<div class="actions"><button class="primary" type="submit">Save settings</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>Faults</h2>
<p class="muted">{% if report.controls.plan.fail_next == 0 %}No fault is planned.{% else %}Still to fail:
{{ report.controls.plan.fail_next }}, after {{ report.controls.plan.fail_after }} that pass.{% endif %}</p>
<div class="grid"><label>Calls that fail <input name="fail_next" inputmode="numeric" value="1"></label>
<label>How <select name="fail_kind">{% for kind in faults %}<option>{{ kind }}</option>{% endfor %}</select></label>
<label>On <select name="fail_on">{% for target in targets %}<option>{{ target }}</option>{% endfor %}</select></label>
<label>Calls that pass first <input name="fail_after" inputmode="numeric" value="0"></label></div>
<div class="actions"><button type="submit">Plan the fault</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>At once</h2><div class="actions">
<button type="submit" name="expire_tokens" value="1">Expire access tokens</button>
<button class="danger" type="submit" name="withdraw" value="1">Withdraw all grants</button>
<button type="submit" name="reset_counters" value="1">Clear counters</button>
<button class="danger" type="submit" name="reset" value="1">Reset all</button></div>
<p class="hint">A reset brings settings and records back to their start, clears faults and counters, and keeps grants.</p>
</form>
<h2>What happened</h2><table><thead><tr><th>Counter</th><th>Calls</th></tr></thead><tbody>
<tr><td>live grants</td><td>{{ report.grants }}</td></tr>
<tr><td>live access tokens</td><td>{{ report.access_tokens }}</td></tr>
<tr><td>most calls in 10 s</td><td>{{ report.burst_peak }}</td></tr>
{% for (name, count) in report.counters %}<tr><td><code>{{ name }}</code></td><td>{{ count }}</td></tr>
{% endfor %}</tbody></table></main></body></html>
"#
)]
struct ControlsPage<'a> {
    style: &'a str,
    report: &'a Report,
    numbers: [(&'a str, &'a str, u64); 9],
    switches: [(&'a str, &'a str, bool); 5],
    faults: &'a [&'a str],
    targets: &'a [&'a str],
}

/// `GET /_sandbox`.
pub async fn show(state: Data<State>) -> HttpResponse {
    let report = report(&state);
    let page = ControlsPage {
        style: page::STYLE_PATH,
        numbers: numbers(&report.controls.controls),
        switches: switches(&report.controls.controls),
        report: &report,
        faults: &FAULTS,
        targets: &TARGETS,
    };
    page::html(StatusCode::OK, answer::rendered(&page))
}

/// `GET /_sandbox/state`.
pub async fn as_json(state: Data<State>) -> HttpResponse {
    answer::json(StatusCode::OK, &report(&state))
}

/// `POST /_sandbox/controls`.
pub async fn change(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if page::is_foreign(&request, state.port) || !is_form(header(header::CONTENT_TYPE)) {
        return answer::plain_html(
            StatusCode::FORBIDDEN,
            "403 Forbidden",
            "This form came from elsewhere.",
        );
    }
    let wants_json =
        header(header::ACCEPT).is_some_and(|accept| accept.contains("application/json"));
    match apply(&Params::parse(&body), &state) {
        Ok(()) if wants_json => answer::json(StatusCode::OK, &report(&state).controls),
        Ok(()) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/_sandbox"))
            .finish(),
        Err(problem) if wants_json => answer::json(
            StatusCode::BAD_REQUEST,
            &serde_json::json!({ "message": problem }),
        ),
        Err(problem) => answer::plain_html(StatusCode::BAD_REQUEST, "400 Bad Request", &problem),
    }
}

fn apply(form: &Params, state: &State) -> Result<(), String> {
    state.change(|inner| {
        let change = Change::read(inner.saved.controls.clone(), inner.plan.clone(), form)?;
        inner.apply(change, clock::now());
        Ok(())
    })
}

fn report(state: &State) -> Report {
    state.with(|inner| Report {
        controls: Current {
            controls: inner.saved.controls.clone(),
            plan: inner.plan.clone(),
        },
        counters: inner.counters.clone(),
        grants: inner.saved.grants.live(),
        access_tokens: inner.saved.grants.live_access(clock::now()),
        burst_peak: inner.burst_peak(),
        accounts: PORTALS.iter().map(|portal| portal.hub_id).collect(),
    })
}

fn numbers(controls: &Controls) -> [(&'static str, &'static str, u64); 9] {
    [
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

fn switches(controls: &Controls) -> [(&'static str, &'static str, bool); 5] {
    [
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
    ]
}
