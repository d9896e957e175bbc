//! The search: how it is asked, where its pages end, and what follows when it is over.

use std::collections::BTreeMap;

use super::*;
use crate::providers::notion::wire;
use crate::providers::tests::index;

#[tokio::test]
async fn a_search_names_its_version_kind_size_and_order() {
    let server = Server::in_turn([reply("search_empty.json")]).await;
    for (stream, value) in [("pages", "page"), ("databases", "data_source")] {
        fetch(&server, &Fetch::first(stream)).await.expect("a page");
        let seen = server.seen().pop().expect("a request");
        assert_eq!((&seen.method[..], &seen.target[..]), ("POST", "/v1/search"));
        let header = |name: &str| seen.header(name);
        assert_eq!(header("notion-version"), Some("2026-03-11"));
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("authorization"), Some("Bearer secret-access-token"));
        let body: Value = serde_json::from_str(&seen.body).expect("JSON");
        let expected = json!({
            "filter": {"property": "object", "value": value},
            "sort": {"timestamp": "last_edited_time", "direction": "ascending"},
            "page_size": 100,
        });
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn a_cursor_is_passed_on_as_it_came_and_otherwise_left_out() {
    let server = Server::in_turn([reply("search_2026-03-11_page1.json")]).await;
    let step = Fetch::first("pages");
    let fetched = fetch(&server, &step).await.expect("a page");
    assert_eq!(fetched.items.len(), 8);
    let cursor = "eyJGQUtFIjoiY3Vyc29yIiwibiI6OH0.FAKE-session-7f2c";
    assert_eq!(fetched.next, [step.page_at(cursor)]);
    fetch(&server, &fetched.next[0]).await.expect("a page");
    let bodies = server.seen().into_iter().map(|seen| seen.body);
    let bodies: Vec<Value> = bodies
        .map(|body| serde_json::from_str(&body).expect("JSON"))
        .collect();
    assert!(bodies[0].get("start_cursor").is_none());
    assert_eq!(bodies[1]["start_cursor"], cursor);
    let secret = |seen: &crate::testing::http::Request| {
        seen.target.contains("secret") || seen.body.contains("secret")
    };
    assert!(!server.seen().iter().any(secret));
}

#[tokio::test]
async fn a_walk_ends_without_a_cursor_and_with_the_word_that_there_is_no_more() {
    let page = json!([{"object": "page", "id": "p"}]);
    for (body, items, next) in [
        (
            json!({"results": page, "next_cursor": "c", "has_more": true}),
            1,
            Some("c"),
        ),
        (json!({"results": page, "next_cursor": "c"}), 1, Some("c")),
        (
            json!({"results": page, "next_cursor": "c", "has_more": null}),
            1,
            Some("c"),
        ),
        (
            json!({"results": page, "next_cursor": "c", "has_more": false}),
            1,
            None,
        ),
        (
            json!({"results": page, "next_cursor": null, "has_more": true}),
            1,
            None,
        ),
        (
            json!({"results": page, "next_cursor": "", "has_more": true}),
            1,
            None,
        ),
        (json!({"results": page, "has_more": true}), 1, None),
        (
            json!({"results": [], "next_cursor": "c", "has_more": true}),
            0,
            Some("c"),
        ),
        (
            json!({"results": null, "next_cursor": "c", "has_more": true}),
            0,
            Some("c"),
        ),
        (json!({"next_cursor": "c", "has_more": true}), 0, Some("c")),
        (json!({"object": "list"}), 0, None),
    ] {
        let fetched = fetched("pages", Reply::new(200, body.to_string()))
            .await
            .expect("a page");
        let after = fetched.next.first().and_then(|step| step.cursor.as_deref());
        assert_eq!((fetched.items.len(), after), (items, next), "{body}");
    }
}

#[tokio::test]
async fn databases_of_several_sources_are_asked_for_when_the_walk_is_over() {
    let places = [("one", 1), ("two", 2), ("none", 0), ("a/b", 3)];
    let places: BTreeMap<String, u64> = places.map(|(id, count)| (id.to_owned(), count)).into();
    let steps = Notion.follow_up("databases", &places);
    let titles: Vec<_> = steps
        .iter()
        .filter_map(|step| step.title.as_deref())
        .collect();
    assert_eq!(titles, ["Database a/b", "Database two"]);
    assert!(
        steps
            .iter()
            .all(|step| step.stream == "databases" && step.cursor.is_none())
    );
    let server = Server::in_turn([reply("database_retrieve_2025-09-03.json")]).await;
    for step in &steps {
        let fetched = fetch(&server, step).await.expect("a database");
        assert!(fetched.next.is_empty() && fetched.places.is_empty());
        let [item] = &fetched.items[..] else {
            panic!("{:?}", fetched.items)
        };
        assert_eq!((&item.kind[..], item.directory), ("Database", true));
        assert_eq!(item.name, "Test Database - 2026-07-04 11:08:57.449785");
        assert_eq!(
            item.children.as_deref(),
            Some(&["8d726110-0067-8f85-a9ec-4c95d8562b86".to_owned()][..])
        );
    }
    let seen: Vec<_> = server
        .seen()
        .into_iter()
        .map(|seen| (seen.method, seen.target))
        .collect();
    let get = |path: &str| ("GET".to_owned(), format!("/v1/databases/{path}"));
    assert_eq!(seen, [get("a%2Fb"), get("two")]);
    assert_eq!(
        server.seen()[0].header("notion-version"),
        Some("2026-03-11")
    );
}

#[test]
fn nothing_follows_where_each_database_has_one_source() {
    assert!(Notion.follow_up("databases", &BTreeMap::new()).is_empty());
    let one = BTreeMap::from([("one".to_owned(), 1)]);
    assert!(Notion.follow_up("databases", &one).is_empty());
}

#[tokio::test]
async fn every_recorded_object_has_a_name_whichever_call_answered_it() {
    let mut objects = 0;
    for row in index::rows(&testing::folder(PROFILE.id)) {
        let text = testing::fixture(PROFILE.id, &row.file);
        let Ok(body) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        let rows = body["results"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![body]);
        for row in rows {
            if !matches!(
                row["object"].as_str(),
                Some("page" | "data_source" | "database")
            ) {
                continue;
            }
            let item = item(row.clone());
            assert!(!item.name.is_empty(), "{row}");
            // An object that may not be read has none of these.
            assert_eq!(item.url.is_some(), row["url"].is_string(), "{row}");
            let times = [item.creation_time, item.last_modified_time];
            for (field, time) in ["created_time", "last_edited_time"].into_iter().zip(times) {
                assert_eq!(time.is_some(), row[field].is_string(), "{row}");
            }
            objects += 1;
        }
    }
    assert!(objects > 50, "{objects}");
}

#[tokio::test]
async fn a_stream_that_notion_does_not_have_is_not_asked_for() {
    let server = Server::in_turn([reply("search_empty.json")]).await;
    let error = fetch(&server, &Fetch::first("butterflies"))
        .await
        .expect_err("a failure");
    assert!(
        matches!(
            error,
            FetchError::Call(crate::outbound::CallError::Broken(_))
        ),
        "{error:?}"
    );
    assert!(server.seen().is_empty());
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    let error = json!({"object": "error", "status": 401, "code": "unauthorized"});
    for body in [
        error,
        json!({}),
        json!([]),
        json!("x"),
        json!({"results": 7}),
    ] {
        let page = serde_json::from_value::<wire::Page>(body.clone());
        assert!(page.is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_row_that_is_none_does_not_cost_the_others() {
    let fetched = found(json!([null, 5, "x", [], {"object": "page", "id": "1"}])).await;
    assert_eq!(fetched.items.len(), 1);
    assert_eq!(fetched.incomplete, None);
}

#[tokio::test]
async fn what_notion_leaves_out_itself_is_said() {
    let status = json!({"type": "incomplete", "incomplete_reason": "query_result_limit_reached"});
    let body = json!({"object": "list", "results": [], "request_status": status});
    let fetched = fetched("pages", Reply::new(200, body.to_string())).await;
    assert!(fetched.expect("a page").incomplete.is_some());
}
