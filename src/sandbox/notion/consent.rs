//! The consent page, and what comes of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use askama::Template;

use super::{
    authorize::{Asked, CARRIED, read, refusal},
    grants::{Consent, Share},
    state::State,
    workspaces::{self, WORKSPACES, Workspace},
};
use crate::sandbox::{clock, page, params::Params, plan::named};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connect with Notion</title><link rel="stylesheet" href="{{ page::STYLE_PATH }}"></head>
<body><div class="strip">Sandbox: a stand-in, not Notion</div>
<main><h1>Connect with Notion</h1>
<p>The app <code>{{ client_id }}</code> asks for access to a workspace of yours. If you allow it, your browser goes
back to <code>{{ asked.redirect_text }}</code>.</p>
<form method="post" action="/v1/oauth/authorize">
<label for="account">Workspace</label>
<select id="account" name="account">{% for workspace in workspaces %}
<option value="{{ workspace.key }}">{{ workspace.title }}</option>{% endfor %}
</select>
<h2>The app will be able to</h2>
<ul><li>View the pages you select</li><li>Edit the pages you select</li><li>Add content to the pages you select</li>
{% if user_info %}<li>View the names and email addresses of users</li>{% endif %}</ul>
<label for="share">Pages you share</label>
<select id="share" name="share"><option value="all">All pages</option><option value="none">None</option></select>
{% for (name, value) in params.only(CARRIED.as_slice()) %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<div class="actions">
<button class="primary" type="submit" id="allow" name="decision" value="allow">Allow access</button>
<button type="submit" id="deny" name="decision" value="deny">Cancel</button>
</div></form></main></body></html>
"#
)]
struct ConsentPage<'a> {
    client_id: &'a str,
    asked: &'a Asked,
    workspaces: &'a [Workspace],
    user_info: bool,
    params: &'a Params,
}

/// `GET /v1/oauth/authorize`: the consent page.
pub async fn ask(request: HttpRequest, state: Data<State>) -> HttpResponse {
    state.count("authorize");
    let params = Params::parse(request.query_string().as_bytes());
    let asked = match read(&params, &state.app) {
        Ok(asked) => asked,
        Err(problem) => return refusal(problem),
    };
    if let Some(problem) = asked.problem {
        return denial(&asked, problem);
    }
    let body = page::rendered(&ConsentPage {
        client_id: &state.app.client_id,
        asked: &asked,
        workspaces: &WORKSPACES,
        user_info: state.with(|inner| inner.saved.controls.user_info),
        params: &params,
    });
    page::html(StatusCode::OK, body)
}

/// `POST` of the consent page: back to the app, with a code or with the denial.
pub async fn decide(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if let Some(refusal) = page::refuse_foreign(&request, &state.endpoints.origin) {
        return refusal;
    }
    let form = Params::parse(&body);
    // Everything is checked again: a form can be changed on its way.
    let asked = match read(&form, &state.app) {
        Ok(asked) => asked,
        Err(problem) => return refusal(problem),
    };
    match (asked.problem, form.text("decision")) {
        (Some(problem), _) => denial(&asked, problem),
        (None, "allow") => {
            allow(&form, &asked, &state).unwrap_or_else(|| refusal("No such workspace or share."))
        }
        (None, "deny") => {
            state.count("denied");
            denial(&asked, "access_denied")
        }
        (None, _) => refusal("Choose Allow access or Cancel."),
    }
}

/// `None` for a workspace or a share that is not there.
fn allow(form: &Params, asked: &Asked, state: &State) -> Option<HttpResponse> {
    let workspace = match form.get("account") {
        Some(key) => workspaces::find(key)?,
        None => WORKSPACES.first()?,
    };
    let share = form.get("share").map_or(Some(Share::All), named)?;
    let consent = Consent {
        workspace: workspace.key.to_owned(),
        share,
    };
    let redirect = asked.redirect_text.clone();
    let code = state.with(|inner| {
        inner.count("allowed");
        inner.memory.codes.make(consent, redirect, clock::now())
    });
    Some(back(asked, ("code", &code), asked.state.as_deref()))
}

/// Notion writes the state of a denial even when there was none.
fn denial(asked: &Asked, error: &str) -> HttpResponse {
    let state = asked.state.as_deref().unwrap_or_default();
    back(asked, ("error", error), Some(state))
}

/// Sends the browser back to the app.
fn back(asked: &Asked, outcome: (&str, &str), state: Option<&str>) -> HttpResponse {
    let mut target = asked.redirect_uri.clone();
    let mut query = target.query_pairs_mut();
    query.append_pair(outcome.0, outcome.1);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}
