//! Where objects lie, what leads to them, and what is left out.

use super::*;
use crate::providers::Place;

fn lying_in(parent: Value) -> Item {
    item(json!({"object": "page", "id": "p", "parent": parent}))
}

#[test]
fn a_parent_of_any_kind_gives_its_id() {
    for (parent, id) in [
        (json!({"type": "workspace", "workspace": true}), None),
        (json!({"type": "page_id", "page_id": "1"}), Some("1")),
        (json!({"type": "block_id", "block_id": "1"}), Some("1")),
        (
            json!({"type": "database_id", "database_id": "1"}),
            Some("1"),
        ),
        (
            json!({"type": "data_source_id", "data_source_id": "1", "database_id": "2"}),
            Some("1"),
        ),
        (json!({"type": "agent_id", "agent_id": "1"}), Some("1")),
        (
            json!({"type": "ship_id", "ship_id": "1", "sea": {}}),
            Some("1"),
        ),
        (json!({"type": "ship_id"}), None),
        (json!({"type": "ship_id", "ship_id": ["1"]}), None),
        (json!({"type": "page_id", "page_id": ""}), None),
        (json!({"page_id": "1"}), None),
        (json!({"type": null}), None),
        (json!({}), None),
        (json!(null), None),
        (json!("1"), None),
    ] {
        let item = lying_in(parent.clone());
        assert_eq!(item.parent_id.as_deref(), id, "{parent}");
        assert_eq!(item.properties["parent_type"], parent["type"], "{parent}");
    }
}

#[test]
fn a_row_keeps_the_database_of_its_source() {
    let parent = json!({"type": "data_source_id", "data_source_id": "1", "database_id": "2"});
    assert_eq!(lying_in(parent).properties["database_id"], "2");
    let parent = json!({"type": "page_id", "page_id": "1"});
    assert_eq!(lying_in(parent).properties["database_id"], Value::Null);
}

#[tokio::test]
async fn a_data_source_tells_its_database_and_what_that_lies_in() {
    let source = |parent: Value, above: Value| json!({"object": "data_source", "id": "s", "parent": parent, "database_parent": above});
    let database = json!({"type": "database_id", "database_id": "d"});
    let page = json!({"type": "page_id", "page_id": "p"});
    let workspace = json!({"type": "workspace", "workspace": true});
    let synced = json!({"type": "data_source_id", "data_source_id": "other"});
    let fetched = found(json!([
        source(database.clone(), page.clone()),
        source(database.clone(), workspace),
        source(database, json!(null)),
        source(synced, page),
        {"object": "page", "id": "1", "parent": {"type": "database_id", "database_id": "d"}},
    ]))
    .await;
    let place = |lies_in: Option<&str>| Place {
        of: fetched.items[0].id.clone(),
        id: "d".to_owned(),
        lies_in: lies_in.map(str::to_owned),
    };
    assert_eq!(fetched.places, [place(Some("p")), place(None), place(None)]);
    assert_eq!(fetched.items.len(), 5);
    assert_eq!(fetched.items[0].properties["lies_in"], "p");
    assert_eq!(fetched.items[1].properties["lies_in"], Value::Null);
    let directories = fetched.items.iter().map(|item| item.directory);
    assert_eq!(
        directories.collect::<Vec<_>>(),
        [true, true, true, true, false]
    );
}

#[tokio::test]
async fn what_is_in_the_trash_is_left_out() {
    let fetched = found(json!([
        {"object": "page", "id": "1", "in_trash": true},
        {"object": "page", "id": "2", "archived": true},
        {"object": "data_source", "id": "3", "in_trash": true, "parent": {"type": "database_id", "database_id": "d"}},
        {"object": "page", "id": "4", "in_trash": false, "archived": false, "is_archived": true},
        {"object": "page", "id": "5", "in_trash": null},
    ]))
    .await;
    let ids: Vec<_> = fetched.items.iter().map(|item| &item.id[..]).collect();
    assert_eq!(ids, ["4", "5"]);
    assert!(fetched.places.is_empty());
}

#[tokio::test]
async fn what_has_no_id_or_is_of_an_unheard_of_kind_is_no_item() {
    let fetched = found(json!([
        {"object": "page"},
        {"object": "page", "id": ""},
        {"object": "butterfly", "id": "1"},
        {"id": "1"},
        {"object": "page", "id": "2", "developer_survey": {}},
    ]))
    .await;
    assert_eq!(fetched.items.len(), 1);
}

#[test]
fn only_https_with_a_host_becomes_a_link() {
    for (url, link) in [
        (
            json!("https://app.notion.com/p/a-1"),
            Some("https://app.notion.com/p/a-1"),
        ),
        (
            json!("https://www.notion.so/a"),
            Some("https://www.notion.so/a"),
        ),
        (
            json!("HTTPS://notion.example/ü"),
            Some("https://notion.example/%C3%BC"),
        ),
        (json!("http://app.notion.com/p/a"), None),
        (json!("javascript:alert(1)"), None),
        (json!("data:text/html,x"), None),
        (json!("https:"), None),
        (json!("https://"), None),
        (json!("/p/a"), None),
        (json!(""), None),
        (json!(null), None),
        (json!(7), None),
    ] {
        let item = item(json!({"object": "page", "id": "p", "url": url}));
        assert_eq!(item.url.as_deref(), link, "{url}");
    }
}

#[test]
fn times_come_with_any_offset_and_nonsense_is_unknown() {
    for (text, time) in [
        (
            json!("2026-04-30T11:25:00.000Z"),
            Some("2026-04-30T11:25:00Z"),
        ),
        (
            json!("2026-07-04T09:08:57.778+00:00"),
            Some("2026-07-04T09:08:57.778Z"),
        ),
        (
            json!("2026-07-04T11:08:57.778+02:00"),
            Some("2026-07-04T09:08:57.778Z"),
        ),
        (json!("yesterday"), None),
        (json!(null), None),
        (json!(1_777_000_000), None),
    ] {
        let item = item(
            json!({"object": "page", "id": "p", "created_time": text, "last_edited_time": text}),
        );
        let read = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        assert_eq!(read(item.creation_time).as_deref(), time, "{text}");
        assert_eq!(read(item.last_modified_time).as_deref(), time, "{text}");
    }
}

#[test]
fn an_icon_that_expires_is_not_kept() {
    for (icon, kept) in [
        (json!({"type": "emoji", "emoji": "🎯"}), json!("🎯")),
        (
            json!({"type": "file", "file": {"url": "https://example.com/signed"}}),
            json!(null),
        ),
        (
            json!({"type": "external", "external": {"url": "http://example.com/x.svg"}}),
            json!(null),
        ),
        (json!(null), json!(null)),
        (json!(7), json!(null)),
    ] {
        let item = item(json!({"object": "page", "id": "p", "icon": icon}));
        assert_eq!(item.properties["icon"], kept);
    }
}
