//! The text of a cell, whatever the type of its field.

use serde_json::Value;

/// Keys that name an object, the best first.
const NAMES: [&str; 7] = ["name", "text", "value", "filename", "label", "email", "id"];
/// Lookups nest; deeper than this is nothing that a person reads.
const DEEPEST: usize = 6;

/// What a cell says as one line; `None` for nothing. A cell that could not be computed says nothing.
pub(super) fn text(cell: &Value) -> Option<String> {
    let text = said(cell, DEEPEST)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn said(cell: &Value, depth: usize) -> Option<String> {
    let deeper = depth.checked_sub(1)?;
    match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(cell.to_string()),
        Value::Array(cells) => {
            let texts = cells.iter().filter_map(|cell| said(cell, deeper));
            let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        Value::Object(fields) if fields.contains_key("error") => None,
        Value::Object(fields) if fields.contains_key("specialValue") => None,
        Value::Object(fields) => NAMES
            .iter()
            .filter_map(|name| said(fields.get(*name)?, deeper))
            .find(|text| !text.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_of_cell_says_what_a_person_would_read() {
        for (cell, said) in [
            (json!("  two\n lines "), Some("two lines")),
            (json!(0), Some("0")),
            (json!(0.123), Some("0.123")),
            (json!(true), Some("true")),
            (json!("2024-01-04"), Some("2024-01-04")),
            (json!(["a", "b"]), Some("a, b")),
            (json!([["a"], [null, ""], 3]), Some("a, 3")),
            (
                json!({"id": "usr1", "email": "ada@example.com", "name": "Ada"}),
                Some("Ada"),
            ),
            (
                json!({"id": "usr1", "email": "ada@example.com"}),
                Some("ada@example.com"),
            ),
            (
                json!([{"id": "att1", "url": "https://example.com/x", "filename": "plan.pdf"}]),
                Some("plan.pdf"),
            ),
            (json!({"text": "0123", "type": "upce"}), Some("0123")),
            (json!({"label": "Open", "url": null}), Some("Open")),
            (
                json!({"state": "generated", "isStale": false, "value": "A summary"}),
                Some("A summary"),
            ),
            (
                json!({"state": "error", "errorType": "emptyDependency", "isStale": false, "value": null}),
                None,
            ),
            (json!({"error": "#ERROR!"}), None),
            (json!({"specialValue": "NaN"}), None),
            (json!([{"error": "#ERROR!"}]), None),
            (json!({}), None),
            (json!([]), None),
            (json!(" \u{a0} "), None),
            (json!(null), None),
        ] {
            assert_eq!(text(&cell).as_deref(), said, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn no_nesting_is_too_deep(depth in 0usize..200) {
            let deep = (0..depth).fold(json!("x"), |cell, _| json!([cell]));
            prop_assert_eq!(text(&deep).is_some(), depth < DEEPEST);
        }
    }
}
