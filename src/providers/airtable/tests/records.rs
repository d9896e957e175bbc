//! Records as items.

use super::*;

async fn record(record: Value) -> Item {
    let fetched = brought(&leads().await, json!({"records": [record]})).await;
    fetched.items.into_iter().next().expect("an item")
}

#[tokio::test]
async fn a_record_lies_in_its_table_and_base() {
    let time = "2026-04-24T15:07:29.000Z";
    let item = record(json!({"id": "rec1", "createdTime": time, "fields": {"fld1": "Ada"}})).await;
    assert_eq!((&item.name[..], &item.kind[..]), ("Ada", "Record"));
    assert_eq!(item.parent_id.as_deref(), Some("tbl1"));
    assert_eq!(item.parent_path_or_name.as_deref(), Some("CRM / Leads"));
    assert_eq!(
        item.url.as_deref(),
        Some("https://airtable.com/app1/tbl1/rec1")
    );
    assert_eq!(item.creation_time, Some(time.parse().expect("a time")));
    assert_eq!(item.last_modified_time, None);
    assert!(!item.directory);
    let properties = json!(item.properties);
    let expected = json!({"base_id": "app1", "base_name": "CRM", "table_name": "Leads"});
    assert_eq!(properties, expected);
}

#[tokio::test]
async fn a_record_that_says_nothing_is_called_by_its_id() {
    for fields in [
        json!({}),
        json!(null),
        json!([]),
        json!({"fld2": "not this"}),
        json!({"fld1": null}),
        json!({"fld1": " \n\u{a0}"}),
        json!({"fld1": []}),
        json!({"fld1": {"error": "#ERROR!"}}),
        json!({"fld1": {"specialValue": "NaN"}}),
    ] {
        let item = record(json!({"id": "rec1", "fields": fields})).await;
        assert_eq!(item.name, "Record rec1", "{fields}");
    }
    assert_eq!(record(json!({"id": "rec1"})).await.name, "Record rec1");
}

#[tokio::test]
async fn times_that_are_none_are_unknown() {
    for time in [json!("yesterday"), json!(""), json!(null), json!(7)] {
        let item = record(json!({"id": "rec1", "createdTime": time})).await;
        assert_eq!(item.creation_time, None, "{time}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_becomes_no_link() {
    for id in ["rec-1", "..", "rec/1", "rec1#x"] {
        assert_eq!(record(json!({"id": id})).await.url, None, "{id}");
    }
    let step = records_of(json!({"id": "tbl-1"})).await;
    let fetched = brought(&step, json!({"records": [{"id": "rec1"}]})).await;
    assert_eq!(fetched.items[0].url, None);
}

#[tokio::test]
async fn a_name_is_one_line_and_is_not_cut() {
    let long = "<b>Größe</b> 组织 ".repeat(500);
    let item = record(json!({"id": "rec1", "fields": {"fld1": format!("\n{long}\t")}})).await;
    assert_eq!(item.name, long.trim());
}

#[tokio::test]
async fn recorded_rows_are_called_by_the_text_of_the_cell() {
    for (file, field, first) in [
        (
            "records_page_size_1.json",
            "Task",
            "Launch social media campaign for awareness",
        ),
        ("records_official_example.json", "Name", "Union Square"),
        ("records_official_example.json", "Visited", "true"),
        (
            "records_by_field_id_with_comment_count.json",
            "fld1VnoyuotSTyxW1",
            "Union Square",
        ),
        ("records_cell_format_string.json", "Price", "$12.50"),
    ] {
        let step = records_of(json!({"id": "tbl1", "primaryFieldId": field})).await;
        let fetched = answered(&step, reply(file)).await.expect("a page");
        assert_eq!(fetched.items[0].name, first, "{file}");
    }
}

#[tokio::test]
async fn any_recorded_field_may_be_the_primary_one() {
    let text = testing::fixture(PROFILE.id, "records_page1_with_offset.json");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    let rows = body["records"].as_array().expect("records");
    let fields = rows.iter().filter_map(|row| row["fields"].as_object());
    let fields: std::collections::BTreeSet<&String> =
        fields.flat_map(|fields| fields.keys()).collect();
    assert!(fields.len() > 10);
    for field in fields {
        let step = records_of(json!({"id": "tbl1", "primaryFieldId": field})).await;
        let fetched = brought(&step, body.clone()).await;
        for (item, row) in fetched.items.iter().zip(rows) {
            let nameless = item.name == format!("Record {}", item.id);
            let cell = &row["fields"][field];
            let says_nothing = cell.is_null() || cell.get("error").is_some();
            assert_eq!(nameless, says_nothing, "{field}: {cell}");
        }
    }
}
