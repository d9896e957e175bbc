//! Views of a table. A view filters and orders; its hidden fields still come with the records.

use serde_json::{Value, json};

use super::{Field, Table};

/// Names and types of views, the usual first one first. `list` is in no documentation: others may come.
pub const KINDS: [(&str, &str); 9] = [
    ("Grid view", "grid"),
    ("By day", "calendar"),
    ("Submit a thing", "form"),
    ("My own grid", "grid"),
    ("Pictures", "gallery"),
    ("Board", "kanban"),
    ("Timeline", "timeline"),
    ("Gantt", "block"),
    ("Neue Ansicht / 100%", "list"),
];

/// One view.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub table: Table,
    pub index: u32,
    pub name: &'static str,
    pub kind: &'static str,
}

impl View {
    pub fn id(self) -> String {
        self.table.place(self.index).id("viw")
    }

    /// The view shows every record whose number is a multiple of this: the first one shows all.
    pub fn stride(self) -> u32 {
        self.index + 1
    }

    /// The view as the schema tells it. Only grids tell what they show, and only when asked.
    pub fn schema(self, fields: &[Field], user: &str, shows_fields: bool) -> Value {
        let mut schema = json!({ "id": self.id(), "name": self.name, "type": self.kind });
        if self.name.starts_with("My own") {
            schema["personalForUserId"] = user.into();
        }
        if shows_fields && self.kind == "grid" {
            let visible = fields.iter().take(fields.len().saturating_sub(1).max(1));
            schema["visibleFieldIds"] = visible.map(|field| field.id()).collect();
        }
        schema
    }
}
