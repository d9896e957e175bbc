//! Notion's JSON as it comes. Unknown fields are ignored everywhere; almost every field may be missing, and
//! objects that the connection may not read have hardly any.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::lenient::{or_default, rows};
use crate::outbound::Meaning;

/// What a token answer says beside the tokens.
#[derive(Debug, Deserialize)]
pub(super) struct Authorization {
    pub(super) bot_id: String,
    pub(super) workspace_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) workspace_name: Option<String>,
    /// A person, without name and address where the connection may not see people; or the workspace.
    #[serde(default)]
    owner: Value,
}

impl Authorization {
    /// Whether it says which workspace and which authorization this is.
    pub(super) fn is_whole(&self) -> bool {
        !self.bot_id.is_empty() && !self.workspace_id.is_empty()
    }

    /// Who allowed it: name, or else address.
    pub(super) fn person(&self) -> Option<String> {
        let user = self.owner.get("user")?;
        let words = |at| Some(user.pointer(at)?.as_str()?.trim().to_owned());
        let text = |at| words(at).filter(|text| !text.is_empty());
        text("/name").or_else(|| text("/person/email"))
    }
}

/// A page of a search or another list. Answers without `results` occur; what has nothing of a list is none.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawPage<T>", bound(deserialize = "T: DeserializeOwned"))]
pub(super) struct Page<T = Object> {
    pub(super) results: Vec<T>,
    next_cursor: Option<String>,
    has_more: Option<bool>,
    /// Notion itself left something out.
    pub(super) incomplete: bool,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct RawPage<T> {
    #[serde(default, deserialize_with = "or_default")]
    object: String,
    results: Option<Rows<T>>,
    next_cursor: Option<String>,
    has_more: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    request_status: RequestStatus,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct Rows<T>(#[serde(deserialize_with = "rows")] Vec<T>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestStatus {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
}

impl<T> TryFrom<RawPage<T>> for Page<T> {
    type Error = &'static str;

    fn try_from(raw: RawPage<T>) -> Result<Self, Self::Error> {
        let listed = raw.results.is_some() || raw.has_more.is_some() || raw.next_cursor.is_some();
        if raw.object != "list" && !listed {
            return Err("it is not a list");
        }
        Ok(Self {
            results: raw.results.map(|rows| rows.0).unwrap_or_default(),
            next_cursor: raw.next_cursor,
            has_more: raw.has_more,
            incomplete: raw.request_status.kind == "incomplete",
        })
    }
}

impl<T> Page<T> {
    /// Where the next page begins. The list ends with no cursor as well as with `has_more: false`.
    pub(super) fn next(&self) -> Option<String> {
        let more = self.has_more.unwrap_or(true);
        let cursor = self.next_cursor.clone().filter(|cursor| !cursor.is_empty());
        cursor.filter(|_| more)
    }
}

/// A page, a data source or a database.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Object {
    #[serde(deserialize_with = "or_default")]
    pub(super) object: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) created_time: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) last_edited_time: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) parent: Option<Parent>,
    /// Of a data source: what its database lies in.
    #[serde(deserialize_with = "or_default")]
    pub(super) database_parent: Option<Parent>,
    #[serde(deserialize_with = "or_default")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) public_url: Option<String>,
    pub(super) icon: Value,
    #[serde(deserialize_with = "or_default")]
    pub(super) in_trash: bool,
    /// The same in versions before 2026-03-11.
    #[serde(deserialize_with = "or_default")]
    pub(super) archived: bool,
    /// Of data sources and databases.
    #[serde(deserialize_with = "or_default")]
    pub(super) title: Option<Vec<Run>>,
    #[serde(deserialize_with = "or_default")]
    pub(super) description: Option<Vec<Run>>,
    /// Of pages: values; of data sources: the schema, which is not read.
    #[serde(deserialize_with = "or_default")]
    pub(super) properties: BTreeMap<String, Value>,
    /// Of databases.
    #[serde(deserialize_with = "or_default")]
    pub(super) data_sources: Vec<Reference>,
}

/// Something named by its id.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
}

/// What an object lies in. Kinds that nobody has heard of occur.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parent {
    #[serde(rename = "type", deserialize_with = "or_default")]
    pub(super) kind: Option<String>,
    /// The ids that come with it, the one named like the kind among them.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl Parent {
    /// The id of the parent; none for the workspace.
    pub(super) fn id(&self) -> Option<&str> {
        self.other(self.kind.as_deref()?)
    }

    /// Another id that comes with it.
    pub(super) fn other(&self, name: &str) -> Option<&str> {
        self.rest.get(name)?.as_str().filter(|id| !id.is_empty())
    }
}

/// A run of text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    #[serde(deserialize_with = "or_default")]
    plain_text: Option<String>,
    #[serde(deserialize_with = "or_default")]
    text: Option<Content>,
    #[serde(deserialize_with = "or_default")]
    equation: Option<Content>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(deserialize_with = "or_default")]
    content: Option<String>,
    #[serde(deserialize_with = "or_default")]
    expression: Option<String>,
}

impl Run {
    fn words(&self) -> &str {
        let text = || self.text.as_ref()?.content.as_deref();
        let equation = || self.equation.as_ref()?.expression.as_deref();
        self.plain_text
            .as_deref()
            .or_else(text)
            .or_else(equation)
            .unwrap_or_default()
    }
}

/// The text of runs as it stands, white space and line breaks kept.
pub(super) fn text(runs: &[Run]) -> String {
    runs.iter().map(Run::words).collect()
}

/// The text of runs as one line: joined, white space of any sort as one space, nothing around it. `None` for
/// nothing.
pub(super) fn line(runs: &[Run]) -> Option<String> {
    let joined = text(runs);
    let words: Vec<&str> = joined.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The title of a page: its one property of type `title`, whatever it is called. Its id is always `title`.
pub(super) fn page_title(properties: &BTreeMap<String, Value>) -> Option<String> {
    let says = |value: &&Value, field: &str| value.get(field).is_some_and(|text| text == "title");
    let mut all = properties.values();
    let title = all
        .clone()
        .find(|value| says(value, "type"))
        .or_else(|| all.find(|value| value.get("type").is_none() && says(value, "id")))?;
    let runs: Vec<Run> = serde_json::from_value(title.get("title")?.clone()).ok()?;
    line(&runs)
}

/// What an error answer may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    #[serde(deserialize_with = "or_default")]
    code: Option<String>,
    #[serde(deserialize_with = "or_default")]
    message: Option<String>,
    #[serde(deserialize_with = "or_default")]
    additional_data: BTreeMap<String, Value>,
}

impl Problem {
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    pub(super) fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Whether a cursor was refused. No code of its own exists, so the message is read: for search it begins
    /// with 'The start_cursor provided is invalid'.
    pub(super) fn is_about_the_cursor(&self) -> bool {
        let message = self.message.as_deref().unwrap_or_default();
        self.is("validation_error") && message.contains("start_cursor")
    }

    fn detail(&self, name: &str) -> Option<&str> {
        self.additional_data.get(name)?.as_str()
    }

    /// Seconds to wait, as the body says it.
    fn wait(&self) -> Duration {
        let seconds = self
            .detail("retry_after")
            .and_then(|text| text.parse().ok());
        Duration::from_secs(seconds.unwrap_or(1).max(1))
    }
}

/// 429 and 529 ask for a pause, in header and body; one kind of 429 will not pass.
pub(super) fn reading(status: u16, body: &[u8]) -> Meaning {
    if !matches!(status, 429 | 529) {
        return Meaning::Usual;
    }
    let problem = Problem::read(body);
    match problem.detail("rate_limit_reason") {
        Some("public_api_request_blocked") => {
            Meaning::Final("has blocked this connection's requests")
        }
        _ => Meaning::TooMany(Some(problem.wait())),
    }
}
