//! What the fact sheets say of each provider's answers, written down once more and apart from the product:
//! where its lists are, what its rows hold, and what its errors mean.

mod airtable;
mod hubspot;
mod notion;
mod usual;

use serde_json::Value;

use super::index::Row;
use super::rules::{Outcome, Rule};
use crate::providers::{Fetch, GrantFailure, Provider, Registry};

/// What is known of a provider's answers.
pub struct Facts {
    /// Its id.
    pub id: &'static str,
    /// The path of the call that says whose a grant is, with `*` for any segment; none, where the token answer
    /// itself says it.
    account: Option<&'static [&'static str]>,
    /// The path of the cheapest call that proves that a token works.
    pub check: &'static str,
    /// Whether an introspection completes that.
    pub introspects: bool,
    /// The steps that read what is answered to a method and a path; none for what no stream is read from.
    steps: fn(&str, &[&str]) -> Vec<Fetch>,
    /// A step for each way in which the product reads a list.
    pub all_steps: fn() -> Vec<Fetch>,
    /// The rows of a page, without those in the trash.
    pub rows: fn(&Value) -> Vec<&Value>,
    /// Where the next page begins.
    pub cursor: fn(&Value) -> Option<&str>,
    /// The fields of a row that say when it was created and last changed.
    pub times: [&'static str; 2],
    /// The codes that an error says.
    pub codes: fn(&Value) -> Vec<String>,
    /// What refusals of the token endpoint mean; the first rule that fits holds.
    pub refusals: &'static [&'static [Rule<GrantFailure>]],
    /// What failures of the API mean; the first rule that fits holds.
    pub failures: &'static [&'static [Rule<Outcome>]],
}

/// Those of the provider with this id.
pub fn of(id: &str) -> &'static Facts {
    let all = [&hubspot::FACTS, &notion::FACTS, &airtable::FACTS];
    let found = all.into_iter().find(|facts| facts.id == id);
    found.unwrap_or_else(|| panic!("nothing is known of the answers of {id}"))
}

impl Facts {
    /// The provider itself.
    pub fn provider(&self) -> &'static dyn Provider {
        Registry.get(self.id).expect("a provider")
    }

    /// Whether the token answer says whose it is.
    pub fn grant_tells_the_account(&self) -> bool {
        self.account.is_none()
    }

    /// Whether the row answers the question whose a grant is.
    pub fn is_account(&self, row: &Row) -> bool {
        let path = row.path();
        self.account.is_some_and(|account| {
            let mut both = path.iter().zip(account);
            path.len() == account.len() && both.all(|(a, b)| a == b || *b == "*")
        })
    }

    /// The steps that read a page which was answered to the row's request.
    pub fn steps(&self, row: &Row) -> Vec<Fetch> {
        (self.steps)(row.method().unwrap_or_default(), &row.path())
    }
}

/// The texts at these places, where there are any.
fn texts(body: &Value, places: &[&str]) -> Vec<String> {
    let found = places
        .iter()
        .filter_map(|place| body.pointer(place)?.as_str());
    found.map(str::to_owned).collect()
}

/// The rows of the list of this name, none where it is missing or null.
fn list<'a>(body: &'a Value, name: &str) -> Vec<&'a Value> {
    let rows = body.get(name).and_then(Value::as_array);
    rows.into_iter().flatten().collect()
}

/// The text at a place, where it says anything.
fn said<'a>(body: &'a Value, place: &str) -> Option<&'a str> {
    let text = body.pointer(place)?.as_str();
    text.filter(|text| !text.is_empty())
}
