//! The fields of a posted form, whatever encoding they came in.

/// Named texts, in the order in which they came.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`; `None` where it is not UTF-8, for which the parser would put a
    /// replacement character.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let decoded = percent_encoding::percent_decode(body);
        decoded.decode_utf8().ok()?;
        let fields = url::form_urlencoded::parse(body).into_owned();
        Some(fields.collect())
    }

    /// The first field of this name, as it was typed; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All fields of this name.
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        let fields = self.0.iter().filter(move |(field, _)| field == name);
        fields.map(|(_, value)| value.as_str())
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}
