//! The form of a contact as a browser sent it.
//!
//! Fields of the form are named like their property. All else has a dot in its name, which no property has:
//! `was.<property>` and `more.<property>` (what it was, the value of an added one), `keep.<property>` (the choice in a
//! conflict), `new.name` and `new.value` (the empty row).

use std::collections::BTreeSet;

use crate::contacts::{Entered, MOST_MORE, can_be_a_name, unix_lines};
use crate::providers::ContactFacts;
use crate::web::form::Fields;

/// What `keep.<property>` says where the value that is there is chosen.
pub const THEIRS: &str = "theirs";

/// Reads what was entered. What the form did not send is not touched.
pub fn read(fields: &Fields, facts: &ContactFacts) -> Entered {
    let mut entered = Entered {
        base: fields.get("updated_at").parse().ok(),
        more: more(fields, facts),
        row: (
            fields.get("new.name").to_owned(),
            unix_lines(fields.get("new.value")),
        ),
        ..Entered::default()
    };
    let names = facts.fields.iter().map(|field| field.name);
    let own = names.map(|name| (name.to_owned(), name.to_owned()));
    let more = entered.more.iter();
    let more = more.map(|name| (name.clone(), format!("more.{name}")));
    let all: Vec<(String, String)> = own.chain(more).collect();
    let mut left = BTreeSet::new();
    for (property, field) in all {
        if let Some(was) = fields.all(&format!("was.{property}")).next() {
            entered.was.insert(property.clone(), unix_lines(was));
        }
        if fields.get(&format!("keep.{property}")) == THEIRS {
            left.insert(property.clone());
        }
        if let Some(value) = fields.all(&field).next() {
            entered.values.insert(property, unix_lines(value));
        }
    }
    entered.left = left;
    entered
}

fn more(fields: &Fields, facts: &ContactFacts) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in fields.all("more") {
        let is_field = facts.fields.iter().any(|field| field.name == name);
        let known = is_field || names.iter().any(|known| known == name);
        if can_be_a_name(name) && !known && names.len() < MOST_MORE {
            names.push(name.to_owned());
        }
    }
    names
}
