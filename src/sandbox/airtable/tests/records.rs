//! What is in a record, compared with recorded and documented ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{Bench, fields, fixture};

/// Every cell of a table's records, by field.
async fn cells(bench: &Bench, token: &str, uri: &str) -> BTreeMap<String, Vec<Value>> {
    let mut cells: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in bench.all(token, uri, "records").await {
        for (name, value) in row["fields"].as_object().unwrap() {
            cells.entry(name.clone()).or_default().push(value.clone());
        }
    }
    cells
}

#[actix_web::test]
async fn cells_have_the_forms_of_the_reference() {
    let (bench, token, base, tables) = Bench::opened().await;
    let cells = cells(
        &bench,
        &token,
        &format!("/v0/{base}/{}?pageSize=100", tables[0]),
    )
    .await;
    assert_eq!(cells.len(), 35);
    let all = |name: &str, holds: fn(&Value) -> bool| {
        let wrong = cells[name].iter().find(|value| !holds(value));
        assert_eq!(wrong, None, "{name}");
    };
    for name in [
        "Name",
        "Notes",
        "Rich notes",
        "Email",
        "URL",
        "Phone",
        "Sync Source",
        "Status",
        "Date",
        "Created",
        "Record Sort",
    ] {
        all(name, |value| {
            value.as_str().is_some_and(|text| !text.is_empty())
        });
    }
    for name in ["Dollars", "Integer", "Percent", "Duration (h:mm:ss.s)"] {
        all(name, Value::is_number);
    }
    for name in ["Autonumber", "Link to Self (Count)", "Stars"] {
        all(name, Value::is_u64);
    }
    for name in [
        "Lookup Multi Select",
        "Link to Self",
        "Tags",
        "Attachments",
        "Watchers",
    ] {
        all(name, |value| {
            value.as_array().is_some_and(|list| !list.is_empty())
        });
    }
    // A box that is not checked is not told.
    all("Done", |value| *value == json!(true));
    all("Assignee", |value| value["id"].is_string());
    all("Barcode", |value| value["text"].is_string());
    all("Open URL", |value| value["label"].is_string());
    all("AI Text", |value| {
        value["state"].is_string() && value["isStale"].is_boolean()
    });
    all("Created", |value| {
        value.as_str().unwrap().ends_with(".000Z")
    });
    all("Date", |value| value.as_str().unwrap().len() == 10);
}

#[actix_web::test]
async fn awkward_cells_are_among_the_first_records() {
    let (bench, token, base, tables) = Bench::opened().await;
    let cells = cells(
        &bench,
        &token,
        &format!("/v0/{base}/{}?pageSize=100", tables[0]),
    )
    .await;
    let has = |name: &str, value: Value| {
        assert!(cells[name].contains(&value), "{name} never is {value}");
    };
    let error = json!({ "error": "#ERROR!" });
    has("Formula NaN", error.clone());
    has("Formula NaN", json!({ "specialValue": "NaN" }));
    has("Rollup Error", json!({ "specialValue": "Infinity" }));
    has("Lookup Multi Select", json!([error]));
    has("Name", json!("<script>alert(1)</script>"));
    assert!(
        cells["Integer"]
            .iter()
            .any(|value| value.as_f64() == Some(0.0))
    );
    assert!(
        cells["Integer"]
            .iter()
            .any(|value| value.as_f64() == Some(0.299_999_999_999_998_77))
    );
    let texts = |name: &str| {
        cells[name]
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
    };
    assert!(
        texts("Name")
            .iter()
            .any(|text| text.chars().count() == 5_000)
    );
    assert!(
        texts("Notes")
            .iter()
            .any(|text| text.contains("<airtable:mention id=\"men"))
    );
    assert!(texts("Notes").iter().any(|text| text.len() > 90_000));
    assert!(texts("URL").contains(&"javascript:alert(1)"));
    // Some have no title, and some have nothing at all.
    assert!(cells["Name"].len() < 120);
    let second = format!("/v0/{base}/{}?pageSize=100", tables[2]);
    let rows = bench.all(&token, &second, "records").await;
    assert!(rows.iter().any(|row| row["fields"] == json!({})));
}

#[actix_web::test]
async fn rows_have_the_keys_of_recorded_ones() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[0]);
    let keys = |row: &Value| {
        row.as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let plain = bench.read(&token, &format!("{uri}?pageSize=1")).await;
    let recorded = fixture("records_page_size_1");
    assert_eq!(keys(&plain), keys(&recorded));
    assert_eq!(keys(&plain["records"][0]), keys(&recorded["records"][0]));
    let query = "returnFieldsByFieldId=true&recordMetadata[]=commentCount";
    let by_id = bench.read(&token, &format!("{uri}?{query}")).await;
    let documented = fixture("records_by_field_id_with_comment_count");
    assert_eq!(keys(&by_id["records"][0]), keys(&documented["records"][0]));
    for row in by_id["records"].as_array().unwrap() {
        let names = row["fields"].as_object().unwrap().keys();
        assert!(
            names
                .into_iter()
                .all(|name| name.starts_with("fld") && name.len() == 17)
        );
        assert!(row["commentCount"].is_u64());
    }
}

#[actix_web::test]
async fn files_have_the_keys_of_recorded_ones_and_addresses_that_end() {
    let (bench, token, base, tables) = Bench::opened().await;
    let cells = cells(
        &bench,
        &token,
        &format!("/v0/{base}/{}?pageSize=100", tables[0]),
    )
    .await;
    let recorded = fixture("records_page_size_1");
    let recorded = &recorded["records"][0]["fields"]["Photo (from Assignee)"][0];
    let files: Vec<_> = cells["Attachments"]
        .iter()
        .flat_map(|cell| cell.as_array().unwrap())
        .collect();
    let (pictures, others): (Vec<&Value>, Vec<&Value>) = files
        .iter()
        .copied()
        .partition(|file| file["type"] == "image/png");
    assert!(!pictures.is_empty() && !others.is_empty());
    assert!(pictures.iter().all(|file| fields(file) == fields(recorded)));
    let ends = files[0]["url"].as_str().unwrap().split('/').nth(7).unwrap();
    let left = ends.parse::<i64>().unwrap() - crate::sandbox::clock::now().as_millisecond();
    assert!((7_200_000 - 60_000..=14_400_000).contains(&left), "{left}");
}

#[actix_web::test]
async fn ai_cells_have_the_keys_of_the_recorded_one() {
    let (bench, token, base, tables) = Bench::opened().await;
    let cells = cells(
        &bench,
        &token,
        &format!("/v0/{base}/{}?pageSize=100", tables[0]),
    )
    .await;
    let recorded = fixture("record_get_ai_error_cell")["fields"]["Attachment Summary"].clone();
    let failed = cells["AI Text"]
        .iter()
        .find(|cell| cell["state"] == "error");
    assert_eq!(failed, Some(&recorded));
}

#[actix_web::test]
async fn links_lead_to_records_that_are_there() {
    let (bench, token, base, tables) = Bench::opened().await;
    let schema = bench
        .read(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    for (place, name) in [(0, "Link to Self"), (1, "Related")] {
        let uri = format!("/v0/{base}/{}", tables[place]);
        let links = cells(&bench, &token, &format!("{uri}?pageSize=100")).await[name][0].clone();
        let all = schema["tables"][place]["fields"].as_array().unwrap();
        let field = all.iter().find(|field| field["name"] == name).unwrap();
        let target = field["options"]["linkedTableId"].as_str().unwrap();
        for id in links.as_array().unwrap() {
            let uri = format!("/v0/{base}/{target}/{}", id.as_str().unwrap());
            assert_eq!(bench.read(&token, &uri).await["id"], *id);
        }
        let query = format!("{uri}?includeDateDependencyMetadata=true");
        let objects = cells(&bench, &token, &query.replace('?', "?pageSize=100&")).await;
        assert!(objects[name].iter().all(|cell| cell[0]["id"].is_string()));
    }
}

#[actix_web::test]
async fn one_record_is_the_row_of_the_listing() {
    let (bench, token, base, tables) = Bench::opened().await;
    let uri = format!("/v0/{base}/{}", tables[0]);
    let row = bench.read(&token, &uri).await["records"][7].clone();
    let one = format!("{uri}/{}", row["id"].as_str().unwrap());
    assert_eq!(bench.read(&token, &one).await, row);
    let by_id = bench
        .read(&token, &format!("{one}?returnFieldsByFieldId=1"))
        .await;
    assert_ne!(by_id["fields"], row["fields"]);
    assert_eq!(
        bench.get(&token, &format!("{one}?pageSize=1")).await.status,
        422
    );
    let other = format!("/v0/{base}/{}/{}", tables[1], row["id"].as_str().unwrap());
    assert_eq!(
        bench.get(&token, &other).await.json(),
        fixture("error_403_model_not_found")
    );
}

#[actix_web::test]
async fn fields_are_chosen_by_name_or_id() {
    let (bench, token, base, tables) = Bench::opened().await;
    let schema = bench
        .read(&token, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    let status = schema["tables"][1]["fields"].as_array().unwrap();
    let status = status
        .iter()
        .find(|field| field["name"] == "Status")
        .unwrap();
    let uri = format!("/v0/{base}/{}?pageSize=100", tables[1]);
    for named in ["Status", status["id"].as_str().unwrap()] {
        for list in ["fields[]", "fields[0]", "fields%5B%5D"] {
            let cells = cells(&bench, &token, &format!("{uri}&{list}={named}")).await;
            assert_eq!(
                cells.keys().collect::<Vec<_>>(),
                ["Status"],
                "{list}={named}"
            );
        }
    }
}
