//! What the document must say of itself. That it is OpenAPI 3.1, and that the API keeps to it, is tested over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::api::v1::problem::Type;

fn made() -> Value {
    let url = Url::parse("https://patchbay.example.com/").expect("a URL");
    document(Registry, &url)
}

/// All operations, by their ids.
fn operations(document: &Value) -> BTreeMap<String, Value> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.values().filter_map(Value::as_object).flatten();
    let id = |operation: &Value| operation["operationId"].as_str().expect("an id").to_owned();
    all.map(|(_, operation)| (id(operation), operation.clone()))
        .collect()
}

#[test]
fn every_operation_says_what_it_needs_and_how_it_fails() {
    let document = made();
    assert_eq!(document["openapi"], "3.1.0");
    let operations = operations(&document);
    let known: BTreeSet<&str> = OPERATIONS.iter().map(|it| it.id).collect();
    for (id, operation) in &operations {
        for field in ["summary", "description", "x-curl"] {
            let text = operation[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{id} has no {field}");
        }
        let responses = operation["responses"].as_object().expect("answers");
        for (status, response) in responses {
            let described = response["description"].as_str();
            assert!(described.is_some_and(|it| !it.is_empty()), "{id} {status}");
        }
        if operation["tags"][0] != "Classic" {
            assert!(known.contains(id.as_str()), "{id} is not in the table");
            assert!(operation["security"][0]["key"].is_array(), "{id}");
            for status in ["401", "403", "429", "500", "503"] {
                assert!(responses.contains_key(status), "{id} {status}");
            }
        }
    }
    for id in known {
        assert!(operations.contains_key(id), "{id} is in the table alone");
    }
}

#[test]
fn every_problem_is_one_of_some_operation_or_of_none_in_particular() {
    let of_operations: BTreeSet<Type> = OPERATIONS.iter().flat_map(Operation::all).collect();
    let of_none = BTreeSet::from([Type::RouteNotFound, Type::MethodNotAllowed]);
    let all: BTreeSet<Type> = of_operations.union(&of_none).copied().collect();
    assert_eq!(all, Type::ALL.into_iter().collect());
}

#[test]
fn what_is_only_known_at_the_start_is_in_it() {
    let document = made();
    assert_eq!(
        document["servers"][0]["url"],
        "https://patchbay.example.com"
    );
    let operation = &document["paths"]["/api/v1/items"]["get"];
    let parameters = operation["parameters"].as_array().expect("parameters");
    let provider = parameters.iter().find(|it| it["name"] == "provider");
    let choices = &provider.expect("a parameter")["schema"]["enum"];
    assert_eq!(*choices, json!(Registry.ids()));
    assert!(operation["responses"]["410"].is_object());
    let item = &document["components"]["schemas"]["Item"];
    assert_eq!(item["required"].as_array().expect("fields").len(), 16);
}
