//! The parameters of a request. What is not known is refused: it is most likely mistyped, and silence would pass for an
//! answer to it.

use actix_web::HttpRequest;

use super::problem::{Problem, Type};

/// The parameters that a request has.
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads them; `known` are those that the route has. Empty values count as not given.
    pub fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Problem> {
        let mut read: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(request.query_string().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let shown: String = name.chars().take(40).collect();
                let possible = known.join(", ");
                return Err(bad(
                    &shown,
                    format!("is no parameter here; possible are {possible}"),
                ));
            }
            if read.iter().any(|(before, _)| *before == name) {
                return Err(bad(&name, "is given more than once".to_owned()));
            }
            read.push((name.into_owned(), value.trim().to_owned()));
        }
        read.retain(|(_, value)| !value.is_empty());
        Ok(Self(read))
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A number from 1 to `most`.
    pub fn number(&self, name: &str, usual: u32, most: u32) -> Result<u32, Problem> {
        let Some(value) = self.get(name) else {
            return Ok(usual);
        };
        let number = value.parse().ok().filter(|it| (1..=most).contains(it));
        number.ok_or_else(|| bad(name, format!("must be a number from 1 to {most}")))
    }

    /// The parameters of these names, as a query string.
    pub fn only(&self, names: &[&str]) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        let wanted = self.0.iter().filter(|(name, _)| names.contains(&&name[..]));
        text.extend_pairs(wanted);
        text.finish()
    }
}

/// That a parameter makes no sense.
pub fn bad(name: &str, detail: String) -> Problem {
    Problem::field(Type::BadParameter, name, detail)
}
