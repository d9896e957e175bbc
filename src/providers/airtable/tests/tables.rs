//! Bases and tables as items.

use super::*;

async fn base(base: Value) -> Item {
    let fetched = brought(&Fetch::first("bases"), json!({"bases": [base]})).await;
    fetched.items.into_iter().next().expect("an item")
}

async fn table(table: Value) -> Item {
    let fetched = brought(&crm().await, json!({"tables": [table]})).await;
    fetched.items.into_iter().next().expect("an item")
}

#[tokio::test]
async fn a_base_of_any_level_is_an_item_and_its_tables_are_asked_for() {
    let levels = [
        "none",
        "read",
        "comment",
        "edit",
        "create",
        "interfaceOnly",
        "owner",
        "Ω",
    ];
    for level in levels {
        let row = json!({"id": "app1", "name": "CRM", "permissionLevel": level});
        assert_eq!(
            base(row.clone()).await.properties["permission_level"],
            level
        );
        assert_eq!(tables_of(row).await.list, "app1");
    }
    for level in [json!(null), json!(7), json!({})] {
        let row = json!({"id": "app1", "permissionLevel": level});
        assert_eq!(
            base(row.clone()).await.properties["permission_level"],
            Value::Null
        );
        assert_eq!(tables_of(row).await.list, "app1");
    }
}

#[tokio::test]
async fn a_base_has_its_name_and_link() {
    let item =
        base(json!({"id": "app1", "name": " Two\n lines ", "permissionLevel": "read"})).await;
    assert_eq!((&item.name[..], &item.kind[..]), ("Two lines", "Base"));
    assert_eq!(item.url.as_deref(), Some("https://airtable.com/app1"));
    assert!(item.directory);
    assert_eq!((item.parent_id, item.parent_path_or_name), (None, None));
    assert_eq!((item.creation_time, item.last_modified_time), (None, None));
}

#[tokio::test]
async fn what_has_no_name_is_untitled() {
    for name in [json!(null), json!(""), json!(" \u{a0}\n"), json!(7)] {
        assert_eq!(
            base(json!({"id": "app1", "name": name})).await.name,
            "Untitled"
        );
        assert_eq!(
            table(json!({"id": "tbl1", "name": name})).await.name,
            "Untitled"
        );
        let step = records_of(json!({"id": "tbl1", "name": name})).await;
        assert_eq!(step.title.as_deref(), Some("CRM / Untitled"));
        let step = tables_of(json!({"id": "app1", "name": name})).await;
        assert_eq!(step.title.as_deref(), Some("Untitled"));
    }
    assert_eq!(base(json!({"id": "app1"})).await.name, "Untitled");
}

#[tokio::test]
async fn a_table_lies_in_its_base_and_counts_its_fields_and_views() {
    let item = table(json!({
        "id": "tbl1", "name": "Leads", "description": "Who may buy", "primaryFieldId": "fld1",
        "fields": [{"id": "fld1"}, {"id": "fld2", "type": "unheardOf"}], "views": [{}, {}, {}],
    }))
    .await;
    assert_eq!((&item.name[..], &item.kind[..]), ("Leads", "Table"));
    assert_eq!(item.parent_id.as_deref(), Some("app1"));
    assert_eq!(item.parent_path_or_name.as_deref(), Some("CRM"));
    assert_eq!(item.url.as_deref(), Some("https://airtable.com/app1/tbl1"));
    assert!(item.directory);
    let properties = &item.properties;
    assert_eq!(properties["description"], "Who may buy");
    assert_eq!(
        (&properties["fields"], &properties["views"]),
        (&json!(2), &json!(3))
    );
}

#[tokio::test]
async fn a_table_of_which_little_is_known_is_an_item_too() {
    let item =
        table(json!({"id": "tbl1", "fields": null, "views": "none", "description": 7})).await;
    assert_eq!(item.properties["fields"], 0);
    assert_eq!(item.properties["description"], Value::Null);
}

#[tokio::test]
async fn bases_of_the_same_name_stay_apart() {
    let fetched = answered(&Fetch::first("bases"), reply("bases_single_page.json")).await;
    let fetched = fetched.expect("a page");
    let mut lists: Vec<_> = fetched.next.iter().map(|step| &step.list).collect();
    let mut names: Vec<_> = fetched.items.iter().map(|item| &item.name).collect();
    for list in [&mut lists, &mut names] {
        list.sort_unstable();
        list.dedup();
    }
    assert_eq!(lists.len(), 11);
    assert!(names.len() < 11);
}

#[tokio::test]
async fn no_base_at_all_is_an_empty_list() {
    let fetched = answered(&Fetch::first("bases"), reply("bases_empty.json")).await;
    let fetched = fetched.expect("a page");
    assert!(fetched.items.is_empty() && fetched.next.is_empty());
}

#[tokio::test]
async fn ids_that_are_none_become_no_link() {
    for id in [
        "app-1",
        "app/1",
        "..",
        "app1?x",
        "äpp",
        "app 1",
        "javascript:x",
    ] {
        assert_eq!(base(json!({"id": id})).await.url, None, "{id}");
        assert_eq!(table(json!({"id": id})).await.url, None, "{id}");
    }
}
