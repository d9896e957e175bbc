//! What stands in the cells of a table.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use crate::item::Item;
use crate::spreadsheet::cell as text;

/// The cells of what all items have, in the order of the columns.
pub(super) fn fields(item: &Item) -> [Cow<'_, str>; 15] {
    let children = item.children.as_ref();
    let children = children.map(|ids| Value::from(ids.clone()).to_string());
    [
        text(&item.id),
        text(&item.provider),
        text(&item.kind),
        text(&item.name),
        truth(item.directory),
        maybe(&item.parent_id),
        maybe(&item.parent_path_or_name),
        time(item.creation_time),
        time(item.last_modified_time),
        maybe(&item.url),
        children.unwrap_or_default().into(),
        maybe(&item.mime_type),
        maybe(&item.delta),
        maybe(&item.drive_id),
        maybe(&item.visibility),
    ]
}

/// The cell of a property. Numbers are left as they are, lists and objects stand in it as JSON, and nothing as nothing.
pub(super) fn value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::default(),
        Value::Bool(is) => truth(*is),
        Value::String(of) => text(of),
        other => other.to_string().into(),
    }
}

fn truth(is: bool) -> Cow<'static, str> {
    if is { "true".into() } else { "false".into() }
}

fn time(at: Option<Timestamp>) -> Cow<'static, str> {
    at.map(|at| at.to_string()).unwrap_or_default().into()
}

fn maybe(of: &Option<String>) -> Cow<'_, str> {
    of.as_deref().map(text).unwrap_or_default()
}
