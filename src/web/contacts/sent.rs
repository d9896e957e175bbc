//! The form of a contact as a browser sent it.
//!
//! Fields of the form are named like their property. All else has a dot in its name, which no property has:
//! `was.<property>` and `more.<property>` (what it was, the value of an added one), `keep.<property>` (the choice in a
//! conflict), `new.name` and `new.value` (the empty row), `account.id` and `account.name` (whose contacts they are).
//! `unseen` names properties whose value at the provider nobody has seen.

use crate::contacts::{Entered, MOST_MORE, Whose, can_be_a_name, unix_lines};
use crate::providers::{ContactFacts, Input};
use crate::web::form::Fields;

/// What `keep.<property>` says where the value that is there is chosen.
const THEIRS: &str = "theirs";
/// What it says where the one that was entered is chosen, or nothing is yet.
const MINE: &str = "mine";

/// Reads what was entered. What the form did not send is not touched.
pub fn read(fields: &Fields, facts: &ContactFacts) -> Entered {
    let mut entered = Entered {
        account: account(fields),
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
    for (property, field) in all {
        take(&mut entered, fields, property, &field);
    }
    trim_emails(&mut entered, facts);
    let unseen = fields.all("unseen");
    let unseen = unseen.filter(|name| entered.values.contains_key(*name));
    entered.unseen = unseen.map(str::to_owned).collect();
    entered
}

/// Whose contacts the form is about.
pub fn account(fields: &Fields) -> Option<Whose> {
    let id = fields.all("account.id").next()?;
    Some(Whose {
        id: id.to_owned(),
        name: fields.get("account.name").to_owned(),
    })
}

/// A property. A value that was chosen over the one that was entered stands in its place from here on, so that no later
/// sending of the form takes it for something that was overwritten; a question that stood open stays open.
fn take(entered: &mut Entered, fields: &Fields, property: String, field: &str) {
    let text = |name: &str| fields.all(name).next().map(unix_lines);
    let was = text(&format!("was.{property}"));
    let value = match (fields.get(&format!("keep.{property}")), &was) {
        (THEIRS, Some(_)) => was.clone(),
        (choice, _) => {
            let value = text(field);
            if choice == MINE && value != was {
                entered.asked.insert(property.clone());
            }
            value
        }
    };
    if let Some(was) = was {
        entered.was.insert(property.clone(), was);
    }
    if let Some(value) = value {
        entered.values.insert(property, value);
    }
}

/// No address begins or ends with a space; a pasted one does, which nobody sees.
fn trim_emails(entered: &mut Entered, facts: &ContactFacts) {
    let emails = facts.fields.iter();
    for field in emails.filter(|field| field.input == Input::Email) {
        if let Some(value) = entered.values.get_mut(field.name) {
            *value = value.trim().to_owned();
        }
    }
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

#[cfg(test)]
mod tests {
    use super::super::samples::FACTS;
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Entered {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        read(&pairs.collect(), &FACTS)
    }

    #[test]
    fn a_value_that_was_chosen_stands_in_the_place_of_the_one_that_was_entered() {
        let conflict = [
            ("email", "mine@example.com"),
            ("was.email", "a@example.com"),
        ];
        let theirs = sent(&[&conflict[..], &[("keep.email", "theirs")]].concat());
        assert_eq!(theirs.value("email"), "a@example.com");
        assert_eq!((theirs.changed().count(), theirs.asked.len()), (0, 0));
        let mine = sent(&[&conflict[..], &[("keep.email", "mine")]].concat());
        assert_eq!(mine.value("email"), "mine@example.com");
        assert!(mine.asked.contains("email"));
        // A program that sends no value of before cannot mean it.
        let odd = sent(&[("email", "x"), ("keep.email", "theirs")]);
        assert_eq!(odd.value("email"), "x");
    }
}
