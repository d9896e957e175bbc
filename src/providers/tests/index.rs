//! The indexes that come with the payloads: which file was answered to what, and with which status.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// What an index says of a file.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name in the folder.
    pub file: String,
    /// The HTTP status; none, where the file is no answer.
    pub status: Option<u16>,
    /// What it was answered to: method, address, and words around them.
    pub request: String,
}

/// An index is a list of rows, or an object that has one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Shape {
    List(Vec<Raw>),
    Object { files: Vec<Raw> },
}

#[derive(Deserialize)]
struct Raw {
    file: String,
    #[serde(default, alias = "http_status")]
    status: Value,
    #[serde(default, alias = "endpoint")]
    request: String,
}

/// The rows of the index in `folder`.
pub fn rows(folder: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(folder.join("index.json")).expect("an index");
    let (Shape::List(rows) | Shape::Object { files: rows }) =
        serde_json::from_str(&text).expect("an index of a known shape");
    let row = |raw: Raw| Row {
        file: raw.file,
        status: raw
            .status
            .as_u64()
            .and_then(|status| status.try_into().ok()),
        request: raw.request,
    };
    rows.into_iter().map(row).collect()
}

/// The payloads in `folder`: all but the lists of them.
pub fn payloads(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.into_string().expect("a name"));
    names
        .filter(|name| !matches!(&name[..], "index.json" | "INDEX.md"))
        .collect()
}

/// Where rows and files do not agree, in words.
pub fn disagreements(folder: &Path) -> Vec<String> {
    let files = payloads(folder);
    let mut listed = BTreeSet::new();
    let mut found = Vec::new();
    for row in rows(folder) {
        if !files.contains(&row.file) {
            found.push(format!(
                "{}: in the index, but there is no such file",
                row.file
            ));
        }
        if !listed.insert(row.file.clone()) {
            found.push(format!("{}: twice in the index", row.file));
        }
    }
    let unlisted = files.difference(&listed);
    found.extend(unlisted.map(|file| format!("{file}: a file that is not in the index")));
    found
}

impl Row {
    /// The HTTP method, where the request begins with one.
    pub fn method(&self) -> Option<&str> {
        let first = self.request.split_whitespace().next()?;
        let known = ["GET", "POST", "PATCH", "PUT", "DELETE"];
        known.contains(&first).then_some(first)
    }

    /// The segments of the address's path; none, where the request names no address.
    pub fn path(&self) -> Vec<&str> {
        let words = self.request.split_whitespace();
        let address = words.into_iter().find(|word| word.starts_with('/'));
        let path = address.and_then(|address| address.split(['?', ',']).next());
        let segments = path.unwrap_or_default().split('/');
        segments.filter(|segment| !segment.is_empty()).collect()
    }
}
