//! The consent page on the regional host, and what comes of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use askama::Template;

use super::{
    authorize::{Asked, hub_of, read, refusal},
    data::Kind,
    grants::Consent,
    portals::{self, PORTALS, Portal},
    scopes,
    state::State,
};
use crate::sandbox::{clock, page, params::Params};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connect an app</title><link rel="stylesheet" href="{{ style }}"></head>
<body><div class="strip">Sandbox: a stand-in, not HubSpot</div>
<main><h1>Connect an app</h1>
<p>The app <code>{{ client_id }}</code> asks for access to your account. If you allow it, your browser goes back to
<code>{{ asked.redirect_text }}</code>.</p>
<form method="post" action="/oauth/{{ asked.portal.hub_id }}/authorize">
<label for="account">Account</label>
<select id="account" name="account">{% for portal in portals %}
<option value="{{ portal.hub_id }}"{% if portal.hub_id == asked.portal.hub_id %} selected{% endif %}>
{{- portal.name }} ({{ portal.hub_id }})</option>{% endfor %}
</select>
<h2>This app will be able to</h2>
<ul>{% for scope in asked.scopes %}
<li>{{ scopes::describe(scope) }}<br><code>{{ scope }}</code></li>{% endfor %}
</ul>
<fieldset><legend>Grant less than asked</legend>
<label class="check"><input type="checkbox" name="withhold_companies" value="1"> Withhold companies</label>
<label class="check"><input type="checkbox" name="withhold_deals" value="1"> Withhold deals</label>
<label class="check"><input type="checkbox" name="withhold_contacts_write" value="1"> Withhold changes to contacts</label>
</fieldset>
{% for (name, value) in carried %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<div class="actions">
<button class="primary" type="submit" id="allow" name="decision" value="allow">Allow</button>
<button type="submit" id="deny" name="decision" value="deny">Deny</button>
</div></form></main></body></html>
"#
)]
struct ConsentPage<'a> {
    style: &'a str,
    client_id: &'a str,
    asked: &'a Asked,
    portals: &'a [Portal],
    carried: Vec<(&'a str, &'a str)>,
}

/// The request's own parameters, which the form carries on: the stand-in remembers nothing until there is a code,
/// so that any number of tabs and a restart do no harm.
const CARRIED: [&str; 7] = [
    "client_id",
    "redirect_uri",
    "scope",
    "optional_scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// `GET /oauth/{hubId}/authorize` on the second host: the consent page.
pub async fn ask(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let params = Params::parse(request.query_string().as_bytes());
    match read(&params, hub_of(&request), &state.app) {
        Ok(asked) => {
            let body = page::rendered(&ConsentPage {
                style: page::STYLE_PATH,
                client_id: &state.app.client_id,
                asked: &asked,
                portals: &PORTALS,
                carried: params.only(&CARRIED).collect(),
            });
            page::html(StatusCode::OK, body)
        }
        Err(problem) => refusal(&problem),
    }
}

/// `POST` of the consent page: back to the app, with a code or with the denial.
pub async fn decide(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if let Some(refusal) = page::refuse_foreign(&request, &state.endpoints.consent_origin) {
        return refusal;
    }
    let form = Params::parse(&body);
    // Everything is checked again: a form can be changed on its way.
    let asked = match read(&form, hub_of(&request), &state.app) {
        Ok(asked) => asked,
        Err(problem) => return refusal(&problem),
    };
    let outcome = match form.text("decision") {
        "allow" => allow(&form, &asked, &state),
        "deny" => Ok(deny(&asked, &state)),
        _ => Err("Choose Allow or Deny.".to_owned()),
    };
    outcome.unwrap_or_else(|problem| refusal(&problem))
}

fn allow(form: &Params, asked: &Asked, state: &State) -> Result<HttpResponse, String> {
    let account = form
        .get("account")
        .map_or(Some(asked.portal), |id| portals::find(id.parse().ok()?));
    let portal = account.ok_or("You don't have access to this account.")?;
    let consent = Consent {
        client_id: state.app.client_id.clone(),
        hub_id: portal.hub_id,
        scopes: asked
            .scopes
            .iter()
            .filter(|scope| !is_withheld(scope, form))
            .cloned()
            .collect(),
    };
    let code = state.with(|inner| {
        inner.count("allowed");
        let (redirect, challenge) = (asked.redirect_text.clone(), asked.challenge.clone());
        inner
            .saved
            .grants
            .code(consent, redirect, challenge, clock::now())
    });
    Ok(back(asked, &[("code", &code)]))
}

fn is_withheld(scope: &str, form: &Params) -> bool {
    (form.has("withhold_companies") && scopes::concerns(scope, Kind::Companies))
        || (form.has("withhold_deals") && scopes::concerns(scope, Kind::Deals))
        || (form.has("withhold_contacts_write") && scope == "crm.objects.contacts.write")
}

/// HubSpot documents `error` and `error_description` on a denial, without naming the code.
fn deny(asked: &Asked, state: &State) -> HttpResponse {
    state.count("denied");
    let text = "The user denied access to the app";
    back(
        asked,
        &[("error", "access_denied"), ("error_description", text)],
    )
}

fn back(asked: &Asked, pairs: &[(&str, &str)]) -> HttpResponse {
    page::send_back(&asked.redirect_uri, pairs, asked.state.as_deref())
}
