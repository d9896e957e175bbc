//! A property in the form of a contact.

use super::form::Notes;
use crate::contacts::Entered;
use crate::providers::{Contact, ContactField, Input, Property};

/// How a property is entered, for the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    Line,
    /// Several lines.
    Lines,
    /// One of some choices.
    Choice,
}

/// A choice: what is sent, what people read, whether it is the one.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// A property in the form.
pub struct FieldView {
    /// Its name in the form, which its id begins with.
    pub name: String,
    pub property: String,
    pub label: String,
    pub hint: Option<&'static str>,
    pub kind: Kind,
    /// The `type` of its input.
    pub input: &'static str,
    pub value: String,
    /// What the contact had; none for a new one.
    pub was: Option<String>,
    pub choices: Vec<Choice>,
    pub errors: Vec<String>,
    /// What is there, where the same was changed elsewhere.
    pub there: Option<String>,
    /// Whether nobody has seen what the contact has of it.
    pub unseen: bool,
    /// That another contact has this value, with its address where that is known.
    pub taken: Option<Option<String>>,
    /// Whether it is the first of the form with something to be mended: the cursor goes there.
    pub first_with_notes: bool,
}

impl FieldView {
    /// A field of every contact.
    pub fn of(
        field: &ContactField,
        entered: &Entered,
        properties: &[Property],
        notes: &Notes,
    ) -> Self {
        let known = properties.iter().find(|known| known.name == field.name);
        let choices = match known {
            Some(known) => known.choices.clone(),
            None => owned(field.choices),
        };
        let mut view = Self::new(field.name, &choices, entered, notes);
        field.label.clone_into(&mut view.label);
        view.hint = field.hint;
        view.input = match field.input {
            Input::Phone => "tel",
            // Browsers change what is typed into an input of type email: they trim it, and rewrite its domain.
            Input::Text | Input::Email | Input::Choice => "text",
        };
        if field.input != Input::Choice {
            view.kind = line_or_lines(&view.value);
        }
        view
    }

    /// A property that somebody asked for.
    pub fn more(property: &str, entered: &Entered, properties: &[Property], notes: &Notes) -> Self {
        let known = properties.iter().find(|known| known.name == property);
        let choices = known.map_or(&[][..], |known| &known.choices[..]);
        let label = known.map_or(property, |known| &known.label);
        Self {
            name: format!("more.{property}"),
            label: label.to_owned(),
            ..Self::new(property, choices, entered, notes)
        }
    }

    fn new(property: &str, choices: &[(String, String)], entered: &Entered, notes: &Notes) -> Self {
        let value = entered.value(property).to_owned();
        let errors = notes.faults.iter();
        let errors = errors.filter(|fault| fault.property.as_deref() == Some(property));
        let was = entered.was.get(property).cloned();
        let asked = entered.asked.contains(property);
        Self {
            name: property.to_owned(),
            property: property.to_owned(),
            label: property.to_owned(),
            hint: None,
            kind: match choices {
                [] => line_or_lines(&value),
                _ => Kind::Choice,
            },
            input: "text",
            choices: offered(choices, &value),
            there: asked.then(|| label_of(choices, was.as_deref().unwrap_or_default())),
            unseen: entered.unseen.contains(property),
            was,
            value,
            errors: errors.map(|fault| fault.text.clone()).collect(),
            taken: None,
            first_with_notes: false,
        }
    }

    /// Where its errors are to be read.
    pub fn has_notes(&self) -> bool {
        !self.errors.is_empty() || self.taken.is_some()
    }
}

/// A value for people who may only read.
pub struct Shown {
    pub label: String,
    pub value: String,
}

impl Shown {
    pub fn new(label: &str, property: &str, contact: &Contact, properties: &[Property]) -> Self {
        let known = properties.iter().find(|known| known.name == property);
        let value = contact.properties.get(property);
        let value = value.map(String::as_str).unwrap_or_default();
        Self {
            label: label.to_owned(),
            value: label_of(known.map_or(&[][..], |known| &known.choices[..]), value),
        }
    }
}

fn owned(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    let choices = choices.iter();
    choices
        .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
        .collect()
}

/// The choices, with the value that is there even where it is none of them.
fn offered(choices: &[(String, String)], value: &str) -> Vec<Choice> {
    if choices.is_empty() {
        return Vec::new();
    }
    let known = choices.iter().any(|(choice, _)| choice == value);
    let stray = (!known && !value.is_empty()).then(|| (value.to_owned(), value.to_owned()));
    let none = (String::new(), "Not set".to_owned());
    let all = [none].into_iter().chain(choices.iter().cloned());
    all.chain(stray)
        .map(|(choice, label)| Choice {
            chosen: choice == value,
            value: choice,
            label,
        })
        .collect()
}

fn label_of(choices: &[(String, String)], value: &str) -> String {
    let choice = choices.iter().find(|(choice, _)| choice == value);
    choice.map_or(value, |(_, label)| label).to_owned()
}

/// An input of one line drops line ends, which would change the value.
fn line_or_lines(value: &str) -> Kind {
    match value.contains('\n') {
        true => Kind::Lines,
        false => Kind::Line,
    }
}
