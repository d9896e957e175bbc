//! A connection's page with a load in every state that a load can be in.

use askama::Template;
use serde_json::{Value, json};

use super::super::show::ShowPage;
use super::super::view::Progress;
use super::{buttons, empty, frame, head, keep, minutes, now, read, with};
use crate::load::Load;
use crate::providers::Registry;

/// A stream as a report has it, with these fields of its own.
fn part(fields: &Value) -> Value {
    let mut part = json!({
        "stream": "contacts", "title": "Contacts", "outcome": {"is": "done"}, "runs": [], "loaded_at": null,
        "pages": 3, "items": 250, "kinds": {}, "total": null, "repeated": 0, "retries": 0, "limited": 0, "cut": null,
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        part[name] = value.clone();
    }
    part
}

/// A load as its record has it.
pub fn load(status: &str, parts: &[Value]) -> Load {
    let ended = (status != "running").then(|| minutes(-1));
    let record = json!({
        "id": "load", "account": "1", "status": status, "started_at": minutes(-2), "ended_at": ended,
        "parts": parts.iter().map(part).collect::<Vec<_>>(),
    });
    serde_json::from_value(record).expect("a load")
}

/// Each state, what its page must say, and the buttons that it offers beside those of every page.
fn samples() -> Vec<(Load, &'static str, Option<&'static str>)> {
    let running = json!({"outcome": {"is": "running"}});
    let waits = |why: &str| json!({"outcome": {"is": "running"}, "waits": {"until": now() + jiff::SignedDuration::from_secs(9), "why": why}});
    let failed = json!({"outcome": {"is": "failed", "why": "It failed (status 503)"}, "items": 0});
    let kept = json!({
        "outcome": {"is": "failed", "why": "It failed (status 503)"},
        "runs": [{"of": "old", "first": 0, "blocks": 2, "items": 250, "kept": {"loaded_at": minutes(-300)}}],
    });
    let missed = json!({
        "missed": [{"title": "CRM / Leads", "why": "It does not let you read it"}], "missed_in_all": 1,
        "runs": [{"of": "load", "first": 4, "blocks": 1, "items": 7, "kept": {"loaded_at": minutes(-300)}}],
    });
    let skipped =
        json!({"outcome": {"is": "skipped", "why": "'Read contacts' was not granted"}, "items": 0});
    let (cancel, retry) = (Some("Cancel load"), Some("Retry what failed"));
    let mut resting = load("running", std::slice::from_ref(&running));
    resting.rests = true;
    vec![
        (
            load("running", std::slice::from_ref(&running)),
            "250 items so far",
            cancel,
        ),
        (resting, "goes on by itself in a moment", cancel),
        (
            load("running", &[waits("limit")]),
            "waits 9 seconds: more would be beyond",
            cancel,
        ),
        (
            load("running", &[waits("asked")]),
            "waits 9 seconds, as",
            cancel,
        ),
        (
            load("running", &[waits("failing")]),
            "next try in 9 seconds",
            cancel,
        ),
        (load("complete", &[json!({})]), "Loaded 250 items", None),
        (
            load("complete", &[json!({"cut": {"by": "pages", "limit": 3}})]),
            "PATCHBAY_LOAD_MAX_PAGES",
            None,
        ),
        (
            load("partial", &[failed.clone(), json!({})]),
            "There are no items of it to show",
            retry,
        ),
        (
            load("partial", &[kept, json!({})]),
            "Still shown are the items loaded 5 h",
            retry,
        ),
        (load("partial", &[missed]), "7 of an earlier load", retry),
        (
            load("partial", &[skipped, json!({})]),
            "Reconnect to grant it",
            None,
        ),
        (load("failed", &[failed]), "Load items again to retry", None),
        (
            load("interrupted", std::slice::from_ref(&running)),
            "was interrupted",
            None,
        ),
        (load("cancelled", &[running]), "was cancelled", None),
    ]
}

#[test]
fn a_load_is_told_in_every_state() {
    for provider in Registry.all() {
        let profile = provider.profile();
        for (nth, (load, says, offers)) in samples().into_iter().enumerate() {
            let state = format!("{}: {:?}, {says}", profile.id, load.status);
            let mut overview = with(profile, |_| ());
            let progress = Progress::new(&load, profile.name, &[], now());
            let runs = progress.running;
            overview.load = Some(load);
            let page = ShowPage::new(
                frame("connections"),
                &overview,
                head(&overview),
                None,
                Some(progress),
            );
            let page = page.render().expect("a page");
            keep(&format!("load {} {nth}", profile.id), &page);
            let text = read(&page);
            assert!(text.contains(says), "{state}: {text}");
            let found = buttons(&page);
            for button in ["Cancel load", "Retry what failed"] {
                let there = found.iter().any(|words| words == button);
                assert_eq!(there, offers == Some(button), "{state}: {button}");
            }
            assert_eq!(page.contains("hx-trigger=\"every "), runs, "{state}");
            for odd in ["None", "Some(", "the provider"] {
                assert!(!text.contains(odd), "{state}: {text}");
            }
        }
    }
}

#[test]
fn what_failed_is_not_tried_again_without_a_connection() {
    let profile = Registry.all().next().expect("a provider").profile();
    let failed = json!({"outcome": {"is": "failed", "why": "It failed"}});
    let load = load("partial", &[failed, json!({})]);
    let progress = Progress::new(&load, profile.name, &[], now());
    let overview = empty(profile);
    let page = ShowPage::new(
        frame("connections"),
        &overview,
        head(&overview),
        None,
        Some(progress),
    );
    let page = page.render().expect("a page");
    assert!(
        !buttons(&page)
            .iter()
            .any(|words| words == "Retry what failed")
    );
}
