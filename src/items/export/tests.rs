use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A file of these items, taken in pieces.
fn file(format: Format, items: &[Item]) -> Vec<u8> {
    let names = items.iter().flat_map(|item| item.properties.keys());
    let names: BTreeSet<String> = names.cloned().collect();
    let mut encoder = Encoder::new(format, names.into_iter().collect()).expect("a file");
    let mut file = Vec::new();
    for (nth, item) in items.iter().enumerate() {
        encoder.push(item).expect("written");
        if nth % 3 == 1 {
            file.extend(encoder.take().expect("bytes"));
        }
    }
    file.extend(encoder.finish().expect("bytes"));
    file
}

/// The rows of a table as another program reads them, by a parser of other hands than the one that wrote them; each by
/// its headings, without the apostrophes.
fn read(file: &[u8]) -> Vec<BTreeMap<String, String>> {
    let rows = cells(file);
    let headings = rows.first().expect("headings");
    let rows = rows.iter().skip(1).map(|row| {
        assert_eq!(row.len(), headings.len());
        let cells = headings.iter().zip(row);
        cells
            .map(|(heading, cell)| (heading.clone(), bare(cell)))
            .collect()
    });
    rows.collect()
}

fn cells(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = simd_csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(file);
    let rows = reader.byte_records().map(|row| {
        let row = row.expect("a row");
        let cells = row.iter().map(|cell| String::from_utf8(cell.to_vec()));
        cells.collect::<Result<_, _>>().expect("UTF-8")
    });
    rows.collect()
}

/// What the README says: an apostrophe before what a formula may begin with, or before more of them, is not loaded.
fn bare(cell: &str) -> String {
    let rest = cell.trim_start_matches('\'');
    let guarded = rest.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
    ]);
    match cell.strip_prefix('\'').filter(|_| guarded) {
        Some(bare) => bare.to_owned(),
        None => cell.to_owned(),
    }
}

fn awkward() -> impl Strategy<Value = String> {
    prop_oneof![
        "['=+@\t\r\n\0\",;-]{0,3}[a-c1-9=']{0,3}",
        "-?[0-9]{1,3}(\\.[0-9]{1,2})?",
        "[＝＋－＠éß太🎉\u{202e}\u{feff}]{0,3}",
        ".{0,6}",
    ]
}

fn of_property() -> impl Strategy<Value = Value> {
    prop_oneof![
        awkward().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i16>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        prop::collection::vec(awkward(), 0..3).prop_map(Value::from),
    ]
}

prop_compose! {
    fn item()(
        (id, name) in (awkward(), awkward()), parent in prop::option::of(awkward()),
        children in prop::option::of(prop::collection::vec(awkward(), 0..3)),
        time in prop::option::of(-9_999_999_999_i64..99_999_999_999), directory in any::<bool>(),
        properties in prop::collection::btree_map("[a-c,\"= ]{0,2}", of_property(), 0..4),
    ) -> Item {
        let mut item = Item::new("test", "Contact", id, name);
        (item.directory, item.parent_id, item.children) = (directory, parent, children);
        item.creation_time = time.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        item.properties = properties;
        item
    }
}

/// What a cell says of a value.
fn said(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn a_table_read_back_says_what_was_loaded(items in prop::collection::vec(item(), 0..8)) {
        let rows = read(&file(Format::Csv, &items));
        prop_assert_eq!(rows.len(), items.len());
        for (row, item) in rows.iter().zip(&items) {
            let all = serde_json::to_value(item).expect("JSON");
            for (field, value) in all.as_object().expect("fields") {
                if field != "properties" {
                    prop_assert_eq!(&row[field], &said(value), "{}", field);
                }
            }
            for (name, cell) in row {
                if let Some(name) = name.strip_prefix("properties.") {
                    let value = item.properties.get(name).unwrap_or(&Value::Null);
                    prop_assert_eq!(cell, &said(value), "{}", name);
                }
            }
        }
    }

    #[test]
    fn no_text_cell_begins_a_formula(items in prop::collection::vec(item(), 1..8)) {
        let file = file(Format::Csv, &items);
        for row in cells(&file) {
            for cell in row {
                let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']);
                prop_assert!(!begins || cell.parse::<f64>().is_ok(), "{:?}", cell);
            }
        }
    }

    #[test]
    fn both_forms_of_json_are_the_items(items in prop::collection::vec(item(), 0..8)) {
        let list: Vec<Item> = serde_json::from_slice(&file(Format::Json, &items)).expect("a list");
        prop_assert_eq!(&list, &items);
        let lines = String::from_utf8(file(Format::Ndjson, &items)).expect("text");
        let lines = lines.lines().map(|line| serde_json::from_str(line).expect("an item"));
        prop_assert_eq!(lines.collect::<Vec<Item>>(), items);
    }
}

#[test]
fn an_empty_selection_is_an_empty_file() {
    let table = String::from_utf8(file(Format::Csv, &[])).expect("text");
    assert!(table.starts_with("\u{feff}id,provider,type,name,"));
    assert!(table.ends_with(",visibility\r\n"));
    assert_eq!(file(Format::Json, &[]), b"[\n]\n");
    assert_eq!(file(Format::Ndjson, &[]), b"");
}

#[test]
fn what_a_spreadsheet_would_compute_is_marked_as_text() {
    let cell = |of: Value| cells::value(&of).into_owned();
    for (loaded, written) in [
        (json!("=1+1"), "'=1+1"),
        (json!("@SUM(A1)"), "'@SUM(A1)"),
        (json!("+1 555 0100"), "'+1 555 0100"),
        (json!("+15550100"), "'+15550100"),
        (json!("-1+1"), "'-1+1"),
        (json!("-"), "'-"),
        (json!("-1."), "'-1."),
        (json!("\t=1"), "'\t=1"),
        (json!("'=1"), "''=1"),
        (json!("＝1"), "'＝1"),
        (json!("-12.5"), "-12.5"),
        (json!(-12.5), "-12.5"),
        (json!("'s-Hertogenbosch"), "'s-Hertogenbosch"),
        (json!("1=1"), "1=1"),
        (json!(["=1"]), "[\"=1\"]"),
        (json!(null), ""),
    ] {
        assert_eq!(cell(loaded), written);
    }
}
