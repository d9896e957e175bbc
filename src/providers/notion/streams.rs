//! The two streams: two walks of the search, and how what it finds becomes an item.
//!
//! Search is the only way to everything that was shared. Its index lags, its order may shift while it is
//! walked, and its cursors may die.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{Fetch, FetchError, Fetched, Kind, Place, Stream};
use super::wire::{self, Object, Parent, Problem};
use crate::item::Item;
use crate::outbound::{Call, CallError, Request};

/// The stream of what people call databases.
const DATABASES: &str = "databases";
const PAGES: &str = "pages";

pub(super) static STREAMS: &[Stream] = &[
    Stream {
        id: DATABASES,
        title: "Databases",
        kinds: &[
            Kind {
                id: "DataSource",
                title: "Data sources",
            },
            Kind {
                id: "Database",
                title: "Databases of several sources",
            },
        ],
        ..WALK
    },
    Stream {
        id: PAGES,
        title: "Pages",
        kinds: &[Kind {
            id: "Page",
            title: "Pages",
        }],
        ..WALK
    },
];

/// What the streams have in common: each is one walk, and wanted.
const WALK: Stream = Stream {
    id: "",
    title: "",
    kinds: &[],
    scopes: &[],
    source: None,
    by_default: true,
    hint: None,
};

/// Sizes of a page, the largest that Notion gives first. Smaller ones are for a search that takes Notion
/// itself too long, which integrators report to pass with fewer rows.
const SIZES: [u32; 4] = [100, 50, 25, LEAST];
const LEAST: u32 = 10;
/// The note of a step about the size that went well.
const SIZE: &str = "size";
pub(super) const NAMELESS: &str = "Untitled";

/// A page of a walk, or one database.
pub(super) async fn fetch(call: &Call, step: &Fetch) -> Result<Fetched, FetchError> {
    if !step.list.is_empty() {
        return database(call, &step.list).await;
    }
    let (found, size) = search(call, step).await?;
    let next = found.next().map(|at| at_size(step.page_at(at), size));
    let mut fetched = Fetched {
        next: next.into_iter().collect(),
        incomplete: found
            .incomplete
            .then_some("says itself that it left something out of this list"),
        ..Fetched::default()
    };
    for object in found.results.into_iter().filter(|object| !is_gone(object)) {
        fetched.places.extend(place(&object));
        fetched.items.extend(item(object));
    }
    Ok(fetched)
}

/// What was too slow at a larger size is not tried at it again on each page.
fn at_size(mut step: Fetch, size: u32) -> Fetch {
    if size != SIZES[0] {
        step.notes.insert(SIZE.to_owned(), size.to_string());
    }
    step
}

/// A data source lies in a database. Only a database of several sources is an item, and only when the walk is
/// over is it known which ones those are: their titles are asked for then.
pub(super) fn follow_up(stream: &str, places: &BTreeMap<String, u64>) -> Vec<Fetch> {
    let several = places.iter().filter(|(_, sources)| **sources > 1);
    let steps = several.map(|(id, _)| Fetch {
        list: id.clone(),
        title: Some(format!("Database {id}")),
        ..Fetch::first(stream)
    });
    steps.collect()
}

async fn search(call: &Call, step: &Fetch) -> Result<(wire::Page, u32), FetchError> {
    let object = match &step.stream[..] {
        DATABASES => "data_source",
        PAGES => "page",
        other => return Err(CallError::Broken(format!("Notion has no stream {other}")).into()),
    };
    let most = step.note(SIZE).parse().unwrap_or(SIZES[0]);
    let sizes = SIZES.into_iter().filter(|size| *size <= most);
    for size in sizes {
        let mut request = search_for(object, step, size);
        if size > LEAST {
            request = request.give_up_when_slow();
        }
        match call.read(&request).await {
            Err(error) if error.is_slow() && size > LEAST => {}
            result => return result.map(|page| (page, size)).map_err(explain),
        }
    }
    Err(CallError::Broken("no size of a page is left".to_owned()).into())
}

fn search_for(object: &str, step: &Fetch, size: u32) -> Request {
    let mut body = json!({
        "filter": { "property": "object", "value": object },
        // Walked from the oldest edit: what is edited meanwhile moves to the end and is found there.
        "sort": { "timestamp": "last_edited_time", "direction": "ascending" },
        "page_size": size,
    });
    // A cursor of null would be refused.
    if let (Some(cursor), Some(fields)) = (&step.cursor, body.as_object_mut()) {
        fields.insert("start_cursor".to_owned(), Value::String(cursor.clone()));
    }
    Request::post("/v1/search", body)
}

async fn database(call: &Call, id: &str) -> Result<Fetched, FetchError> {
    let request = Request::get("/v1/databases").at(id);
    let found: Object = match call.read(&request).await {
        // It may be gone, or not shared itself; its sources are there all the same.
        Err(CallError::Status { status: 404, .. }) => return Ok(Fetched::default()),
        found => found.map_err(explain)?,
    };
    Ok(Fetched {
        items: item(found).into_iter().collect(),
        ..Fetched::default()
    })
}

fn explain(error: CallError) -> FetchError {
    let CallError::Status { status, body } = &error else {
        return error.into();
    };
    let problem = Problem::read(&body.0);
    match status {
        400 if problem.is_about_the_cursor() => FetchError::CursorDied,
        403 if problem.is("restricted_resource") => {
            FetchError::Unreadable("does not let this connection read content".to_owned())
        }
        404 => FetchError::Unreadable("did not share it with Patchbay".to_owned()),
        _ => error.into(),
    }
}

/// What is in the trash is not listed unless asked for; if it is all the same, it is left out.
fn is_gone(object: &Object) -> bool {
    object.in_trash || object.archived
}

/// The database of a data source, and what that lies in.
fn place(object: &Object) -> Option<Place> {
    let parent = object.parent.as_ref()?;
    if object.object != "data_source" || parent.kind.as_deref() != Some("database_id") {
        return None;
    }
    let above = object.database_parent.as_ref().and_then(Parent::id);
    Some(Place {
        id: parent.id()?.to_owned(),
        lies_in: above.map(str::to_owned),
        of: object.id.clone(),
    })
}

/// An object as an item; `None` for one without an id or of a kind that nobody has heard of.
pub(super) fn item(object: Object) -> Option<Item> {
    let (kind, title) = match &object.object[..] {
        "page" => ("Page", wire::page_title(&object.properties)),
        "data_source" => ("DataSource", title(&object)),
        "database" => ("Database", title(&object)),
        _ => return None,
    };
    if object.id.is_empty() {
        return None;
    }
    let name = title.unwrap_or_else(|| NAMELESS.to_owned());
    let mut item = Item::new(super::PROFILE.id, kind, object.id.clone(), name);
    item.directory = kind != "Page";
    item.parent_id = object
        .parent
        .as_ref()
        .and_then(Parent::id)
        .map(str::to_owned);
    item.creation_time = time(object.created_time.as_deref());
    item.last_modified_time = time(object.last_edited_time.as_deref());
    item.url = object.url.as_deref().and_then(link);
    item.children = children(&object);
    item.properties = properties(&object);
    Some(item)
}

fn title(object: &Object) -> Option<String> {
    wire::line(object.title.as_deref()?)
}

/// RFC 3339 with any offset; what cannot be read is unknown rather than wrong.
fn time(text: Option<&str>) -> Option<jiff::Timestamp> {
    text?.parse().ok()
}

/// Notion's own address, which has changed its host before and is not taken apart.
pub(super) fn link(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    (url.scheme() == "https" && url.has_host()).then(|| url.into())
}

fn children(object: &Object) -> Option<Vec<String>> {
    let ids = object.data_sources.iter().map(|source| source.id.clone());
    (object.object == "database").then(|| ids.collect())
}

/// Icons that are files are left out: their addresses expire.
fn properties(object: &Object) -> BTreeMap<String, Value> {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::String(text.to_owned()));
    let parent = object.parent.as_ref();
    let above = object.database_parent.as_ref();
    let emoji = object.icon.get("emoji").and_then(Value::as_str);
    let mut all = BTreeMap::from([
        ("icon".to_owned(), text(emoji)),
        (
            "parent_type".to_owned(),
            text(parent.and_then(|parent| parent.kind.as_deref())),
        ),
        ("public_url".to_owned(), text(object.public_url.as_deref())),
    ]);
    if object.object == "page" {
        let database = parent.and_then(|parent| parent.other("database_id"));
        all.insert("database_id".to_owned(), text(database));
    } else {
        let description = object.description.as_deref().and_then(wire::line);
        all.insert("description".to_owned(), text(description.as_deref()));
        all.insert("lies_in".to_owned(), text(above.and_then(Parent::id)));
    }
    all
}
