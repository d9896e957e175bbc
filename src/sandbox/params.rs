//! Parameters of a query string or a form body, in the order they came.

use url::form_urlencoded;

/// Decoded name and value pairs. Names may repeat.
#[derive(Debug, Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `a=1&b=2` as it stands in a query string or a form body.
    pub fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of `name`, if it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// The first value of `name`, or the empty string.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether `name` came, even without a value.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Every value of `name`.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |pair| pair.0 == name)
            .map(|pair| pair.1.as_str())
    }

    /// The pairs with one of these names.
    pub fn only<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter(|(name, _)| names.contains(name))
    }

    /// Every pair.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether a `Content-Type` header names a plain form, with or without a charset.
pub fn is_form(content_type: Option<&str>) -> bool {
    is_type(content_type, "application/x-www-form-urlencoded")
}

/// Whether a `Content-Type` header names JSON, with or without a charset.
pub fn is_json(content_type: Option<&str>) -> bool {
    is_type(content_type, "application/json")
}

fn is_type(content_type: Option<&str>, wanted: &str) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next();
    essence.is_some_and(|one| one.trim().eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_and_keeps_repeats() {
        let params = Params::parse(b"scope=a%20b+c&p=1&p=2&empty=");
        assert_eq!(params.text("scope"), "a b c");
        assert_eq!(params.all("p").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(params.get("empty"), None);
        assert!(params.has("empty") && !params.has("absent"));
    }

    #[test]
    fn tells_forms_and_json_from_other_bodies() {
        assert!(is_form(Some(
            "application/x-www-form-urlencoded; charset=utf-8"
        )));
        assert!(!is_form(Some("application/json")));
        assert!(is_json(Some("Application/JSON; charset=utf-8")));
        assert!(!is_form(None));
    }
}
