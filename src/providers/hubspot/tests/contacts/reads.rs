//! Finding, reading, and what the item of a contact is.

use super::*;
use crate::providers::Property;

/// A search that finds these records.
fn found(total: u64, name: &str) -> Reply {
    let page: Value = serde_json::from_str(&fixture(name)).expect("JSON");
    let body =
        json!({"total": total, "results": page["results"], "paging": {"next": {"after": "2"}}});
    Reply::new(200, body.to_string())
}

#[tokio::test]
async fn a_contact_is_read_with_its_fields_and_those_beside() {
    let server = Server::in_turn([reply("contact_get.json")]).await;
    let more = ["shoe_size".to_owned(), "no, name".to_owned()];
    let call = call(&server);
    let contact = HubSpot.get(&call, &account(), ID, &more).await;
    let contact = contact.expect("a contact");
    assert_eq!(
        (contact.id.as_str(), contact.name.as_str()),
        (ID, "Updated TestUser")
    );
    let updated = contact.updated_at.map(|time| time.to_string());
    assert_eq!(updated.as_deref(), Some("2026-03-12T07:34:24.559Z"));
    assert_eq!(contact.properties["email"], "test-contact-2026@example.com");
    assert!(!contact.properties.contains_key("phone"));
    assert_eq!(contact.raw["id"], ID);
    let seen = server.only();
    assert_eq!(seen.path(), format!("/crm/objects/2026-09/contacts/{ID}"));
    let names = "firstname,lastname,email,phone,company,jobtitle,lifecyclestage,shoe_size";
    let query = crate::testing::http::expected(&[("properties", names)]);
    assert_eq!(seen.query(), query);
}

#[tokio::test]
async fn what_is_no_id_is_not_asked_for() {
    let server = Server::in_turn([reply("contact_get.json")]).await;
    let long = "1".repeat(21);
    for id in ["", "abc", "-1", "1/2", "..", "１２", long.as_str()] {
        for result in [
            get(&server, id).await.map(|_| ()),
            delete(&server, id).await,
        ] {
            assert!(matches!(result, Err(ContactError::NotFound)), "{id}");
        }
    }
    let many: Vec<String> = (0..500).map(|n| format!("property_{n}")).collect();
    let call = call(&server);
    let result = HubSpot.get(&call, &account(), ID, &many).await;
    assert!(matches!(result, Err(ContactError::Refused(_))));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_merged_contact_is_answered_as_the_other() {
    let server = Server::in_turn([reply("contact_get.json")]).await;
    assert_eq!(get(&server, "51").await.expect("a contact").id, ID);
    // And it is not deleted in the place of the one that was meant.
    let result = delete(&server, "51").await;
    assert!(matches!(result, Err(ContactError::NotFound)));
    assert!(asked(&server).iter().all(|line| line.starts_with("GET ")));
}

#[tokio::test]
async fn a_search_asks_for_those_that_were_changed_last() {
    let server = Server::in_turn([found(21, "contacts_page_1.json")]).await;
    let call = call(&server);
    let text = r#"Größe "quoted" \ 组织"#;
    let page = HubSpot.search(&call, &account(), text, 20, 500).await;
    let page = page.expect("a page");
    // However few it says there are, those that are seen are there.
    assert_eq!((page.contacts.len(), page.total), (10, 30));
    assert_eq!(page.contacts[2].name, "Bruno Hallstrom (Sample Contact)");
    assert_eq!(
        asked(&server),
        ["POST /crm/objects/2026-09/contacts/search"]
    );
    let sent = body(&server, 0);
    assert_eq!(sent["query"], text);
    assert_eq!(
        (&sent["limit"], &sent["after"]),
        (&json!(100), &json!("20"))
    );
    let sorts = json!([{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]);
    assert_eq!(sent["sorts"], sorts);
    assert!(
        sent["properties"]
            .as_array()
            .is_some_and(|names| names.len() == 7)
    );
}

#[tokio::test]
async fn beyond_the_last_result_there_is_only_how_many_there_are() {
    let server = Server::in_turn([found(12_000, "contacts_page_1.json")]).await;
    let call = call(&server);
    for from in [10_000, 10_050, u64::MAX] {
        let page = HubSpot.search(&call, &account(), "", from, 50).await;
        let page = page.expect("a page");
        assert_eq!((page.contacts.len(), page.total), (0, 12_000));
    }
    HubSpot
        .search(&call, &account(), "", 9_990, 50)
        .await
        .expect("a page");
    let limits: Vec<Value> = (0..4)
        .map(|place| body(&server, place)["limit"].clone())
        .collect();
    assert_eq!(limits, [1, 1, 1, 10]);
    assert!((0..4).all(|place| body(&server, place).get("query").is_none()));
}

#[tokio::test]
async fn a_text_that_hubspot_would_refuse_is_not_sent() {
    let server = Server::in_turn([found(0, "contacts_page_empty.json")]).await;
    let call = call(&server);
    for text in ["x".repeat(3_000), "\"".repeat(1_500), "é".repeat(10_000)] {
        let result = HubSpot.search(&call, &account(), &text, 0, 10).await;
        assert!(matches!(result, Err(ContactError::Refused(_))));
    }
    assert!(server.seen().is_empty());
    let text = "é".repeat(2_500);
    let page = HubSpot.search(&call, &account(), &text, 0, 10).await;
    assert_eq!(page.expect("a page").total, 0);
}

#[tokio::test]
async fn the_item_of_a_contact_is_the_one_that_a_load_brings() {
    for name in ["contacts_page_1.json", "contacts_page_last.json"] {
        let loaded = fetched("contacts", reply(name)).await.expect("a page");
        let server = Server::in_turn([found(9, name)]).await;
        let call = call(&server);
        let page = HubSpot.search(&call, &account(), "", 0, 100).await;
        let items = page.expect("a page").contacts;
        let items: Vec<_> = items
            .iter()
            .map(|one| HubSpot.item(&account(), one))
            .collect();
        assert_eq!(items, loaded.items);
        // Also of a contact that nobody read of a record.
        for (item, loaded) in items.iter().zip(&loaded.items) {
            assert_eq!((&item.id, &item.name), (&loaded.id, &loaded.name));
        }
    }
}

#[tokio::test]
async fn definitions_say_what_can_be_set_and_to_what() {
    let defined = json!({"results": [
        {"name": "lifecyclestage", "label": "Lifecycle Stage", "type": "enumeration", "fieldType": "radio",
         "options": [{"label": "Lead", "value": "lead", "hidden": false},
                     {"label": "Old", "value": "old", "hidden": true}, {"value": "bare"}, null],
         "modificationMetadata": {"readOnlyValue": false}},
        {"name": "topics", "label": "Topics", "fieldType": "checkbox",
         "options": [{"label": "News", "value": "news"}]},
        {"name": "createdate", "label": "Create Date", "modificationMetadata": {"readOnlyValue": true}},
        {"name": "score", "label": "  ", "calculated": true, "options": "none"},
        {"name": "hs_object_source", "label": "Source", "hidden": true},
        {"name": "gone", "archived": true},
        {"label": "without a name"},
        "no object at all",
    ]});
    let server = Server::in_turn([Reply::new(200, defined.to_string())]).await;
    let properties = HubSpot.properties(&call(&server)).await;
    let properties = properties.expect("definitions");
    let expected = [
        ("createdate", "Create Date", false, 0),
        ("lifecyclestage", "Lifecycle Stage", true, 2),
        ("score", "score", false, 0),
        ("topics", "Topics", true, 0),
    ];
    let row = |one: &Property| {
        (
            one.name.clone(),
            one.label.clone(),
            one.writable,
            one.choices.len(),
        )
    };
    let rows: Vec<_> = properties.iter().map(row).collect();
    let expected = expected.map(|(name, label, writable, choices)| {
        (name.to_owned(), label.to_owned(), writable, choices)
    });
    assert_eq!(rows, expected);
    assert_eq!(asked(&server), ["GET /crm/properties/2026-09/contacts"]);
}
