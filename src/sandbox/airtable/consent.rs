//! The consent page, and what comes of it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use askama::Template;

use super::{
    authorize::{Asked, PARAMETERS, Refused, Told, read},
    grants::{Consent, Share},
    people::{self, PEOPLE, Person},
    scopes,
    state::State,
};
use crate::sandbox::{page, params::Params, plan::named};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Grant access</title><link rel="stylesheet" href="{{ page::STYLE_PATH }}"></head>
<body><div class="strip">Sandbox: a stand-in, not Airtable</div>
<main><h1>Grant access</h1>
<p>The integration <code>{{ client_id }}</code> asks for access to your bases. If you grant it, your browser goes back to
<code>{{ asked.redirect_text }}</code>.</p>
<form method="post" action="/oauth2/v1/authorize">
<label for="account">Account</label>
<select id="account" name="account">{% for person in people %}
<option value="{{ person.id }}">{{ person.name }} ({{ person.email }}){% if !person.has_bases %}, no bases{% endif %}</option>
{%- endfor %}
</select>
<label for="share">Bases</label>
<select id="share" name="share"><option value="all">All current and future bases</option>
<option value="some">Some of the bases</option><option value="none">No bases</option></select>
<h2>This integration will be able to</h2>
<ul>{% for scope in asked.scopes %}
<li>{{ scopes::describe(scope) }}<br><code>{{ scope }}</code></li>{% endfor %}
</ul>
<fieldset><legend>Grant less than asked</legend>
<label class="check"><input type="checkbox" name="withhold_schema" value="1"> Withhold the structure of bases</label>
<label class="check"><input type="checkbox" name="withhold_records" value="1"> Withhold records</label>
<label class="check"><input type="checkbox" name="withhold_email" value="1"> Withhold the email address</label>
</fieldset>
{% for (name, value) in carried %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}<div class="actions">
<button class="primary" type="submit" id="allow" name="decision" value="allow">Grant access</button>
<button type="submit" id="deny" name="decision" value="deny">Cancel</button>
</div></form></main></body></html>
"#
)]
struct ConsentPage<'a> {
    client_id: &'a str,
    asked: &'a Asked,
    people: &'a [Person],
    /// The request's own parameters: the stand-in remembers nothing until there is a code.
    carried: Vec<(&'a str, &'a str)>,
}

/// `GET /oauth2/v1/authorize`.
pub async fn ask(request: HttpRequest, state: Data<State>) -> HttpResponse {
    state.count("authorize");
    let params = Params::parse(request.query_string().as_bytes());
    match read(&params, &state.app) {
        Ok(asked) => {
            let body = page::rendered(&ConsentPage {
                client_id: &state.app.client_id,
                asked: &asked,
                people: &PEOPLE,
                carried: params.only(&PARAMETERS).collect(),
            });
            page::html(StatusCode::OK, body)
        }
        Err(refused) => refused.answer(),
    }
}

/// `POST` of the consent page: back to the app, with a code or with the denial.
pub async fn decide(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if let Some(refusal) = page::refuse_foreign(&request, &state.endpoints.origin) {
        return refusal;
    }
    let form = Params::parse(&body);
    // Everything is checked again: a form can be changed on its way.
    let outcome = read(&form, &state.app).and_then(|asked| match form.text("decision") {
        "allow" => allow(&form, asked, &state),
        "deny" => Ok(deny(&asked, &state)),
        _ => Err(Refused::Page("Choose whether to grant access.")),
    });
    outcome.unwrap_or_else(|refused| refused.answer())
}

fn allow(form: &Params, asked: Asked, state: &State) -> Result<HttpResponse, Refused> {
    let consent = agreed(form, &asked, state)?;
    let code = state.with(|inner| {
        inner.count("allowed");
        let (now, redirect) = (inner.token_time(), asked.redirect_text);
        let grants = &mut inner.saved.grants;
        grants.code(consent, redirect, asked.challenge, now)
    });
    // The challenge itself has not been sent back since March 2025.
    let pairs = [("code", code.as_str()), ("code_challenge_method", "S256")];
    let answer = page::send_back(&asked.redirect_uri, &pairs, Some(&asked.state));
    Ok(answer)
}

/// What the person chose on the page.
fn agreed(form: &Params, asked: &Asked, state: &State) -> Result<Consent, Refused> {
    let person = form.get("account").map_or(Some(&PEOPLE[0]), people::find);
    let person = person.ok_or(Refused::Page("There is nobody with this account."))?;
    let share = form.get("share").map_or(Some(Share::All), named);
    let kept = asked
        .scopes
        .iter()
        .filter(|scope| !is_withheld(scope, form));
    Ok(Consent {
        client_id: state.app.client_id.clone(),
        user: person.id.to_owned(),
        scopes: kept.cloned().collect(),
        share: share.ok_or(Refused::Page("Choose which bases to share."))?,
    })
}

fn is_withheld(scope: &str, form: &Params) -> bool {
    let field = match scope {
        scopes::SCHEMA => "withhold_schema",
        scopes::RECORDS => "withhold_records",
        scopes::EMAIL => "withhold_email",
        _ => return false,
    };
    form.has(field)
}

fn deny(asked: &Asked, state: &State) -> HttpResponse {
    state.count("denied");
    let told = Told {
        redirect_uri: asked.redirect_uri.clone(),
        error: "access_denied",
        description: "The user did not authorize the integration".to_owned(),
        state: Some(asked.state.clone()),
    };
    told.answer()
}
