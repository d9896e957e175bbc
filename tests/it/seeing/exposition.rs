//! Metrics as Prometheus reads them.

use std::collections::{BTreeMap, BTreeSet};

/// What was scraped.
pub struct Exposition {
    pub text: String,
    series: Vec<Series>,
}

/// A line.
pub struct Series {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Exposition {
    pub fn parse(text: String) -> Self {
        let lines = text.lines().filter(|line| !line.is_empty());
        let lines = lines.filter(|line| !line.starts_with('#'));
        let series = lines.map(series).collect();
        Self { text, series }
    }

    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The sum over all series of a metric with these labels.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |series: &&Series| {
            let mut wanted = labels.iter();
            series.name == name && wanted.all(|(key, value)| series.labels[*key] == *value)
        };
        self.series.iter().filter(fits).map(|it| it.value).sum()
    }

    /// The value of the only series of a metric.
    pub fn value(&self, name: &str) -> f64 {
        let mut found = self.series.iter().filter(|series| series.name == name);
        let value = found.next().unwrap_or_else(|| panic!("no {name}")).value;
        assert!(found.next().is_none(), "several {name}");
        value
    }

    /// The names and labels of all series but those of the process itself.
    pub fn keys(&self) -> BTreeSet<String> {
        let own = self
            .series
            .iter()
            .filter(|it| !it.name.starts_with("process_"));
        own.map(|it| format!("{} {:?}", it.name, it.labels))
            .collect()
    }
}

/// Reads `name{label="value",…} value`; our values need no escapes.
fn series(line: &str) -> Series {
    assert!(!line.contains('\\'), "{line}");
    let (what, value) = line.rsplit_once(' ').expect("a value");
    let (name, labels) = what.split_once('{').unwrap_or((what, ""));
    let labels = labels.trim_end_matches('}').split("\",");
    let labels = labels.filter(|label| !label.is_empty()).map(|label| {
        let (key, value) = label.split_once("=\"").expect("a label");
        (key.to_owned(), value.trim_end_matches('"').to_owned())
    });
    Series {
        name: name.to_owned(),
        labels: labels.collect(),
        value: value.parse().unwrap_or_else(|_| panic!("{line}")),
    }
}
