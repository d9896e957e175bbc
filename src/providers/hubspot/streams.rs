//! The three streams: how a page is asked for, and how a record becomes an item.

use serde_json::Value;
use url::Url;

use super::super::{Account, Fetch, FetchError, Fetched, Kind, Stream};
use super::contacts::READ;
use super::oauth::UI_HOST;
use super::problem::Problem;
use super::{api_version, wire};
use crate::item::Item;
use crate::outbound::{Call, CallError, Request};

pub(super) static STREAMS: &[Stream] = &[
    Stream {
        id: "contacts",
        title: "Contacts",
        kinds: &[Kind {
            id: "Contact",
            title: "Contacts",
        }],
        scopes: &[READ],
        ..LIST
    },
    Stream {
        id: "companies",
        title: "Companies",
        kinds: &[Kind {
            id: "Company",
            title: "Companies",
        }],
        scopes: &["crm.objects.companies.read"],
        ..LIST
    },
    Stream {
        id: "deals",
        title: "Deals",
        kinds: &[Kind {
            id: "Deal",
            title: "Deals",
        }],
        scopes: &["crm.objects.deals.read"],
        ..LIST
    },
];

/// What the streams have in common: each is one list, and wanted.
const LIST: Stream = Stream {
    id: "",
    title: "",
    kinds: &[],
    scopes: &[],
    source: None,
    by_default: true,
    hint: None,
};

/// The most that a list gives at once.
const PAGE_SIZE: &str = "100";

/// What is particular to a stream.
pub(super) struct Shape {
    kind: &'static str,
    /// HubSpot's number of the object type, as it stands in deep links.
    type_id: &'static str,
    pub(super) properties: &'static str,
    /// Properties that name a record: joined, the first group that says anything wins.
    names: &'static [&'static [&'static str]],
}

/// Contacts, also those that are not read by a load.
pub(super) const CONTACT: Shape = Shape {
    kind: "Contact",
    type_id: "0-1",
    properties: "firstname,lastname,email,phone,company,jobtitle,lifecyclestage",
    names: &[&["firstname", "lastname"], &["email"]],
};

pub(super) fn shape(stream: &str) -> Option<&'static Shape> {
    const COMPANY: Shape = Shape {
        kind: "Company",
        type_id: "0-2",
        properties: "name,domain,industry,city,state",
        names: &[&["name"], &["domain"]],
    };
    const DEAL: Shape = Shape {
        kind: "Deal",
        type_id: "0-3",
        properties: "dealname,amount,dealstage,pipeline,closedate",
        names: &[&["dealname"]],
    };
    match stream {
        "contacts" => Some(&CONTACT),
        "companies" => Some(&COMPANY),
        "deals" => Some(&DEAL),
        _ => None,
    }
}

pub(super) async fn fetch(
    call: &Call,
    account: &Account,
    step: &Fetch,
) -> Result<Fetched, FetchError> {
    let shape = shape(&step.stream)
        .ok_or_else(|| CallError::Broken(format!("HubSpot has no stream {}", step.stream)))?;
    let mut request = Request::get(concat!("/crm/objects/", api_version!()))
        .at(&step.stream)
        .with("limit", PAGE_SIZE)
        .with("properties", shape.properties)
        .with("archived", "false");
    if let Some(after) = &step.cursor {
        request = request.with("after", after);
    }
    let page: wire::Page = call.read(&request).await.map_err(explain)?;
    let (records, after) = page.after();
    let next = after.map(|after| step.page_at(after));
    Ok(Fetched {
        items: records
            .into_iter()
            .map(|record| item(record, shape, account))
            .collect(),
        next: next.into_iter().collect(),
        ..Fetched::default()
    })
}

/// A 403 mostly says which permission is missing.
fn explain(error: CallError) -> FetchError {
    if let CallError::Status { status: 403, body } = &error {
        let missing = Problem::read(&body.0).missing_permission();
        if let Some(missing) = missing {
            return FetchError::MissingPermission(missing);
        }
    }
    error.into()
}

pub(super) fn item(record: wire::Record, shape: &Shape, account: &Account) -> Item {
    let name = name(&record, shape).unwrap_or_else(|| format!("{} {}", shape.kind, record.id));
    let mut item = Item::new(super::PROFILE.id, shape.kind, record.id.clone(), name);
    item.creation_time = time(record.created_at.as_deref());
    item.last_modified_time = time(record.updated_at.as_deref());
    item.url = record
        .url
        .as_deref()
        .and_then(own_link)
        .or_else(|| deep_link(account, shape, &record.id));
    item.properties = shape
        .properties
        .split(',')
        .map(|property| {
            let value = record.properties.get(property).cloned().flatten();
            (
                property.to_owned(),
                value.map_or(Value::Null, Value::String),
            )
        })
        .collect();
    item
}

fn name(record: &wire::Record, shape: &Shape) -> Option<String> {
    shape.names.iter().find_map(|properties| {
        let words: Vec<&str> = properties
            .iter()
            .filter_map(|property| record.properties.get(*property)?.as_deref())
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    })
}

/// RFC 3339 with or without fractions; what cannot be read is unknown rather than wrong.
fn time(text: Option<&str>) -> Option<jiff::Timestamp> {
    text?.parse().ok()
}

/// The record's own link, if it leads to a page of HubSpot.
fn own_link(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let safe = url.scheme() == "https" && url.host_str().is_some_and(wire::is_hubspot_host);
    safe.then(|| url.into())
}

fn deep_link(account: &Account, shape: &Shape, id: &str) -> Option<String> {
    let host = account.extra.get(UI_HOST)?;
    let mut url = Url::parse(&format!("https://{host}/")).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend([
        "contacts",
        &account.id,
        "record",
        shape.type_id,
        id,
    ]);
    Some(url.into())
}
