use super::labels::{Known, class};
use super::*;

#[test]
fn names_and_kinds_are_as_prometheus_wants_them() {
    let mut names: Vec<&str> = ALL.iter().map(|metric| metric.name).collect();
    for metric in ALL {
        assert!(metric.name.starts_with("patchbay_"), "{}", metric.name);
        assert!(metric.help.ends_with('.'), "{}", metric.name);
        let is_counter = matches!(metric.kind, Kind::Counter);
        assert_eq!(
            is_counter,
            metric.name.ends_with("_total"),
            "{}",
            metric.name
        );
        if let Kind::Histogram(buckets) = metric.kind {
            assert!(metric.name.ends_with("_seconds"), "{}", metric.name);
            assert!(
                buckets.is_sorted() && buckets.len() <= 14,
                "{}",
                metric.name
            );
        }
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn what_is_not_known_is_no_label_of_its_own() {
    let known = Known::new(vec![("one", vec!["things"])]);
    assert_eq!(known.provider("one"), "one");
    assert_eq!(known.provider("two"), "other");
    assert_eq!(known.stream("one", "things"), "things");
    assert_eq!(known.stream("one", "secrets"), "other");
    assert_eq!(known.stream("two", "things"), "other");
    assert_eq!((method("GET"), method("BREW")), ("GET", "_OTHER"));
    assert_eq!((class(Some(204)), class(Some(429))), ("2xx", "429"));
    assert_eq!((class(Some(999)), class(None)), ("other", "none"));
}

#[test]
fn before_the_start_nothing_is_kept() {
    assert!(request_begins(Some("/x".to_owned()), "GET").is_none());
    assert!(load_runs("one", 0).is_none());
    refreshed("one", Refreshed::Renewed, std::time::Duration::ZERO);
    assert_eq!(render(0), "");
}
