//! A load that has ended, as its person saw it and as its report tells it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

pub struct Loaded {
    /// From the click to the end that the report names.
    pub took: Duration,
    /// From the click to the first rows on the page; `None` if the load ended before any were shown.
    pub first_rows: Option<Duration>,
    /// Questions of the page for the progress that were answered with a failure.
    pub refused: u64,
    pub report: Value,
}

impl Loaded {
    pub fn items(&self) -> u64 {
        self.report["items"].as_u64().unwrap_or_default()
    }

    pub fn status(&self) -> &str {
        self.report["status"].as_str().unwrap_or_default()
    }

    /// A number of the report over all streams, such as `retries`.
    pub fn sum(&self, name: &str) -> u64 {
        let streams = self.report["streams"].as_array().into_iter().flatten();
        streams.filter_map(|stream| stream[name].as_u64()).sum()
    }

    /// How a stream ended, such as `done`.
    pub fn outcome(&self, stream: &str) -> &str {
        let mut streams = self.report["streams"].as_array().into_iter().flatten();
        let found = streams.find(|one| one["stream"] == stream);
        found
            .and_then(|one| one["outcome"].as_str())
            .unwrap_or_default()
    }

    /// Items by type.
    pub fn types(&self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        let streams = self.report["streams"].as_array().into_iter().flatten();
        for (name, number) in streams.filter_map(|one| one["types"].as_object()).flatten() {
            *all.entry(name.clone()).or_default() += number.as_u64().unwrap_or_default();
        }
        all
    }

    /// Ends the scenario unless the load is whole and brought so many items.
    pub fn is_whole(&self, items: u64) {
        assert_eq!(
            (self.status(), self.items()),
            ("complete", items),
            "{}",
            self.report
        );
    }
}
