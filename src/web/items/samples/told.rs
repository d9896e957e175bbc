//! What is told of a provider above the table of all, in every state that it can be in.

use askama::Template;
use serde_json::json;

use super::super::index::IndexPage;
use super::super::reading;
use super::{loaded, profiles};
use crate::connections::{Overview, Unreadable};
use crate::providers::Profile;
use crate::web::connections::samples::{empty, load, read, with};
use crate::web::samples::{frame, keep, now};

/// Each state of a provider, and what must be said of it.
fn told(profile: &'static Profile) -> Vec<(Overview, bool, &'static str)> {
    let running = |mut overview: Overview| {
        overview.load = Some(load("running", &[json!({"outcome": {"is": "running"}})]));
        overview
    };
    let failed = json!({"outcome": {"is": "failed", "why": "It failed"}});
    let cut = json!({"cut": {"by": "items", "limit": 250}});
    let snapshot = |status: &str, parts: &[serde_json::Value]| Overview {
        snapshot: Some(load(status, parts)),
        ..with(profile, |_| ())
    };
    let mut stale = snapshot("complete", &[json!({})]);
    stale.load = Some(load("failed", std::slice::from_ref(&failed)));
    let lost = Overview {
        unreadable: Some(Unreadable::Damaged),
        snapshot: Some(load("complete", &[json!({})])),
        ..empty(profile)
    };
    vec![
        (with(profile, |_| ()), true, "has been loaded yet"),
        (running(with(profile, |_| ())), true, "is loading"),
        (
            running(loaded(profile, "complete")),
            true,
            "Shown is what was loaded before",
        ),
        (
            running(loaded(profile, "complete")),
            false,
            "What was loaded before cannot be read",
        ),
        (
            snapshot("partial", &[failed, json!({})]),
            true,
            "Contacts did not load.",
        ),
        (
            snapshot("complete", &[cut]),
            true,
            "Contacts were cut at 250 items. The operator set that limit.",
        ),
        (stale, true, "The last load came to nothing"),
        (lost, true, "cannot be read"),
        (loaded(profile, "complete"), false, "cannot be read"),
        (
            snapshot("complete", &[json!({"items": 0})]),
            true,
            "brought nothing",
        ),
    ]
}

#[test]
fn samples_of_what_is_told_of_providers_render() {
    let profile = profiles().into_iter().next().expect("a provider");
    for (nth, (overview, readable, says)) in told(profile).into_iter().enumerate() {
        let overviews = [overview];
        let shown = if readable {
            reading::shown(&overviews)
        } else {
            Vec::new()
        };
        let page = IndexPage::new(frame("items"), &overviews, &shown, None, now());
        let page = page.render().expect("a page");
        keep(&format!("items told {nth}"), &page);
        assert!(read(&page).contains(says), "{nth} {says}: {}", read(&page));
    }
    let page = IndexPage::new(frame("items"), &[empty(profile)], &[], None, now());
    let page = page.render().expect("a page");
    keep("items unconnected", &page);
    assert!(page.contains("Nothing is connected yet"));
    let whole = [loaded(profile, "complete")];
    let page = IndexPage::new(frame("items"), &whole, &reading::shown(&whole), None, now());
    assert!(!page.render().expect("a page").contains("class=\"banner"));
}
