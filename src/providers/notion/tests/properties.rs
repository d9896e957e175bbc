//! What holds for any answer at all.

use proptest::prelude::*;

use super::*;
use crate::providers::notion::wire;
use crate::providers::testing::any_json;

/// The words that objects and errors are made of.
const WORDS: &[&str] = &[
    "object",
    "page",
    "data_source",
    "database",
    "id",
    "title",
    "type",
    "properties",
    "plain_text",
    "text",
    "content",
    "equation",
    "expression",
    "parent",
    "page_id",
    "database_id",
    "database_parent",
    "data_sources",
    "url",
    "icon",
    "emoji",
    "created_time",
    "description",
    "results",
    "next_cursor",
    "has_more",
    "code",
    "additional_data",
    "retry_after",
];

/// The item of an object, if it is one.
fn made_of(object: Value) -> Option<Item> {
    streams::item(serde_json::from_value(object).ok()?)
}

fn is_safe(item: &Item) -> Result<(), TestCaseError> {
    prop_assert!(!item.name.is_empty() && !item.id.is_empty());
    is_a_line(&item.name)?;
    if let Some(link) = &item.url {
        let url: url::Url = link.parse().expect("a URL");
        prop_assert!(url.scheme() == "https" && url.has_host(), "{}", link);
    }
    Ok(())
}

fn is_a_line(text: &str) -> Result<(), TestCaseError> {
    let is_space = |c: char| c.is_ascii_whitespace();
    prop_assert!(
        !text.starts_with(is_space) && !text.ends_with(is_space),
        "{:?}",
        text
    );
    prop_assert!(
        !text.contains("  ") && !text.contains(['\n', '\r', '\t']),
        "{:?}",
        text
    );
    Ok(())
}

proptest! {
    #[test]
    fn any_json_in_place_of_an_object_is_an_item_or_nothing(
        mut object in any_json(WORDS), kind in 0..4usize, id in "[a-z]{0,4}",
    ) {
        let kinds = ["page", "data_source", "database"];
        if let (Some(fields), Some(kind)) = (object.as_object_mut(), kinds.get(kind)) {
            fields.insert("object".to_owned(), json!(kind));
            fields.insert("id".to_owned(), json!(id));
            prop_assert_eq!(made_of(object.clone()).is_some(), !id.is_empty());
        }
        if let Some(item) = made_of(object) {
            is_safe(&item)?;
        }
    }

    #[test]
    fn any_fields_of_an_object_leave_it_an_item(
        title in any_json(WORDS), parent in any_json(WORDS), properties in any_json(WORDS),
        other in any_json(WORDS), url in ".{0,30}",
    ) {
        for kind in ["page", "data_source", "database"] {
            let item = item(json!({
                "object": kind, "id": "1", "title": title, "parent": parent, "database_parent": other,
                "properties": {"A": {"type": "title", "title": title}, "B": properties},
                "icon": other, "data_sources": other, "description": other, "in_trash": other,
                "created_time": other, "last_edited_time": url, "url": url, "public_url": other,
            }));
            is_safe(&item)?;
        }
    }

    #[test]
    fn a_line_has_no_space_around_it_and_none_twice(texts in prop::collection::vec("[ \\n\\t\u{a0}\u{200b}ab]{0,6}", 0..5)) {
        let runs = texts.iter().map(|text| json!({"plain_text": text}));
        let runs: Vec<wire::Run> = runs.map(|run| serde_json::from_value(run).expect("a run")).collect();
        let line = wire::line(&runs);
        prop_assert_eq!(line.is_some(), !texts.concat().trim().is_empty());
        is_a_line(&line.unwrap_or_default())?;
    }

    #[test]
    fn any_json_in_place_of_a_page_is_read_or_refused(page in any_json(WORDS)) {
        if let Ok(page) = serde_json::from_value::<wire::Page>(page) {
            prop_assert!(page.next().is_none_or(|cursor| !cursor.is_empty()));
            for object in page.results {
                streams::item(object).iter().try_for_each(is_safe)?;
            }
        }
    }

    #[test]
    fn any_body_of_an_error_can_be_looked_at(
        bytes in prop::collection::vec(any::<u8>(), 0..80), json in any_json(WORDS),
    ) {
        for body in [bytes, json.to_string().into_bytes()] {
            let _ = wire::Problem::read(&body).is_about_the_cursor();
            let _ = wire::reading(429, &body);
        }
    }
}
