//! Every type of field as the primary one.

use std::collections::BTreeMap;

use super::*;

/// A cell of a type, as the fact sheet's section 5 has it, and what a person would read.
fn cell(kind: &str) -> (Value, &'static str) {
    let person = json!({"id": "usr1", "email": "ada@example.com", "name": "Ada"});
    match kind {
        "aiText" => (
            json!({"state": "generated", "isStale": true, "value": "A summary"}),
            "A summary",
        ),
        "autoNumber" | "count" | "rating" => (json!(3), "3"),
        "barcode" => (json!({"text": "0123", "type": "upce"}), "0123"),
        "button" => (json!({"label": "Open", "url": null}), "Open"),
        "checkbox" => (json!(true), "true"),
        "createdBy" | "lastModifiedBy" | "singleCollaborator" => (person, "Ada"),
        "createdTime" | "lastModifiedTime" | "dateTime" => (
            json!("2026-04-24T15:07:29.000Z"),
            "2026-04-24T15:07:29.000Z",
        ),
        "date" => (json!("2024-01-04"), "2024-01-04"),
        "currency" | "number" => (json!(12.5), "12.5"),
        "percent" => (json!(0.123), "0.123"),
        "duration" => (json!(90.5), "90.5"),
        "formula" => (json!(["a", 1]), "a, 1"),
        "rollup" => (json!(true), "true"),
        "multipleAttachments" => (
            json!([{"id": "att1", "url": "https://example.com/x", "filename": "plan.pdf", "size": 1}]),
            "plan.pdf",
        ),
        "multipleCollaborators" => (
            json!([person, {"id": "usr2", "email": "bob@example.com"}, {"id": "ugp3"}]),
            "Ada, bob@example.com, ugp3",
        ),
        "multipleLookupValues" => (
            json!([["One"], "Two", {"error": "#ERROR!"}, null, 3]),
            "One, Two, 3",
        ),
        "multipleRecordLinks" => (json!(["rec1", {"id": "rec2"}]), "rec1, rec2"),
        "multipleSelects" => (json!(["One", "Two"]), "One, Two"),
        "email" => (json!(" ada@example.com"), "ada@example.com"),
        "url" => (json!("javascript:alert(1)"), "javascript:alert(1)"),
        "multilineText" | "richText" => (json!("# Two\n\nlines\n"), "# Two lines"),
        _ => (json!("Text"), "Text"),
    }
}

/// The fields of a table that has one of each type, by id.
fn fields() -> (Value, BTreeMap<String, String>) {
    let text = testing::fixture(PROFILE.id, "tables_all_field_types.json");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    let table = body["tables"][0].clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let fields = table["fields"].as_array().expect("fields").iter();
    let fields = fields
        .map(|field| (text(&field["id"]), text(&field["type"])))
        .collect();
    (table, fields)
}

#[tokio::test]
async fn a_record_is_called_by_its_primary_field_whatever_its_type() {
    let (mut table, fields) = fields();
    assert!(fields.len() >= 35, "{}", fields.len());
    for (id, kind) in fields {
        table["primaryFieldId"] = json!(id);
        let step = records_of(table.clone()).await;
        assert_eq!(step.note("primary_field"), id);
        let (cell, said) = cell(&kind);
        let full = json!({"id": "rec1", "fields": {"fldOther": "not this", id.clone(): cell}});
        let fetched = brought(
            &step,
            json!({"records": [full, {"id": "rec2", "fields": {}}]}),
        )
        .await;
        let names: Vec<_> = fetched.items.iter().map(|item| &item.name[..]).collect();
        assert_eq!(names, [said, "Record rec2"], "{kind}");
    }
}

#[tokio::test]
async fn what_could_not_be_computed_says_nothing() {
    for cell in [
        json!({"error": "#ERROR!"}),
        json!({"specialValue": "NaN"}),
        json!({"specialValue": "Infinity"}),
        json!([{"specialValue": "NaN"}, {"error": "#ERROR!"}]),
        json!({"state": "error", "errorType": "emptyDependency", "isStale": false, "value": null}),
        json!({"state": "empty", "isStale": false, "value": null}),
        json!({"label": "", "url": null}),
    ] {
        let records = json!({"records": [{"id": "rec1", "fields": {"fld1": cell}}]});
        let fetched = brought(&leads().await, records).await;
        assert_eq!(fetched.items[0].name, "Record rec1", "{cell}");
    }
}
