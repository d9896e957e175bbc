//! The tester's pages of a stand-in: `/_sandbox`, its form, and how its fields are read.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use serde::Serialize;

use super::{page, params::Params, request};

/// What a stand-in's controls page shows. Names are those of the form's fields.
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
{% for (name, label, value) in numbers %}<label>{{ label }}
<input name="{{ name }}" inputmode="numeric" pattern="[0-9]*" value="{{ value }}"></label>
{% endfor %}{% for (name, label, on) in switches %}<label>{{ label }}
<select name="{{ name }}"><option{% if *on %} selected{% endif %}>on</option>
<option{% if !*on %} selected{% endif %}>off</option></select></label>
{% endfor %}{% for choice in choices %}<label>{{ choice.label }}
<select name="{{ choice.name }}">{% for value in choice.values %}<option{% if *value == choice.value %} selected{% endif %}>{{ value }}</option>{% endfor %}</select></label>
{% endfor %}</div>
<div class="actions"><button class="primary" type="submit">Save settings</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>Faults</h2>
<p class="muted">{% if fail_next == 0 %}No fault is planned.{% else %}Still to fail:
{{ fail_next }}, after {{ fail_after }} that pass.{% endif %}</p>
<div class="grid"><label>Calls that fail <input name="fail_next" inputmode="numeric" value="1"></label>
<label>How <select name="fail_kind">{% for kind in faults %}<option>{{ kind }}</option>{% endfor %}</select></label>
<label>On <select name="fail_on">{% for target in targets %}<option>{{ target }}</option>{% endfor %}</select></label>
<label>Calls that pass first <input name="fail_after" inputmode="numeric" value="0"></label></div>
<div class="actions"><button type="submit">Plan the fault</button></div></form>
<form method="post" action="/_sandbox/controls"><h2>At once</h2><div class="actions">
{% for (name, label) in actions %}<button type="submit" name="{{ name }}" value="1">{{ label }}</button>
{% endfor %}<button type="submit" name="reset_counters" value="1">Clear counters</button>
<button class="danger" type="submit" name="reset" value="1">Reset all</button></div>
<p class="hint">A reset brings settings and records back to their start, clears faults and counters, and keeps grants.</p>
</form>
<h2>What happened</h2><table><thead><tr><th>Counter</th><th>Calls</th></tr></thead><tbody>
{% for (label, value) in figures %}<tr><td>{{ label }}</td><td>{{ value }}</td></tr>
{% endfor %}{% for (name, count) in counters %}<tr><td><code>{{ name }}</code></td><td>{{ count }}</td></tr>
{% endfor %}</tbody></table></main></body></html>
"#
)]
pub struct Panel<'a> {
    /// The provider's name for people.
    pub provider: &'a str,
    /// Settings that are whole numbers: name, label, value.
    pub numbers: Vec<(&'a str, &'a str, u64)>,
    /// Settings that are on or off.
    pub switches: Vec<(&'a str, &'a str, bool)>,
    /// Settings that are one of several words.
    pub choices: Vec<Choice<'a>>,
    /// Buttons of their own, beside those that clear and reset: name, label.
    pub actions: &'a [(&'a str, &'a str)],
    /// The names of the faults, and of what they hit.
    pub faults: &'a [&'a str],
    pub targets: &'a [&'a str],
    pub fail_next: u64,
    pub fail_after: u64,
    /// What else happened: label, value.
    pub figures: Vec<(&'a str, u64)>,
    pub counters: BTreeMap<String, u64>,
}

/// A setting that is one of several words.
pub struct Choice<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    pub values: &'a [&'a str],
}

/// Answers with the page.
pub fn show(panel: &Panel<'_>) -> HttpResponse {
    page::html(StatusCode::OK, page::rendered(panel))
}

/// A stand-in's view of itself as JSON, for tests. It never holds a token.
pub fn json(status: StatusCode, body: &impl Serialize) -> HttpResponse {
    HttpResponse::build(status).json(body)
}

/// Answers a post of the form: applies its fields, and goes back to the page, or for a program answers with the
/// settings as JSON. What `apply` refuses has changed nothing.
pub fn receive<S: Serialize>(
    request: &HttpRequest,
    body: &[u8],
    port: u16,
    apply: impl FnOnce(&Params) -> Result<S, String>,
) -> HttpResponse {
    if let Some(refusal) = page::refuse_foreign(request, port) {
        return refusal;
    }
    let accept = request::header(request, header::ACCEPT);
    let wants_json = accept.is_some_and(|accept| accept.contains("application/json"));
    match apply(&Params::parse(body)) {
        Ok(settings) if wants_json => json(StatusCode::OK, &settings),
        Ok(_) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/_sandbox"))
            .finish(),
        Err(problem) if wants_json => json(
            StatusCode::BAD_REQUEST,
            &serde_json::json!({ "message": problem }),
        ),
        Err(problem) => page::plain(StatusCode::BAD_REQUEST, "400 Bad Request", &problem),
    }
}

/// Gives each field of a form that is not empty to `set`, which answers `None` to what it does not understand.
///
/// # Errors
///
/// Names the first field that was not understood.
pub fn each(form: &Params, mut set: impl FnMut(&str, &str) -> Option<()>) -> Result<(), String> {
    for (name, value) in form.iter().filter(|(_, value)| !value.is_empty()) {
        set(name, value).ok_or_else(|| format!("{name}={value} is not understood"))?;
    }
    Ok(())
}

/// Whether a form asks for a reset, which comes before all its other fields.
pub fn wants_reset(form: &Params) -> bool {
    form.get("reset").and_then(is_on) == Some(true)
}

/// A whole number from 0 to `most`.
pub fn number<T: TryFrom<u64>>(value: &str, most: u64) -> Option<T> {
    let number = value.trim().parse::<u64>().ok()?;
    T::try_from(number).ok().filter(|_| number <= most)
}

/// `on` or `off`, in the words that forms and tests use.
pub fn is_on(value: &str) -> Option<bool> {
    match value {
        "on" | "1" | "true" => Some(true),
        "off" | "0" | "false" => Some(false),
        _ => None,
    }
}
