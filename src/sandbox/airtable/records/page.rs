//! How records are written.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::query::Query;
use crate::sandbox::airtable::data::{Cell, Field, Record, Table, World, iso};

/// What a page is written with.
pub struct Page<'a> {
    pub query: &'a Query,
    pub table: Table,
    pub world: &'a World,
    pub now: Timestamp,
}

impl Page<'_> {
    /// The page of a listing. The last one has no offset.
    pub fn body(&self, rows: Vec<u32>, offset: Option<String>) -> Value {
        let fields = self.fields();
        let rows = rows.into_iter().map(|index| {
            let table = self.table;
            self.written(Record { table, index }, &fields)
        });
        let mut body = json!({ "records": rows.collect::<Vec<_>>() });
        if let Some(offset) = offset {
            body["offset"] = offset.into();
        }
        body
    }

    /// A single record.
    pub fn row(&self, record: Record) -> Value {
        self.written(record, &self.fields())
    }

    /// The fields that are asked for.
    fn fields(&self) -> Vec<Field> {
        let mut fields = self.table.fields();
        if let Some(wanted) = &self.query.fields {
            fields.retain(|field| wanted.contains(&field.index));
        }
        fields
    }

    fn written(&self, record: Record, fields: &[Field]) -> Value {
        let mut row = json!({
            "id": record.id(),
            "createdTime": iso(record.created()),
            "fields": self.cells(record, fields),
        });
        if self.query.comments {
            row["commentCount"] = record.comments().into();
        }
        row
    }

    /// The cells that are not empty, by name or id.
    fn cells(&self, record: Record, fields: &[Field]) -> Map<String, Value> {
        let cells = fields.iter().filter_map(|field| {
            let cell = Cell {
                field,
                record,
                world: self.world,
                now: self.now,
            };
            let name = if self.query.by_id() {
                field.id()
            } else {
                field.name.to_owned()
            };
            Some((name, self.linked(field, cell.value()?)))
        });
        cells.collect()
    }

    /// Links become objects when their dependencies are asked for.
    fn linked(&self, field: &Field, value: Value) -> Value {
        match value {
            Value::Array(links) if self.query.dependencies() && field.links() => {
                let links = links.into_iter().map(|id| json!({ "id": id }));
                links.collect()
            }
            other => other,
        }
    }
}
