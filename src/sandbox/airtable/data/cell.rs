//! The value of a cell, in the form that the reference and recordings show. An empty cell has none.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Field, Record, World,
    awkward::Odd,
    kind::Kind,
    objects,
    record::iso,
    words::{self, pick},
};

/// One cell that is asked for at a moment.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    pub field: &'a Field,
    pub record: Record,
    pub world: &'a World,
    /// Addresses of attachments end some hours after it.
    pub now: Timestamp,
}

impl Cell<'_> {
    /// The value; `None` is left out of the record, as text, lists and boxes that are empty are.
    pub fn value(self) -> Option<Value> {
        let odd = self.record.odd();
        if self.is_empty(odd) {
            return None;
        }
        match self.field.kind {
            Kind::SingleLineText => Some(self.text(odd).into()),
            Kind::MultilineText | Kind::RichText => Some(self.long_text(odd).into()),
            Kind::Formula | Kind::FormulaNaN | Kind::Rollup => Some(self.computed(odd)),
            Kind::Number | Kind::Currency | Kind::Percent => Some(self.number(odd)),
            Kind::Lookup => Some(objects::lookup(self, odd)),
            Kind::Links => objects::links(self),
            Kind::Attachments => Some(objects::attachments(self, odd)),
            Kind::Barcode | Kind::Button | Kind::AiText => Some(objects::labelled(self, odd)),
            Kind::Collaborator | Kind::CreatedBy | Kind::LastModifiedBy => {
                Some(objects::collaborator(self, 0, odd))
            }
            Kind::Collaborators => {
                let several = [1, 2].map(|nth| objects::collaborator(self, nth, None));
                Some(Value::from(several.to_vec()))
            }
            _ => self.plain(),
        }
    }

    /// The rest: values of which no record has an awkward one.
    fn plain(self) -> Option<Value> {
        let draw = self.draw(0);
        let value = match self.field.kind {
            // An unchecked box is never told.
            Kind::Checkbox => return draw.is_multiple_of(2).then_some(true.into()),
            Kind::AutoNumber => (self.record.index + 1).into(),
            Kind::Count => (draw % 4).into(),
            Kind::Rating => (1 + draw % 5).into(),
            Kind::Duration => json!(f64::from(self.record.index % 7_200) + 0.5),
            Kind::CreatedTime => iso(self.record.created()).into(),
            Kind::DateTime | Kind::LastModifiedTime => iso(self.record.later(17)).into(),
            Kind::Date => day(self.record.later(17)).into(),
            Kind::Email => pick(&words::PERSON, draw).1.into(),
            Kind::PhoneNumber => format!("(555) 010-{:04}", draw % 10_000).into(),
            Kind::Url => pick(&words::URL, draw).into(),
            Kind::SingleSelect => pick(&words::STATUS, draw).0.into(),
            Kind::ExternalSyncSource => pick(&words::TAG, draw).0.into(),
            Kind::MultipleSelects => tags(draw),
            Kind::ManualSort => format!("b{:x}", draw % 256).into(),
            Kind::Unrecognizable => json!({ "wacky": [draw % 9, null, { "deep": "value" }] }),
            _ => return None,
        };
        Some(value)
    }

    fn is_empty(self, odd: Option<Odd>) -> bool {
        let kind = self.field.kind;
        if self.field.is_primary() {
            let is_untitled = matches!(odd, Some(Odd::Untitled | Odd::Nothing));
            return self.record.table.is_untitled() || is_untitled && !kind.is_automatic();
        }
        // What is awkward shall be seen, so only ordinary records have gaps.
        let has_gap = odd.is_none() && self.draw(1).is_multiple_of(6);
        !kind.is_automatic() && (odd == Some(Odd::Nothing) || has_gap)
    }

    /// An ordinary title, or the awkward one.
    pub fn text(self, odd: Option<Odd>) -> String {
        let awkward = odd.and_then(Odd::text);
        awkward.unwrap_or_else(|| self.record.title())
    }

    fn long_text(self, odd: Option<Odd>) -> String {
        let awkward = odd.and_then(|odd| odd.long_text(self.record));
        awkward.unwrap_or_else(|| format!("{}.\nNothing of it is real.", self.record.title()))
    }

    fn number(self, odd: Option<Odd>) -> Value {
        match odd.and_then(Odd::number) {
            Some(number) => json!(number),
            None if self.field.kind == Kind::Number => (self.draw(2) % 10_000).into(),
            None if self.field.kind == Kind::Percent => {
                json!((self.draw(2) % 1_000) as f64 / 1_000.0)
            }
            None => json!((self.draw(2) % 1_000_000) as f64 / 100.0),
        }
    }

    fn computed(self, odd: Option<Odd>) -> Value {
        if let Some(failed) = odd.and_then(Odd::failed) {
            return failed;
        }
        match self.field.kind {
            Kind::Formula => self.text(odd).into(),
            Kind::FormulaNaN => json!({ "specialValue": "NaN" }),
            _ if self.draw(3).is_multiple_of(4) => json!({ "error": "#ERROR!" }),
            _ => (self.draw(2) % 100).into(),
        }
    }

    /// A number that depends on the cell and on what it is drawn for.
    pub fn draw(self, salt: u64) -> u64 {
        self.record
            .draw(u64::from(self.field.index + 1) << 8 | salt)
    }
}

/// A day as Airtable writes it.
fn day(moment: Timestamp) -> String {
    iso(moment).chars().take(10).collect()
}

/// One to three of the choices, in the order in which somebody picked them.
fn tags(draw: u64) -> Value {
    let count = usize::try_from(1 + draw % 3).unwrap_or(1);
    let names = words::TAG.iter().rev().map(|(name, _)| *name);
    names.take(count).collect::<Vec<_>>().into()
}
