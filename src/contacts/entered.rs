//! What somebody entered into the form of a contact, and what can be said of it before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Whose;
use crate::providers::{ContactFacts, Fault};

/// Longest name of a property.
const LONGEST_NAME: usize = 100;
/// Properties beside the fields that a form shows at most.
pub const MOST_MORE: usize = 20;
/// Where a fault of the empty row is told; the dot keeps it apart from the name of every property.
pub const ROW: &str = "new.name";

/// What was entered. Texts have the line ends that Unix has: browsers send others than they were given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entered {
    /// Whose contacts the form is about; what a program sends may not say it.
    pub account: Option<Whose>,
    /// By property.
    pub values: BTreeMap<String, String>,
    /// What the contact had when the form was made. What is not in it is set, whatever is there.
    pub was: BTreeMap<String, String>,
    /// When the contact had last been changed then.
    pub base: Option<Timestamp>,
    /// The properties beside the fields, in the form's order.
    pub more: Vec<String>,
    /// The row for another property: its name and its value.
    pub row: (String, String),
    /// Of which properties the person is asked whether to keep what was entered or what is there.
    pub asked: BTreeSet<String>,
    /// Properties that were named in the row: nobody has seen what the contact has of them.
    pub unseen: BTreeSet<String>,
}

/// Whether a property can be called so.
pub fn can_be_a_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits)
}

impl Entered {
    /// What a property was entered as.
    pub fn value(&self, property: &str) -> &str {
        self.values.get(property).map_or("", String::as_str)
    }

    /// What was changed: other than it was.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        let changed = |(name, value): &(&String, &String)| self.was.get(*name) != Some(*value);
        let entered = self.values.iter().filter(changed);
        entered.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same for a new contact: nothing of it is anywhere yet.
    pub fn anew(self) -> Self {
        Self {
            was: BTreeMap::new(),
            base: None,
            asked: BTreeSet::new(),
            unseen: BTreeSet::new(),
            ..self
        }
    }

    /// Makes a property of its own of the row, unless it is empty or cannot be one.
    pub fn take_row(&mut self, facts: &ContactFacts) -> Result<(), Fault> {
        let (name, value) = self.row.clone();
        let name = name.trim();
        if name.is_empty() && value.is_empty() {
            return Ok(());
        }
        if let Some(text) = self.why_not(name, facts) {
            return Err(Fault {
                property: Some(ROW.to_owned()),
                text,
            });
        }
        self.more.push(name.to_owned());
        self.values.insert(name.to_owned(), value);
        self.unseen.insert(name.to_owned());
        self.row = <(String, String)>::default();
        Ok(())
    }

    fn why_not(&self, name: &str, facts: &ContactFacts) -> Option<String> {
        let is_field = facts.fields.iter().any(|field| field.name == name);
        Some(if name.is_empty() {
            "Name the property that this value is for.".to_owned()
        } else if !can_be_a_name(name) {
            format!(
                "A property's name has letters, digits and underscores alone, at most {LONGEST_NAME}."
            )
        } else if is_field || self.more.iter().any(|known| known == name) {
            format!("'{name}' has a field of its own in this form.")
        } else if self.more.len() >= MOST_MORE {
            format!("A form shows {MOST_MORE} further properties at most; save these first.")
        } else {
            return None;
        })
    }

    /// What is wrong with what was changed, as far as that is known without asking. What the contact had itself of a
    /// value is not refused.
    pub fn faults(&self, facts: &ContactFacts) -> Vec<Fault> {
        let wrong = |(name, value): (&str, &str)| {
            let was = self.was.get(name).map_or("", String::as_str);
            why_unfit(value, was, facts.longest_value).map(|text| Fault {
                property: Some(name.to_owned()),
                text,
            })
        };
        self.changed().filter_map(wrong).collect()
    }

    /// Whether a new contact lacks what it needs at least one of.
    pub fn needs_one_of(&self, facts: &ContactFacts) -> Option<Fault> {
        let has = |name: &&str| !self.value(name).trim().is_empty();
        if facts.needs_one_of.is_empty() || facts.needs_one_of.iter().any(has) {
            return None;
        }
        let labels = facts.fields.iter();
        let labels = labels.filter(|field| facts.needs_one_of.contains(&field.name));
        let labels: Vec<&str> = labels.map(|field| field.label).collect();
        Some(Fault {
            property: facts.needs_one_of.first().map(|name| (*name).to_owned()),
            text: format!("Enter at least one of these: {}.", labels.join(", ")),
        })
    }
}

/// A number as people read it: '65,536'.
fn grouped(number: usize) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        more => format!("{},{:03}", grouped(more), number % 1_000),
    }
}

/// Why a text cannot be a value, which `was` another; `None` where it can. Lines and tabs may be in it, and whatever
/// was in it before.
fn why_unfit(value: &str, was: &str, longest: usize) -> Option<String> {
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\t') && !was.contains(*c);
    match value.chars().find(control) {
        Some('\0') => Some("It holds a null byte, which cannot be stored: remove it.".to_owned()),
        Some(other) => Some(format!(
            "It holds a control character (U+{:04X}), which cannot be stored: remove it.",
            u32::from(other)
        )),
        None => {
            let is_longer = value.chars().nth(longest).is_some();
            is_longer.then(|| format!("It is longer than {} characters.", grouped(longest)))
        }
    }
}
