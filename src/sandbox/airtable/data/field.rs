//! Fields, as the schema of a base tells them.

use serde_json::{Value, json};

use super::{Table, World, kind::Kind, words};

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub table: Table,
    pub index: u32,
    pub name: &'static str,
    pub kind: Kind,
}

impl Field {
    pub fn id(&self) -> String {
        self.table.place(self.index).id("fld")
    }

    /// Whether its cell is the record's title.
    pub fn is_primary(&self) -> bool {
        self.index == 0
    }

    /// Whether its cells hold ids of records.
    pub fn links(&self) -> bool {
        self.kind == Kind::Links
    }

    /// The field as the schema tells it.
    pub fn schema(&self, world: &World) -> Value {
        let mut schema = json!({ "type": self.kind.name(), "id": self.id(), "name": self.name });
        if let Some(options) = self.options(world) {
            schema["options"] = options;
        }
        if self.kind == Kind::Number {
            schema["description"] = "A number that somebody made up.".into();
        }
        schema
    }

    /// The options, with the keys of the reference's examples. Some types have none.
    fn options(&self, world: &World) -> Option<Value> {
        let options = match self.kind {
            Kind::AiText => self.ai(),
            Kind::Checkbox => json!({ "icon": "check", "color": "greenBright" }),
            Kind::Count => {
                json!({ "isValid": true, "recordLinkFieldId": self.sibling(Kind::Links) })
            }
            Kind::CreatedTime => json!({ "result": result(Kind::DateTime) }),
            Kind::Currency => json!({ "precision": 2, "symbol": "$" }),
            Kind::Date => json!({ "dateFormat": date_format() }),
            Kind::DateTime => moment(),
            Kind::Duration => json!({ "durationFormat": "h:mm:ss.S" }),
            Kind::ExternalSyncSource | Kind::MultipleSelects => self.choices(&words::TAG),
            Kind::SingleSelect => self.choices(&words::STATUS),
            Kind::Formula | Kind::FormulaNaN => self.formula(),
            Kind::LastModifiedTime => {
                json!({ "isValid": true, "referencedFieldIds": [], "result": result(Kind::DateTime) })
            }
            // Live schemas have the type with options that are null.
            Kind::ManualSort => Value::Null,
            Kind::Attachments => json!({ "isReversed": false }),
            Kind::Lookup => self.lookup(),
            Kind::Links => json!({
                "linkedTableId": self.table.linked(world).id(),
                "isReversed": false,
                "prefersSingleRecordLink": false,
            }),
            Kind::Number | Kind::Percent => json!({ "precision": 0 }),
            Kind::Rating => json!({ "icon": "star", "max": 5, "color": "yellowBright" }),
            Kind::Rollup => self.rollup(),
            Kind::Unrecognizable => json!({ "something": "wacky", "and": ["unusual"] }),
            _ => return None,
        };
        Some(options)
    }

    fn ai(&self) -> Value {
        let notes = self.sibling(Kind::MultilineText);
        json!({ "prompt": [{ "field": { "fieldId": notes } }], "referencedFieldIds": [notes] })
    }

    fn formula(&self) -> Value {
        let date = self.sibling(Kind::Date).unwrap_or_default();
        let result = match self.kind {
            Kind::Formula => json!({ "type": "singleLineText" }),
            _ => result(Kind::Number),
        };
        json!({
            "formula": format!("{{{date}}} + \"FOO\""),
            "isValid": true,
            "referencedFieldIds": [date],
            "result": result,
        })
    }

    fn lookup(&self) -> Value {
        json!({
            "isValid": true,
            "recordLinkFieldId": self.sibling(Kind::Links),
            "fieldIdInLinkedTable": self.sibling(Kind::SingleSelect),
            "result": { "type": "multipleSelects", "options": self.choices(&words::TAG) },
        })
    }

    fn rollup(&self) -> Value {
        json!({
            "isValid": true,
            "recordLinkFieldId": self.sibling(Kind::Links),
            "fieldIdInLinkedTable": self.sibling(Kind::Number),
            "referencedFieldIds": [],
            "result": result(Kind::Number),
        })
    }

    fn choices(&self, choices: &[(&str, &str)]) -> Value {
        let id = |nth: u32| self.table.place(self.index << 8 | nth).id("sel");
        let choices = (0..)
            .zip(choices)
            .map(|(nth, (name, color))| json!({ "id": id(nth), "name": name, "color": color }));
        json!({ "choices": choices.collect::<Vec<_>>() })
    }

    fn sibling(&self, kind: Kind) -> Option<String> {
        Some(self.table.field_of(kind)?.id())
    }
}

/// The type that a computed field comes to.
fn result(kind: Kind) -> Value {
    let options = match kind {
        Kind::DateTime => moment(),
        _ => json!({ "precision": 0 }),
    };
    json!({ "type": kind.name(), "options": options })
}

fn date_format() -> Value {
    json!({ "name": "local", "format": "l" })
}

fn moment() -> Value {
    json!({
        "dateFormat": date_format(),
        "timeFormat": { "name": "12hour", "format": "h:mma" },
        "timeZone": "client",
    })
}
