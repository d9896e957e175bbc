//! No payload lies about unread: each is used by a test beside this file, or has a reason not to be yet.

use std::collections::BTreeSet;
use std::path::Path;

use super::{folder, index};

const CONTACTS: &str = "contacts are not created, changed or searched for yet";

/// Payloads of features that are not there yet.
const NOT_YET: &[(&str, &str)] = &[
    ("contact_create_success.json", CONTACTS),
    ("contact_get.json", CONTACTS),
    ("contact_update_success.json", CONTACTS),
    ("contacts_batch_read_200.json", CONTACTS),
    ("contacts_batch_read_207.json", CONTACTS),
    ("companies_search_single_page.json", CONTACTS),
    ("deals_search_page.json", CONTACTS),
    ("tasks_with_associations.json", "tasks are no stream"),
    ("webhook_batch.json", "nothing listens for webhooks"),
    (
        "introspect_refresh_active.json",
        "only access tokens are introspected",
    ),
    (
        "ratelimit_headers.json",
        "the limiter keeps to documented numbers; it does not read headers",
    ),
];

fn files_in(folder: &Path, ending: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.into_string().expect("a name"));
    names.filter(|name| name.ends_with(ending)).collect()
}

fn payloads() -> BTreeSet<String> {
    let mut names = files_in(&folder(), ".json");
    assert!(names.remove("index.json"));
    names
}

/// The payloads that a test names.
fn used() -> BTreeSet<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers/hubspot/tests");
    let mut sources = files_in(&here, ".rs");
    assert!(sources.remove("index.rs"));
    let read = |name: &String| std::fs::read_to_string(here.join(name)).expect("a file");
    let text: String = sources.iter().map(read).collect();
    let is_named = |name: &String| text.contains(&format!("\"{name}\""));
    payloads().into_iter().filter(is_named).collect()
}

#[test]
fn the_index_lists_what_is_there() {
    let listed = index().into_iter().map(|entry| {
        let name = entry["file"].as_str().expect("a name");
        name.to_owned()
    });
    assert_eq!(listed.collect::<BTreeSet<_>>(), payloads());
}

#[test]
fn each_payload_is_either_used_or_not_needed_yet() {
    let not_yet: BTreeSet<String> = NOT_YET.iter().map(|(name, _)| (*name).to_owned()).collect();
    let used = used();
    let both: Vec<_> = used.intersection(&not_yet).collect();
    assert!(both.is_empty(), "used by now: {both:?}");
    let known: BTreeSet<String> = used.union(&not_yet).cloned().collect();
    assert_eq!(known, payloads());
    assert!(NOT_YET.iter().all(|(_, reason)| !reason.is_empty()));
}
