//! What holds for any answer at all.

use proptest::prelude::*;

use super::*;
use crate::providers::airtable::{cell, items, streams, wire};
use crate::providers::testing::any_json;

/// The words that lists, cells and errors are made of.
const WORDS: &[&str] = &[
    "bases",
    "tables",
    "records",
    "offset",
    "id",
    "name",
    "permissionLevel",
    "primaryFieldId",
    "fields",
    "views",
    "createdTime",
    "fld1",
    "text",
    "value",
    "filename",
    "label",
    "email",
    "specialValue",
    "error",
    "errors",
    "type",
];

fn is_a_line(text: &str) -> Result<(), TestCaseError> {
    let is_space = |c: char| c.is_ascii_whitespace();
    prop_assert!(!text.is_empty());
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

fn is_safe(item: &Item) -> Result<(), TestCaseError> {
    prop_assert!(!item.name.trim().is_empty());
    if let Some(link) = &item.url {
        let path = link.strip_prefix("https://airtable.com/").unwrap_or("?");
        let is_sound = |c: char| c.is_ascii_alphanumeric() || c == '/';
        prop_assert!(path.chars().all(is_sound), "{}", link);
    }
    Ok(())
}

fn step(title: &str) -> Fetch {
    Fetch {
        list: "app1/tbl1".to_owned(),
        title: Some(title.to_owned()),
        notes: [("primary_field".to_owned(), "fld1".to_owned())].into(),
        ..Fetch::first("records")
    }
}

proptest! {
    #[test]
    fn any_cell_says_a_line_or_nothing(json in any_json(WORDS), text in "[ \\n\\t\u{a0}ab]{0,8}") {
        for cell in [json.clone(), json!(text), json!([json, text])] {
            if let Some(said) = cell::text(&cell) {
                is_a_line(&said)?;
            }
        }
        prop_assert_eq!(cell::text(&json!(text)).is_some(), !text.trim().is_empty());
    }

    #[test]
    fn any_record_is_an_item(id in ".{1,12}", fields in any_json(WORDS), cell in any_json(WORDS), time in any_json(WORDS)) {
        for fields in [fields, json!({"fld1": cell})] {
            let record = json!({"id": id, "fields": fields, "createdTime": time});
            let record: wire::Record = serde_json::from_value(record).expect("a record");
            let item = items::record_item(&step("CRM / Leads"), "tbl1", record);
            prop_assert_eq!(&item.id, &id);
            is_safe(&item)?;
        }
    }

    #[test]
    fn any_base_and_table_are_items_too(id in ".{1,12}", name in any_json(WORDS), other in any_json(WORDS)) {
        let base = json!({"id": id, "name": name, "permissionLevel": other});
        let base: wire::Base = serde_json::from_value(base).expect("a base");
        is_a_line(streams::tables_of(&base).title.as_deref().unwrap_or_default())?;
        let item = items::base_item(base);
        is_safe(&item)?;
        is_a_line(&item.name)?;
        let table = json!({"id": id, "name": name, "fields": other, "views": other, "primaryFieldId": other, "description": other});
        let table: wire::Table = serde_json::from_value(table).expect("a table");
        let item = items::table_item("app1", "CRM", table);
        is_safe(&item)?;
        is_a_line(&item.name)?;
    }

    #[test]
    fn any_json_in_place_of_a_list_is_read_or_refused(json in any_json(WORDS)) {
        let _ = serde_json::from_value::<wire::Bases>(json.clone());
        let _ = serde_json::from_value::<wire::Tables>(json.clone());
        if let Ok(page) = serde_json::from_value::<wire::Records>(json) {
            for record in page.records {
                is_safe(&items::record_item(&step("CRM / Leads"), "tbl1", record))?;
            }
        }
    }

    #[test]
    fn any_body_of_an_error_can_be_looked_at(
        bytes in prop::collection::vec(any::<u8>(), 0..80), json in any_json(WORDS),
    ) {
        for body in [bytes, json.to_string().into_bytes()] {
            let _ = wire::error_type(&body);
            let _ = wire::reading(429, &body);
        }
    }
}
