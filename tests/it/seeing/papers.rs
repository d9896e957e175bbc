//! The operator's page, the alert rules and the dashboard speak of metrics that there are, and of all of them.

use std::collections::BTreeSet;

use patchbay::metrics::{ALL, Kind};
use serde_json::Value;

fn paper(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn page() -> String {
    paper("docs/operations.md")
}

/// What the process itself tells, by the names that Prometheus gives it.
const PROCESS: [&str; 8] = [
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_threads",
    "process_virtual_memory_bytes",
    "process_virtual_memory_max_bytes",
];

fn names() -> BTreeSet<&'static str> {
    let own = ALL.iter().map(|metric| metric.name);
    own.chain(PROCESS).collect()
}

/// Every word of a text that is a metric's name, of a histogram without its part.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let words = words.filter(|word| word.starts_with("patchbay_") || word.starts_with("process_"));
    let histograms: Vec<&str> = ALL
        .iter()
        .filter(|metric| matches!(metric.kind, Kind::Histogram(_)))
        .map(|metric| metric.name)
        .collect();
    words
        .map(|word| {
            let parts = ["_bucket", "_sum", "_count"].iter();
            let mut whole = parts.filter_map(|part| word.strip_suffix(part));
            let whole = whole.find(|whole| histograms.contains(whole));
            whole.unwrap_or(word).to_owned()
        })
        .collect()
}

/// Every label that an expression matches or sums by.
fn labels(expression: &str) -> BTreeSet<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let matched = expression.match_indices(['=', '!']).filter_map(|(at, _)| {
        let rest = expression[at..].trim_start_matches(['=', '!', '~']);
        let before = expression[..at].rsplit(|c| !word(c)).next()?;
        (rest.starts_with('"') && !before.is_empty()).then_some(before)
    });
    let sums = expression.split("by (").skip(1);
    let sums = sums.filter_map(|rest| rest.split_once(')'));
    let sums = sums.flat_map(|(names, _)| names.split(',').map(str::trim));
    matched.chain(sums).collect()
}

/// Each label of an expression is one of a metric in it, or Prometheus gives it to all.
fn has_only_its_labels(expression: &str) {
    let found = named(expression);
    let of = ALL.iter().filter(|metric| found.contains(metric.name));
    let of: BTreeSet<&str> = of
        .flat_map(|metric| metric.labels.iter().copied())
        .collect();
    for label in labels(expression) {
        let known = ["le", "instance", "job"].contains(&label) || of.contains(label);
        assert!(known, "no {label}: {expression}");
    }
}

#[test]
fn the_page_lists_every_metric_as_it_is() {
    let page = page();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter_map(|row| row.split_once('`'));
    let mut listed: Vec<&str> = rows.clone().map(|(name, _)| name).collect();
    listed.retain(|name| name.starts_with("patchbay_") || name.starts_with("process_"));
    let unique: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), unique.len(), "one is listed twice");
    assert_eq!(unique, names());
    for metric in ALL {
        let (_, rest) = rows
            .clone()
            .find(|(name, _)| *name == metric.name)
            .expect("a row");
        let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        let labels = metric.labels.iter().map(|label| format!("`{label}`"));
        let labels = labels.collect::<Vec<_>>().join(", ");
        assert_eq!((cells[1], cells[2]), (kind, &labels[..]), "{}", metric.name);
    }
}

/// The rules of the file: name, expression, and what else stands there.
fn rules() -> Vec<(String, String, String)> {
    let alerts = paper("deploy/prometheus/alerts.yaml");
    let rules = alerts.split("\n      - alert: ").skip(1).map(|rule| {
        let (name, rest) = rule.split_once('\n').expect("more than a name");
        let (_, expression) = rest.split_once("        expr: ").expect("an expression");
        let end = expression.find("\n        for: ").expect("a time");
        let (expression, rest) = expression.split_at(end);
        (name.to_owned(), expression.to_owned(), rest.to_owned())
    });
    rules.collect()
}

#[test]
fn every_alert_is_about_metrics_that_there_are_and_is_explained() {
    let rules = rules();
    assert!(rules.len() > 15, "{}", rules.len());
    let page = page();
    let headings: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### Patchbay"))
        .collect();
    let alerts = rules
        .iter()
        .map(|(name, ..)| name.strip_prefix("Patchbay").expect("ours"));
    assert_eq!(alerts.collect::<BTreeSet<_>>(), headings);
    for (name, expression, rest) in &rules {
        let found = named(expression);
        assert!(!found.is_empty(), "{name}");
        has_only_its_labels(expression);
        for metric in found {
            assert!(names().contains(&metric[..]), "{name}: {metric}");
        }
        for part in ["severity: ", "summary: ", "description: "] {
            assert!(rest.contains(part), "{name} lacks {part}");
        }
        let place = format!("#patchbay{}", name["Patchbay".len()..].to_lowercase());
        assert!(
            rest.contains(&format!("docs/operations.md{place}")),
            "{name}: {place}"
        );
    }
}

#[test]
fn the_dashboard_shows_metrics_that_there_are() {
    let dashboard: Value =
        serde_json::from_str(&paper("deploy/grafana/patchbay.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut ids = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for panel in panels {
        assert!(
            ids.insert(panel["id"].as_u64().expect("an id")),
            "{}",
            panel["id"]
        );
        if panel["type"] == "row" {
            continue;
        }
        assert!(panel["title"].is_string() && panel["gridPos"]["w"].is_u64());
        assert_eq!(panel["datasource"]["uid"], "${source}");
        let targets = panel["targets"].as_array().expect("targets");
        assert!(!targets.is_empty(), "{}", panel["title"]);
        for target in targets {
            let expression = target["expr"].as_str().expect("an expression");
            let found = named(expression);
            has_only_its_labels(expression);
            assert!(!found.is_empty(), "{target}");
            shown.extend(found);
        }
    }
    for metric in &shown {
        assert!(names().contains(&metric[..]), "{metric}");
    }
    // What is not shown can be asked for; most of it is.
    assert!(shown.len() > 25, "{}", shown.len());
}
