//! The tester's pages of a stand-in: `/_sandbox` with its form, and `/_sandbox/state`.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Bytes, Data, ServiceConfig},
};
use askama::Template;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    change::Change,
    controls::{Controls, Fields},
    page,
    params::Params,
    plan::Plan,
    request,
    stand_in::StandIn,
    state::{Inner, State},
    truth::Truth,
};

/// The controls as JSON: settings and fault plan in one object.
#[derive(Serialize)]
struct Current<C, F, T> {
    #[serde(flatten)]
    controls: C,
    #[serde(flatten)]
    plan: Plan<F, T>,
}

/// The state as JSON, for tests.
#[derive(Serialize)]
struct Report<C> {
    controls: C,
    counters: BTreeMap<String, u64>,
    /// What the stand-in tells of itself.
    #[serde(flatten)]
    own: Value,
    truth: Vec<Truth>,
}

/// The page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ provider }} sandbox</title><link rel="stylesheet" href="{{ page::STYLE_PATH }}"></head>
<body><div class="strip">Sandbox: a stand-in, not {{ provider }}</div>
<main class="wide"><h1>{{ provider }} sandbox</h1>
<p class="muted">What is changed here holds at once. The same as JSON: <a href="/_sandbox/state">/_sandbox/state</a></p>
<form method="post" action="/_sandbox/controls"><h2>Settings</h2><div class="grid">
{% for (name, label) in fields.numbers %}<label>{{ label }}
<input name="{{ name }}" inputmode="numeric" pattern="[0-9]*" value="{{ settings[*name] }}"></label>
{% endfor %}{% for (name, label) in fields.switches %}<label>{{ label }}
<select name="{{ name }}"><option{% if settings[*name] == true %} selected{% endif %}>on</option>
<option{% if settings[*name] == false %} selected{% endif %}>off</option></select></label>
{% endfor %}{% for choice in fields.choices %}<label>{{ choice.label }}
<select name="{{ choice.name }}">{% for value in choice.values %}<option{% if settings[choice.name] == *value %} selected{% endif %}>{{ value }}</option>{% endfor %}</select></label>
{% endfor %}</div>
<div class="actions"><button class="primary" type="submit">Save settings</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>Faults</h2>
<p class="muted">{% if fail_next == 0 && fail_percent == 0 %}No fault is planned.{% endif %}
{%- if fail_next > 0 %}Still to fail: {{ fail_next }}, after {{ fail_after }} that pass.{% endif %}
{%- if fail_percent > 0 %} Of a hundred calls {{ fail_percent }} fail.{% endif %}</p>
<div class="grid"><label>Calls that fail <input name="fail_next" inputmode="numeric" value="1"></label>
<label>How <select name="fail_kind">{% for kind in faults %}<option>{{ kind }}</option>{% endfor %}</select></label>
<label>On <select name="fail_on">{% for target in targets %}<option>{{ target }}</option>{% endfor %}</select></label>
<label>Calls that pass first <input name="fail_after" inputmode="numeric" value="0"></label>
<label>Of a hundred calls fail <input name="fail_percent" inputmode="numeric" value="{{ fail_percent }}"></label></div>
<div class="actions"><button type="submit">Plan the fault</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>At once</h2><div class="actions">
<button type="submit" name="expire_tokens" value="1">Expire access tokens</button>
<button type="submit" name="withdraw" value="1">Withdraw all grants</button>
<button type="submit" name="small" value="1">{{ fields.small }}</button>
<button type="submit" name="reset_counters" value="1">Clear counters</button>
<button class="danger" type="submit" name="reset" value="1">Reset all</button></div>
<p class="hint">A reset brings settings and records back to their start, clears faults and counters, and keeps grants.</p>
</form>
<h2>What happened</h2><table><thead><tr><th>Counter</th><th>Calls</th></tr></thead><tbody>
{% for (name, label) in figures %}<tr><td>{{ label }}</td><td>{{ own[*name] }}</td></tr>
{% endfor %}{% for (name, count) in counters %}<tr><td><code>{{ name }}</code></td><td>{{ count }}</td></tr>
{% endfor %}</tbody></table></main></body></html>
"#
)]
struct Panel<'a> {
    provider: &'a str,
    fields: Fields,
    /// The settings as JSON.
    settings: Value,
    /// The names of the faults, and of what they hit.
    faults: &'a [&'a str],
    targets: &'a [&'a str],
    fail_next: u64,
    fail_after: u64,
    fail_percent: u64,
    figures: &'a [(&'a str, &'a str)],
    own: Value,
    counters: BTreeMap<String, u64>,
}

/// The routes of the tester's pages.
pub fn routes<S: StandIn>(config: &mut ServiceConfig) {
    config
        .route("/_sandbox", web::get().to(show::<S>))
        .route("/_sandbox/state", web::get().to(as_json::<S>))
        .route("/_sandbox/controls", web::post().to(change::<S>))
        .route(page::STYLE_PATH, web::get().to(page::style));
}

async fn show<S: StandIn>(state: Data<State<S>>) -> HttpResponse {
    let panel = state.with(|inner| panel(inner));
    page::html(StatusCode::OK, page::rendered(&panel))
}

async fn as_json<S: StandIn>(state: Data<State<S>>) -> HttpResponse {
    let truth = S::truth(&state);
    let report = state.with(|inner| Report {
        controls: current(inner),
        counters: inner.counters.clone(),
        own: S::report(inner),
        truth,
    });
    HttpResponse::Ok().json(report)
}

/// Applies the form's fields and goes back to the page, or for a program answers with the controls as JSON. What is
/// refused has changed nothing.
async fn change<S: StandIn>(
    request: HttpRequest,
    body: Bytes,
    state: Data<State<S>>,
) -> HttpResponse {
    if let Some(refusal) = page::refuse_foreign(&request, &state.endpoints.origin) {
        return refusal;
    }
    let accept = request::header(&request, header::ACCEPT);
    let wants_json = accept.is_some_and(|accept| accept.contains("application/json"));
    match state.change(|inner| apply(inner, &Params::parse(&body))) {
        Ok(()) if wants_json => HttpResponse::Ok().json(state.with(|inner| current(inner))),
        Ok(()) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/_sandbox"))
            .finish(),
        Err(problem) if wants_json => {
            HttpResponse::BadRequest().json(json!({ "message": problem }))
        }
        Err(problem) => page::plain(StatusCode::BAD_REQUEST, "400 Bad Request", &problem),
    }
}

fn apply<S: StandIn>(inner: &mut Inner<S>, form: &Params) -> Result<(), String> {
    let (controls, plan) = (inner.saved.controls.clone(), inner.plan.clone());
    inner.apply(Change::read(controls, plan, form)?);
    Ok(())
}

fn current<S: StandIn>(inner: &Inner<S>) -> Current<S::Controls, S::Fault, S::On> {
    Current {
        controls: inner.saved.controls.clone(),
        plan: inner.plan.clone(),
    }
}

fn panel<S: StandIn>(inner: &Inner<S>) -> Panel<'static> {
    Panel {
        provider: S::NAME,
        fields: S::Controls::FIELDS,
        settings: serde_json::to_value(&inner.saved.controls).unwrap_or_default(),
        faults: S::FAULTS,
        targets: S::TARGETS,
        fail_next: inner.plan.fail_next,
        fail_after: inner.plan.fail_after,
        fail_percent: inner.plan.fail_percent,
        figures: S::FIGURES,
        own: S::report(inner),
        counters: inner.counters.clone(),
    }
}
