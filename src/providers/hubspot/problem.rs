//! What HubSpot's error answers say. In practice every field may be missing, and some bodies are HTML; messages come in
//! the language of the portal, so they are shown and hardly ever matched on.

use serde_json::{Map, Value};

use super::super::{Fault, Taken};
use crate::outbound::oauth::printable;

/// The body of an error.
#[derive(Debug, Default)]
pub(super) struct Problem(Map<String, Value>);

/// The most faults that are told of one answer.
const MOST_FAULTS: usize = 50;
/// The longest text of a fault in characters. HubSpot repeats the value in it, however long that is.
const TEXT_LENGTH: usize = 300;
/// The property that two contacts never share. A 409 does not name it.
pub(super) const EMAIL: &str = "email";
/// The names under which a context lists the permissions of which any one would do.
const PERMISSIONS: [&str; 2] = ["requiredGranularScopes", "requiredScopes"];

impl Problem {
    /// Reads a body; one that is no JSON object says nothing.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).unwrap_or_default())
    }

    /// Whether it is in HubSpot's own form. A route that is not there is answered with HTML.
    pub(super) fn is_told(&self) -> bool {
        !self.0.is_empty()
    }

    /// Which limit a 429 is about.
    pub(super) fn policy_name(&self) -> Option<&str> {
        self.0.get("policyName")?.as_str()
    }

    /// What a 403 says is missing, if that is what it is about.
    pub(super) fn missing_permission(&self) -> Option<String> {
        let scopes = self.required_scopes();
        if !scopes.is_empty() {
            return Some(printable(&scopes.join(" or ")));
        }
        let category = self.0.get("category")?.as_str()?;
        (category == "MISSING_SCOPES").then(|| "one that HubSpot does not name".to_owned())
    }

    /// The permissions of which any one would do: in the context of an error, in that of the whole, or only in the
    /// message ('requires one of [x, y]').
    pub(super) fn required_scopes(&self) -> Vec<&str> {
        let errors = self.errors().filter_map(|error| error.get("context"));
        let contexts = errors.chain(self.0.get("context"));
        let lists = contexts.flat_map(|context| PERMISSIONS.map(|name| context.get(name)));
        let lists = lists.flatten().filter_map(Value::as_array).flatten();
        let named: Vec<&str> = lists.filter_map(Value::as_str).collect();
        if named.is_empty() {
            return self.scopes_of_message().unwrap_or_default();
        }
        named
    }

    fn scopes_of_message(&self) -> Option<Vec<&str>> {
        let (_, rest) = self.message()?.split_once("requires one of [")?;
        let (list, _) = rest.split_once(']')?;
        let names = list.split(',').map(str::trim);
        Some(names.filter(|name| !name.is_empty()).collect())
    }

    /// That another contact has what must be a contact's own. A change that would give a contact the value of another
    /// is a 400 like any other, but for its message; a contact whose email another has is not made, with a 409.
    pub(super) fn taken(&self, status: u16) -> Option<Taken> {
        let taken = |by: Option<String>, property: Option<&str>| Taken {
            property: property.and_then(line),
            by,
        };
        match status {
            400 => Some(taken(Some(self.holder()?), self.held_property())),
            409 => match self.existing_id() {
                Some(by) => Some(taken(Some(by), Some(EMAIL))),
                None => self.is_conflict().then(|| taken(None, None)),
            },
            _ => None,
        }
    }

    /// Whether a 409 without an id is about another contact: some have none. Other conflicts are told as they are.
    fn is_conflict(&self) -> bool {
        let category = self.0.get("category").and_then(Value::as_str);
        let message = self.message().unwrap_or_default();
        category == Some("CONFLICT") || message.contains("already exists")
    }

    /// The property of which [`Self::holder`] tells: 'Cannot set PropertyValueCoordinates{…, propertyName=email, …}'.
    fn held_property(&self) -> Option<&str> {
        let (_, rest) = self.message()?.split_once("propertyName=")?;
        let name = rest.split([',', '}', ' ']).next()?;
        (!name.is_empty()).then_some(name)
    }

    /// The contact that was there already, as a 409 tells it: in a context, or at the end of the message.
    fn existing_id(&self) -> Option<String> {
        let errors = self.errors().filter_map(|error| error.get("context"));
        let contexts = self.0.get("context").into_iter().chain(errors);
        let named = contexts.filter_map(|context| context.get("existingId"));
        let named = named.filter_map(|id| id.get(0).unwrap_or(id).as_str());
        let at_the_end = || {
            let message = self.message()?.trim_end_matches(['.', ' ']);
            let text = message.trim_end_matches(|c: char| c.is_ascii_digit());
            message.get(text.len()..)
        };
        let mut ids = named.chain(at_the_end());
        ids.find(|id| is_id(id)).map(str::to_owned)
    }

    /// The contact that has a value which must be its own: '51 already has that value'.
    fn holder(&self) -> Option<String> {
        let (before, _) = self.message()?.split_once(" already has that value")?;
        let rest = before.trim_end_matches(|c: char| c.is_ascii_digit());
        let id = before.get(rest.len()..)?;
        is_id(id).then(|| id.to_owned())
    }

    /// What a 400 does not accept. The list of problems is JSON text inside the message; some answers have `errors` as
    /// well, or instead; where there is neither, the message is all there is.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        let listed = self.listed();
        let listed = listed.iter().filter_map(listed_fault);
        for fault in listed.chain(self.errors().filter_map(error_fault)) {
            let known = faults.iter().any(|one| one.property == fault.property);
            if !known && faults.len() < MOST_FAULTS {
                faults.push(fault);
            }
        }
        if faults.is_empty() {
            let text = self.message().and_then(line);
            faults.extend(text.map(|text| Fault {
                property: None,
                text,
            }));
        }
        faults
    }

    /// The list inside the message, after 'Property values were not valid: '.
    fn listed(&self) -> Vec<Value> {
        let message = self.message().unwrap_or_default();
        let list = message.find("[{").and_then(|start| message.get(start..));
        let mut values = serde_json::Deserializer::from_str(list.unwrap_or_default()).into_iter();
        values.next().and_then(Result::ok).unwrap_or_default()
    }

    fn message(&self) -> Option<&str> {
        self.0.get("message")?.as_str()
    }

    fn errors(&self) -> impl Iterator<Item = &Value> {
        let errors = self.0.get("errors").and_then(Value::as_array);
        errors.into_iter().flatten()
    }
}

/// Whether it is an id of a CRM record: a decimal number, today of twelve digits.
pub(super) fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A fault of the list inside the message.
fn listed_fault(problem: &Value) -> Option<Fault> {
    let said = |name: &str| problem.get(name)?.as_str();
    let text = ["localizedErrorMessage", "message", "error"];
    Some(Fault {
        property: said("name").and_then(line),
        text: text.iter().find_map(|name| line(said(name)?))?,
    })
}

/// A fault of `errors`.
fn error_fault(problem: &Value) -> Option<Fault> {
    let said = |name: &str| problem.get(name)?.as_str();
    let property = problem.pointer("/context/propertyName/0");
    let property = property.and_then(Value::as_str).or_else(|| said("in"));
    Some(Fault {
        property: property.and_then(line),
        text: ["message", "code"]
            .iter()
            .find_map(|name| line(said(name)?))?,
    })
}

/// A text for people: one line of bounded length, without what steers how the rest is shown.
fn line(text: &str) -> Option<String> {
    let steers = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let clean: String = text.chars().filter(|c| !steers(*c)).map(shown).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let whole = words.join(" ");
    let mut line: String = whole.chars().take(TEXT_LENGTH).collect();
    if line.len() < whole.len() {
        line.push('…');
    }
    (!line.is_empty()).then_some(line)
}
