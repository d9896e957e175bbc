//! The columns of a data source, and the values of a row.

use serde_json::{Map, Value, json};

use super::rich_text;
use crate::sandbox::notion::data::{Kind, Page, Source};

/// A column: its name, its id (a percent-encoded string), its type.
type Column = (&'static str, &'static str, &'static str);

/// What every data source has beside its title.
const COLUMNS: [Column; 2] = [("Status", "%7DUlu", "select"), ("Due", "a%3Bc%40", "date")];
/// What clients do not know: a type, and since August 2026 values that cannot be computed.
const UNKNOWN: [Column; 2] = [
    ("Trend", "Sp%5Ek", "sparkline"),
    ("Total", "f%3Ax", "formula"),
];
/// The options of the column `Status`.
const OPTIONS: [(&str, &str); 2] = [("Active", "green"), ("Inactive", "default")];

/// The columns.
pub fn schema(source: Source) -> Value {
    let written = columns(source).map(|(name, id, kind)| {
        let settings = settings(source, kind);
        let column =
            json!({ "id": id, "name": name, "description": null, "type": kind, kind: settings });
        (name.to_owned(), column)
    });
    Value::Object(written.collect())
}

/// The values of a page: of a row those of its columns, otherwise the title alone.
pub fn values(page: Page) -> Map<String, Value> {
    let columns: Vec<Column> = match page.row_of() {
        Some(source) => columns(source).collect(),
        None => vec![("title", "title", "title")],
    };
    let written = columns.into_iter().map(|(name, id, kind)| {
        let value = json!({ "id": id, "type": kind, kind: value(page, kind) });
        (name.to_owned(), value)
    });
    written.collect()
}

fn columns(source: Source) -> impl Iterator<Item = Column> {
    let unknown = UNKNOWN
        .into_iter()
        .filter(move |_| source.has_unknown_types());
    let title = (source.title_key(), "title", "title");
    COLUMNS.into_iter().chain(unknown).chain([title])
}

fn settings(source: Source, kind: &str) -> Value {
    match kind {
        "select" => json!({ "options": options(source) }),
        "sparkline" => json!({ "window": 7 }),
        "formula" => json!({ "expression": "1 + 1" }),
        _ => json!({}),
    }
}

fn value(page: Page, kind: &str) -> Value {
    match kind {
        "title" => rich_text::title(&page.title()),
        "select" => status(page),
        "date" => due(page),
        "formula" => json!({ "type": "unsupported", "unsupported": {} }),
        _ => json!([1, 2, null]),
    }
}

/// The options of a schema have a description, the chosen one of a row has none.
fn options(source: Source) -> Vec<Value> {
    let described = |mut option: Value| {
        option["description"] = Value::Null;
        option
    };
    (0..)
        .map_while(|place| option(source, place))
        .map(described)
        .collect()
}

fn option(source: Source, place: u64) -> Option<Value> {
    let (name, color) = OPTIONS.get(usize::try_from(place).ok()?)?;
    let id = source.space.id(Kind::Option, source.ordinal * 8 + place);
    Some(json!({ "id": id, "name": name, "color": color }))
}

/// One of the options, or none.
fn status(page: Page) -> Value {
    let chosen = page.draw(20) % 3;
    let option = page.row_of().and_then(|source| option(source, chosen));
    option.unwrap_or_default()
}

fn due(page: Page) -> Value {
    if page.draw(21).is_multiple_of(2) {
        return Value::Null;
    }
    let day = page.draw(22) % 28 + 1;
    json!({ "start": format!("2026-12-{day:02}"), "end": null, "time_zone": null })
}
