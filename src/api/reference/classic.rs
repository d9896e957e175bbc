//! The classic API in the document. Its handlers read forms by hand, so this table says what they take and answer.

use serde_json::{Map, Value, json};

use super::examples::{Sample, item};
use super::problems;
use crate::identity::Scope;

/// What is said of it before its routes.
pub const ABOUT: &str = "The shape that earlier programs of this kind speak: forms in, JSON out, and `{\"detail\": \"…\"}` for every failure. In a demo it asks for no key; otherwise it does, and `user_id` and `org_id` must be the key's own. New programs are better off with the routes above.";

/// A route.
struct Classic {
    place: &'static str,
    id: &'static str,
    summary: &'static str,
    about: &'static str,
    scopes: &'static [Scope],
    fields: &'static [Field],
    /// The statuses of failures that are its own.
    fails: &'static [u16],
}

/// A field of a form.
struct Field {
    name: &'static str,
    about: &'static str,
    required: bool,
    example: &'static str,
}

const fn field(
    name: &'static str,
    required: bool,
    example: &'static str,
    about: &'static str,
) -> Field {
    Field {
        name,
        about,
        required,
        example,
    }
}

const USER: Field = field("user_id", true, "ada", "The user.");
const ORG: Field = field("org_id", true, "acme", "The org.");
const CONTACT: Field = field("contact_id", true, "1", "The provider's id of the contact.");
const PROPERTIES: Field = field(
    "properties_str",
    true,
    "{\"jobtitle\": \"Engineer\"}",
    "A JSON object: values by the provider's names of properties. `null` clears one.",
);
const MORE: Field = field(
    "properties_str",
    false,
    "",
    "A JSON object whose names are asked for beside the usual properties.",
);

/// What every route may fail with.
const EVERYWHERE: &[u16] = &[401, 403, 404, 413, 422, 429, 500, 503];

#[rustfmt::skip]
const ROUTES: &[Classic] = &[
    Classic { place: "authorize", id: "classicAuthorize", summary: "Begin a connection",
        about: "Answers the address at which the person allows the access, as a bare JSON string. Open it in a window of its own; the window closes itself when the connection is made.",
        scopes: &[Scope::ConnectionsWrite], fields: &[USER, ORG], fails: &[] },
    Classic { place: "credentials", id: "classicCredentials", summary: "Get an access token",
        about: "A fresh access token of the connection. Where there is none the `detail` begins `No … credentials found for org=…, user=…`.",
        scopes: &[Scope::TokensRead], fields: &[USER, ORG], fails: &[400, 502] },
    Classic { place: "load", id: "classicLoad", summary: "Load the items",
        about: "The items of the account as one list, those of the streams that are chosen for the connection, when it is whole: joins a load that runs, and starts one where there is none or the last is older than five minutes. Waits as long as `PATCHBAY_CLASSIC_TIMEOUT` allows. What is left out for want of a permission, by a limit of the operator's or because it is not chosen is told in the header `Patchbay-Incomplete`. Four loads with tokens of callers' own run at once; more are answered with 429.",
        scopes: &[Scope::LoadsWrite, Scope::ItemsRead],
        fields: &[
            field("user_id", false, "ada", "The user."), field("org_id", false, "acme", "The org."),
            field("credentials", false, "", "Instead of the two: a JSON object with `user_id` and `org_id`, or with an `access_token` of the caller's own, which is used for this one load and kept nowhere."),
        ],
        fails: &[400, 409, 502, 504] },
    Classic { place: "contact/create", id: "classicCreateContact", summary: "Create a contact",
        about: "Answers the contact as the provider has it.",
        scopes: &[Scope::ContactsWrite],
        fields: &[USER, ORG, field("properties_str", true, "{\"firstname\": \"Grace\", \"lastname\": \"Example\"}", PROPERTIES.about)],
        fails: &[400, 409, 502] },
    Classic { place: "contact/get", id: "classicGetContact", summary: "Show a contact",
        about: "The contact as the provider has it.",
        scopes: &[Scope::ContactsRead], fields: &[USER, ORG, CONTACT, MORE], fails: &[400, 502] },
    Classic { place: "contact/update", id: "classicUpdateContact", summary: "Change a contact",
        about: "Sets the properties that are named, and answers the contact as the provider has it.",
        scopes: &[Scope::ContactsWrite], fields: &[USER, ORG, CONTACT, PROPERTIES], fails: &[400, 409, 502] },
    Classic { place: "contact/delete", id: "classicDeleteContact", summary: "Delete a contact",
        about: "One that is not there is answered with 404.",
        scopes: &[Scope::ContactsWrite], fields: &[USER, ORG, CONTACT], fails: &[400, 409, 502] },
];

/// Puts the routes and what they answer into the document.
pub fn add(document: &mut Value, sample: &Sample, providers: &[&str]) {
    document["components"]["schemas"]["Detail"] = json!({
        "type": "object",
        "description": "A failure of the classic API.",
        "required": ["detail"],
        "properties": { "detail": { "type": "string", "description": "What happened and what to do about it, for people." } },
    });
    document["components"]["schemas"]["Credentials"] = credentials();
    for (order, route) in ROUTES.iter().enumerate() {
        let path = format!("/integrations/{{provider}}/{}", route.place);
        let mut operation = operation(route, sample, providers);
        operation["x-order"] = json!(order);
        document["paths"][path]["post"] = operation;
    }
}

fn operation(route: &Classic, sample: &Sample, providers: &[&str]) -> Value {
    let form = form(route.fields);
    let scopes: Vec<&str> = route.scopes.iter().map(|scope| scope.name()).collect();
    json!({
        "tags": ["Classic"],
        "operationId": route.id,
        "summary": route.summary,
        "description": route.about,
        // In a demo there is no key.
        "security": [{}, { "key": scopes }],
        "x-curl": curl(route, sample),
        "parameters": [{
            "name": "provider",
            "in": "path",
            "required": true,
            "description": "The provider's id",
            "schema": { "type": "string", "enum": providers },
            "example": sample.provider,
        }],
        "requestBody": {
            "required": true,
            "content": {
                "application/x-www-form-urlencoded": { "schema": form },
                "multipart/form-data": { "schema": form },
            },
        },
        "responses": responses(route, sample),
    })
}

fn form(fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = json!({ "type": "string", "description": field.about });
        if !field.example.is_empty() {
            schema["examples"] = json!([field.example]);
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<&str> = fields
        .iter()
        .filter(|it| it.required)
        .map(|it| it.name)
        .collect();
    let mut form = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        form["required"] = json!(required);
    }
    form
}

fn responses(route: &Classic, sample: &Sample) -> Value {
    let (schema, example) = answer(route.place, sample);
    let mut all = Map::new();
    let good = json!({
        "description": "It is done",
        "headers": problems::with_limits(None),
        "content": { "application/json": { "schema": schema, "example": example } },
    });
    let good = with_incomplete(route, good);
    all.insert("200".to_owned(), good);
    for status in EVERYWHERE.iter().chain(route.fails) {
        let failed = json!({
            "description": failure(*status),
            "headers": headers(*status),
            "content": { "application/json": {
                "schema": { "$ref": "#/components/schemas/Detail" },
                "example": { "detail": detail(*status, sample) },
            } },
        });
        all.insert(status.to_string(), failed);
    }
    Value::Object(all)
}

/// The route that answers a list says beside it what of it is not whole.
fn with_incomplete(route: &Classic, mut good: Value) -> Value {
    if route.place == "load" {
        good["headers"]["Patchbay-Incomplete"] = json!({
            "description": "What is left out of the list and why, in words; absent where it is whole",
            "schema": { "type": "string" },
        });
    }
    good
}

/// What is said beside the detail.
fn headers(status: u16) -> Value {
    let mut headers = problems::with_limits(None);
    if status == 401 {
        headers["WWW-Authenticate"] = json!({ "description": "That a key is shown as a bearer token", "schema": { "type": "string" } });
    }
    if matches!(status, 429 | 502 | 503 | 504) {
        headers["Retry-After"] = json!({ "description": "Seconds after which to ask again", "schema": { "type": "integer" } });
    }
    headers
}

/// A detail as it may be.
fn detail(status: u16, sample: &Sample) -> String {
    let Sample { name, provider, .. } = sample;
    let detail = match status {
        400 => {
            return format!(
                "No {name} credentials found for org=acme, user=ada. Connect {name} first."
            );
        }
        401 => "The API key does not let you in. Because it was revoked.",
        403 => {
            "The API key is somebody else's. Send the user_id and org_id that the key was made for."
        }
        404 => return format!("There is no such provider. The known ones are {provider}."),
        409 => {
            "The load was cancelled. Somebody ended it while it was waited for. Ask again to begin another."
        }
        413 => "That is too large. Send less, or in parts.",
        422 => "org_id is missing. Send user_id and org_id as fields of the form.",
        429 => "Too many requests. Wait as long as Retry-After says.",
        502 => "The provider does not answer as it should. Try again in a moment.",
        503 => "Patchbay cannot reach its store. Nothing was lost. Try again in a moment.",
        504 => {
            "Not all items are here yet. 1,200 items have come so far. The load goes on by itself: ask again to join it and wait on for its end."
        }
        _ => "Something went wrong in Patchbay. Its log has the cause.",
    };
    detail.to_owned()
}

/// What a status means on all routes.
fn failure(status: u16) -> &'static str {
    match status {
        400 => "Nobody has connected it: begin a connection",
        401 => "The connection must be made anew, or the API key does not count",
        403 => {
            "The ids are not the key's own, the key lacks a scope, the page or host name is not ours, or the provider denies it to the account"
        }
        404 => "There is no such provider, or no such contact",
        409 => "Something is in the way, such as another contact with this email",
        413 => "The body is too large",
        422 => "A field is missing or malformed",
        429 => "Too many requests",
        502 => "The provider fails",
        503 => "Patchbay cannot do it just now",
        504 => {
            "The wait is over. The load of a connection goes on, and asking again joins it; one with a token of the caller's own ends"
        }
        _ => "Something went wrong in Patchbay",
    }
}

/// What a route answers: its schema, and an example.
fn answer(place: &str, sample: &Sample) -> (Value, Value) {
    match place {
        "authorize" => (
            json!({ "type": "string", "format": "uri" }),
            json!("https://provider.example.com/authorize?client_id=1"),
        ),
        "credentials" => (
            json!({ "$ref": "#/components/schemas/Credentials" }),
            json!({
                "access_token": "an-access-token-of-the-provider",
                "token_type": "Bearer",
                "expires_in": 1620,
                "expires_at": "2026-11-30T10:27:00Z",
                "scope": sample.scope,
                "user_id": "ada",
                "org_id": "acme",
                "status": "active",
            }),
        ),
        "load" => (
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/Item" } }),
            json!([item(sample)]),
        ),
        "contact/delete" => (
            json!({ "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } }),
            json!({ "message": "The contact was deleted." }),
        ),
        _ => (
            json!({ "type": "object", "required": ["id", "properties"], "properties": {
                "id": { "type": "string" }, "properties": { "type": "object" },
            }}),
            json!({ "id": "51", "properties": { "firstname": "Ada", "email": "ada@example.com" } }),
        ),
    }
}

fn credentials() -> Value {
    let nullable =
        |kind: &str, about: &str| json!({ "type": [kind, "null"], "description": about });
    let text = |about: &str| json!({ "type": "string", "description": about });
    let mut expires_at = nullable(
        "string",
        "The moment from which to ask again; `null` where the provider names no end.",
    );
    expires_at["format"] = json!("date-time");
    json!({
        "type": "object",
        "description": "An access token, as the classic API answers it.",
        "required": ["access_token", "token_type", "expires_in", "expires_at", "scope", "user_id", "org_id", "status"],
        "properties": {
            "access_token": text("The token."),
            "token_type": text("Always `Bearer`."),
            "expires_in": nullable("integer", "Whole seconds until `expires_at`."),
            "expires_at": expires_at,
            "scope": text("The permissions that it has, with spaces."),
            "user_id": text("Whose it is."),
            "org_id": text("Whose it is."),
            "status": text("Always `active`."),
        },
    })
}

/// How a route is called from a shell. In a demo the key is not looked at.
fn curl(route: &Classic, sample: &Sample) -> String {
    let fields = route
        .fields
        .iter()
        .filter(|field| !field.example.is_empty());
    let fields = fields.map(|field| match field.name {
        "contact_id" => "-d contact_id=$CONTACT".to_owned(),
        name => format!("-d {name}='{}'", field.example),
    });
    let fields: Vec<String> = fields.collect();
    let call = format!(
        "curl -sS --fail-with-body -H \"Authorization: Bearer $PATCHBAY_KEY\" \\\n  {{url}}/integrations/{}/{} \\\n  {}",
        sample.provider,
        route.place,
        fields.join(" ")
    );
    match route.place {
        // The routes that follow work on this one.
        "contact/create" => {
            format!("CONTACT=$({call} |\n  sed 's/.*\"id\":\"\\([0-9]*\\)\".*/\\1/')")
        }
        _ => call,
    }
}
