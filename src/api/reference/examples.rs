//! Examples: what operations answer, and how they are called from a shell. The commands run as they are printed, one after
//! the other, where the account of the sample is connected and loaded.

use serde_json::{Value, json};

use crate::providers::Registry;

/// What the examples are about: a provider that has all that can be shown.
pub struct Sample {
    /// Its id.
    pub provider: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The type of its items that the examples show.
    kind: &'static str,
    stream: &'static str,
    pub scope: &'static str,
}

impl Sample {
    /// The first provider that has contacts.
    pub fn new(registry: Registry) -> Self {
        let (provider, contacts) = registry.with_contacts().next().unzip();
        let profile = provider.map(|provider| provider.profile());
        let facts = contacts.map(|contacts| contacts.facts());
        let stream = profile.zip(facts);
        let stream = stream.and_then(|(profile, facts)| profile.stream(facts.stream));
        let kind = stream.and_then(|stream| stream.kinds.first());
        Self {
            provider: profile.map_or("", |it| it.id),
            name: profile.map_or("", |it| it.name),
            kind: kind.map_or("", |kind| kind.id),
            stream: stream.map_or("", |stream| stream.id),
            scope: facts.map_or("", |facts| facts.read),
        }
    }
}

/// Each part that follows stands on a line of its own.
const CURL: &str = "curl -sS --fail-with-body -H \"Authorization: Bearer $PATCHBAY_KEY\" \\\n ";
/// Of no token that anybody has.
const DIGEST: &str =
    "{\"sha256\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"}";
const JSON: &str = "-H 'Content-Type: application/json'";

/// How an operation is called from a shell; `{url}` stands for the address of Patchbay.
pub fn curl(id: &str, sample: &Sample) -> String {
    let provider = sample.provider;
    let connection = format!("{{url}}/api/v1/connections/{provider}");
    match id {
        "listConnections" => format!("{CURL} {{url}}/api/v1/connections"),
        "showConnection" => format!("{CURL} {connection}"),
        "disconnect" => format!("{CURL} -X DELETE {connection}"),
        "startLoad" => format!(
            "LOAD=$({CURL} -X POST {connection}/loads |\n  sed 's/.*\"id\":\"\\([^\"]*\\)\",\"provider\".*/\\1/')"
        ),
        "showLoad" => format!("{CURL} {connection}/loads/$LOAD"),
        "listItems" => format!("{CURL} '{{url}}/api/v1/items?type={}&limit=2'", sample.kind),
        "getToken" => format!("{CURL} {connection}/token"),
        "reportToken" => format!("{CURL} {connection}/token/rejected {JSON} \\\n  -d '{DIGEST}'"),
        "listContacts" => format!("{CURL} '{connection}/contacts?q=ada&limit=2'"),
        "createContact" => format!(
            "CONTACT=$({CURL} {connection}/contacts {JSON} \\\n  -H \"Idempotency-Key: $RANDOM-$RANDOM\" \\\n  -d '{{\"properties\":{{\"firstname\":\"Grace\",\"lastname\":\"Example\"}}}}' |\n  sed 's/^{{\"id\":\"\\([^\"]*\\)\".*/\\1/')"
        ),
        "showContact" => {
            format!("{CURL} \"{connection}/contacts/$CONTACT?properties=city,website\"")
        }
        "updateContact" => format!(
            "{CURL} -X PATCH {connection}/contacts/$CONTACT {JSON} \\\n  -d '{{\"properties\":{{\"jobtitle\":\"Engineer\"}}}}'"
        ),
        "deleteContact" => format!("{CURL} -X DELETE {connection}/contacts/$CONTACT"),
        _ => String::new(),
    }
}

/// What an operation answers when it went well.
pub fn answer(id: &str, sample: &Sample) -> Option<Value> {
    Some(match id {
        "listConnections" => json!({ "connections": [connection(sample)] }),
        "showConnection" => connection(sample),
        "disconnect" => json!({ "revocation": "done" }),
        "startLoad" | "showLoad" => load(sample),
        "listItems" => json!({
            "items": [item(sample)],
            "next_cursor": "AcgB1p7",
            "total": 15_000,
            "more_changed": false,
            "sources": [{
                "provider": sample.provider,
                "load": "019350a4e2c37d1c8e5f0b6a4d2c9e77",
                "status": "complete",
                "loaded_at": "2026-11-30T10:02:11Z",
                "complete": true,
                "incomplete": [],
                "left_out": [],
            }],
        }),
        "getToken" => json!({
            "provider": sample.provider,
            "access_token": "an-access-token-of-the-provider",
            "token_type": "Bearer",
            "expires_at": "2026-11-30T10:27:00Z",
            "scopes": [sample.scope],
        }),
        "reportToken" => json!({ "outcome": "renewed" }),
        "listContacts" => json!({
            "contacts": [contact()],
            "total": 1,
            "reachable": 10_000,
            "next_cursor": null,
        }),
        "createContact" | "showContact" | "updateContact" => contact(),
        _ => return None,
    })
}

fn connection(sample: &Sample) -> Value {
    json!({
        "provider": sample.provider,
        "name": sample.name,
        "state": "connected",
        "state_since": "2026-11-30T09:00:00Z",
        "account": { "id": "4711", "name": "example.com" },
        "scopes": [sample.scope],
        "missing_scopes": [],
        "connected_at": "2026-11-30T09:00:00Z",
        "expires_at": "2026-11-30T10:30:00Z",
        "refreshed_at": "2026-11-30T10:00:00Z",
        "used_at": "2026-11-30T10:01:00Z",
        "last_error": null,
        "items": { "count": 15_000, "loaded_at": "2026-11-30T10:02:11Z", "load": "019350a4e2c37d1c8e5f0b6a4d2c9e77" },
        "running_load": null,
    })
}

fn load(sample: &Sample) -> Value {
    json!({
        "id": "019350a4e2c37d1c8e5f0b6a4d2c9e77",
        "provider": sample.provider,
        "status": "complete",
        "started_at": "2026-11-30T10:02:00Z",
        "ended_at": "2026-11-30T10:02:11Z",
        "interrupted": false,
        "taken_up": 0,
        "items": 15_000,
        "streams": [{
            "stream": sample.stream,
            "outcome": "done",
            "reason": null,
            "loaded_at": "2026-11-30T10:02:11Z",
            "items": 15_000,
            "items_kept": 0,
            "types": { sample.kind: 15_000 },
            "pages": 150,
            "total": 15_000,
            "repeated": 0,
            "retries": 0,
            "rate_limited": 0,
            "waits": null,
            "cut": null,
            "missed": [],
            "missed_in_all": 0,
        }],
    })
}

/// An item of the sample.
pub fn item(sample: &Sample) -> Value {
    json!({
        "id": "51",
        "provider": sample.provider,
        "type": sample.kind,
        "name": "Ada Example",
        "directory": false,
        "parent_id": null,
        "parent_path_or_name": null,
        "creation_time": "2026-10-01T08:00:00Z",
        "last_modified_time": "2026-11-29T16:20:00Z",
        "url": "https://app.example.com/contacts/51",
        "children": null,
        "mime_type": null,
        "delta": null,
        "drive_id": null,
        "visibility": null,
        "properties": { "email": "ada@example.com", "firstname": "Ada", "lastname": "Example" },
    })
}

fn contact() -> Value {
    json!({
        "id": "51",
        "name": "Ada Example",
        "properties": { "email": "ada@example.com", "firstname": "Ada", "lastname": "Example" },
        "created_at": "2026-10-01T08:00:00Z",
        "updated_at": "2026-11-29T16:20:00Z",
        "url": "https://app.example.com/contacts/51",
    })
}
