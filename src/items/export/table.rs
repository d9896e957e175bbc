//! Items as a table: the fields that all of them have, then a column for each property.
//!
//! It has one line of headings. Programs that stumble over the byte order mark have the JSON forms.

use csv::Writer;

use super::cells;
use crate::item::Item;
use crate::items::packed::Unreadable;
use crate::spreadsheet::{BYTE_ORDER_MARK, writer};

/// The columns that every table has, in the order of the item's fields.
const FIELDS: [&str; 15] = [
    "id",
    "provider",
    "type",
    "name",
    "directory",
    "parent_id",
    "parent_path_or_name",
    "creation_time",
    "last_modified_time",
    "url",
    "children",
    "mime_type",
    "delta",
    "drive_id",
    "visibility",
];

/// See the module.
pub(super) struct Table {
    properties: Vec<String>,
    rows: Writer<Vec<u8>>,
    waiting: usize,
}

impl Table {
    /// A table that has its headings.
    pub(super) fn new(properties: Vec<String>) -> Result<Self, Unreadable> {
        let mut rows = writer(BYTE_ORDER_MARK.to_vec());
        let names = properties.iter().map(|name| format!("properties.{name}"));
        let headings = FIELDS.map(str::to_owned).into_iter().chain(names);
        rows.write_record(headings).map_err(|_| Unreadable)?;
        Ok(Self {
            properties,
            rows,
            waiting: 0,
        })
    }

    /// Adds the row of an item.
    pub(super) fn push(&mut self, item: &Item) -> Result<(), Unreadable> {
        let mut left = item.properties.iter().peekable();
        let properties = self.properties.iter().map(|column| {
            // Both are sorted, and no property is without a column.
            let found = left.next_if(|(name, _)| *name == column);
            found.map(|(_, value)| cells::value(value))
        });
        let properties = properties.map(Option::unwrap_or_default);
        for cell in cells::fields(item).into_iter().chain(properties) {
            self.waiting += cell.len() + 1;
            self.rows.write_field(&*cell).map_err(|_| Unreadable)?;
        }
        let end: [&str; 0] = [];
        self.rows.write_record(end).map_err(|_| Unreadable)
    }

    /// About how many bytes wait to be taken.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> Result<Vec<u8>, Unreadable> {
        self.waiting = 0;
        let done = std::mem::replace(&mut self.rows, writer(Vec::new()));
        done.into_inner().map_err(|_| Unreadable)
    }
}
