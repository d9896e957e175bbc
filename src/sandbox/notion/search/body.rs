//! JSON bodies, and how their members are refused: Notion names the member, what it should be and what it was.

use actix_web::{HttpRequest, http::header::CONTENT_TYPE};
use serde_json::{Map, Value};

use crate::sandbox::{
    notion::{failure::Failure, lists::MAX_SIZE},
    params::{Params, is_json},
    request::header,
};

/// An object, with the path that leads to it.
#[derive(Debug)]
pub struct Body {
    /// `filter.` for the object in `filter`, nothing for the body itself.
    path: &'static str,
    members: Map<String, Value>,
}

impl Body {
    /// Reads the body of a call.
    ///
    /// # Errors
    ///
    /// `invalid_json`, or `validation_error` for paging in the query string, which a POST must not have there.
    pub fn read(request: &HttpRequest, bytes: &[u8]) -> Result<Self, Failure> {
        let query = Params::parse(request.query_string().as_bytes());
        for name in ["start_cursor", "page_size"] {
            if let Some(text) = query.get(name) {
                let was = Value::from(text);
                return Err(Failure::not_as("query", name, "not present", Some(&was)));
            }
        }
        if !is_json(header(request, CONTENT_TYPE)) {
            return Err(Failure::invalid_json());
        }
        match serde_json::from_slice(bytes).map_err(|_| Failure::invalid_json())? {
            Value::Object(members) => Ok(Self { path: "", members }),
            other => {
                let text = format!(
                    "body failed validation: body should be an object, instead was `{other}`."
                );
                Err(Failure::validation(text))
            }
        }
    }

    /// Refuses members of other names.
    pub fn only(&self, names: &[&str]) -> Result<(), Failure> {
        match self
            .members
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()))
        {
            Some((name, _)) => Err(self.refused(name, "not present")),
            None => Ok(()),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// A member that may be absent but, as every one, not null.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        self.one(name, Value::as_str, "a string or `undefined`")
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.one(name, Value::as_bool, "a boolean or `undefined`")
    }

    /// An object inside this one. `path` leads to it.
    pub fn object(&self, name: &str, path: &'static str) -> Result<Option<Self>, Failure> {
        let members = self.one(name, Value::as_object, "an object or `undefined`")?;
        Ok(members.map(|members| Self {
            path,
            members: members.clone(),
        }))
    }

    /// A member that must be one of these words. `wanted` lists them as Notion does.
    pub fn word(&self, name: &str, words: &[&str], wanted: &str) -> Result<String, Failure> {
        let found = self.members.get(name).and_then(Value::as_str);
        match found.filter(|word| words.contains(word)) {
            Some(word) => Ok(word.to_owned()),
            None => Err(self.refused(name, if self.has(name) { wanted } else { "defined" })),
        }
    }

    /// The page size. 0 is answered like the default.
    pub fn size(&self) -> Result<usize, Failure> {
        let number = self.one("page_size", Value::as_f64, "a number or `undefined`")?;
        let Some(number) = number.filter(|number| *number != 0.0) else {
            return Ok(100);
        };
        let wanted = match self.members.get("page_size").and_then(Value::as_u64) {
            Some(size) if size <= MAX_SIZE => return Ok(usize::try_from(size).unwrap_or(100)),
            None if number < 0.0 => "≥ `0` or `undefined`",
            None if number.fract() != 0.0 => "an integer or `undefined`",
            _ => "≤ `100` or `undefined`",
        };
        Err(self.refused("page_size", wanted))
    }

    /// What the call asks for, without how it pages: a cursor is bound to it.
    pub fn arguments(&self) -> String {
        let mut members = self.members.clone();
        members.retain(|name, _| !["start_cursor", "page_size"].contains(&name.as_str()));
        Value::from(members).to_string()
    }

    /// The refusal of a member.
    pub fn refused(&self, name: &str, wanted: &str) -> Failure {
        let member = format!("{}{name}", self.path);
        Failure::not_as("body", &member, wanted, self.members.get(name))
    }

    fn one<'a, T>(
        &'a self,
        name: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
        wanted: &str,
    ) -> Result<Option<T>, Failure> {
        match self.members.get(name) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(found) => Ok(Some(found)),
                None => Err(self.refused(name, wanted)),
            },
        }
    }
}
