//! Pages of records, and the items that they become.

use serde_json::json;

use super::*;
use crate::item::Item;
use crate::testing::http::expected;

async fn page(stream: &str, name: &str) -> Fetched {
    let fetched = fetched(stream, reply(name)).await.expect("a page");
    for item in &fetched.items {
        is_whole(item);
    }
    fetched
}

/// What holds for every recorded row.
fn is_whole(item: &Item) {
    assert_eq!(item.provider, "hubspot");
    assert!(!item.id.is_empty() && !item.name.trim().is_empty());
    assert!(item.creation_time.is_some() && item.last_modified_time.is_some());
    let link = item.url.as_deref().expect("a link");
    let start = "https://app-eu1.hubspot.com/contacts/147000286/record/0-";
    assert!(
        link.starts_with(start) && link.ends_with(&item.id),
        "{link}"
    );
}

/// The one item of a page whose only row this is.
async fn item(stream: &str, row: Value) -> Item {
    let body = json!({"results": [row]}).to_string();
    let mut fetched = fetched(stream, Reply::new(200, body))
        .await
        .expect("a page");
    fetched.items.remove(0)
}

fn names(fetched: &Fetched) -> Vec<&str> {
    fetched
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_page_of_contacts_becomes_items_and_the_step_after_it() {
    let fetched = page("contacts", "contacts_page_1.json").await;
    assert_eq!(fetched.items.len(), 10);
    assert_eq!(names(&fetched)[2], "Bruno Hallstrom (Sample Contact)");
    assert_eq!(fetched.next, [step("contacts", Some("725101338836"))]);
    let first = &fetched.items[0];
    assert_eq!(
        (first.id.as_str(), first.kind.as_str()),
        ("713492963559", "Contact")
    );
    let time = first.creation_time.map(|time| time.to_string());
    assert_eq!(time.as_deref(), Some("2026-02-25T16:23:49.023Z"));
    assert_eq!(first.properties["email"], "test-contact-2026@example.com");
    assert_eq!(first.properties["jobtitle"], Value::Null);
    // Asked for, but not in this recording: there all the same.
    assert_eq!(first.properties["lifecyclestage"], Value::Null);
    // Not asked for.
    assert!(!first.properties.contains_key("hs_object_id"));
}

#[tokio::test]
async fn the_last_page_and_an_empty_one_have_nothing_after_them() {
    let last = page("contacts", "contacts_page_last.json").await;
    assert_eq!((last.items.len(), last.next.len()), (5, 0));
    let empty = page("contacts", "contacts_page_empty.json").await;
    assert_eq!((empty.items.len(), empty.next.len()), (0, 0));
}

#[tokio::test]
async fn companies_are_read_with_and_without_more_to_come() {
    let whole = page("companies", "companies_page.json").await;
    assert_eq!((whole.items.len(), whole.next.len()), (8, 0));
    assert_eq!(names(&whole)[0], "Test Company Batch Updated - Dryrun");
    assert_eq!(whole.items[0].kind, "Company");
    assert_eq!(whole.items[0].properties["state"], "CA");
    let part = page("companies", "companies_page_with_paging.json").await;
    assert_eq!(part.next, [step("companies", Some("407822336217"))]);
}

#[tokio::test]
async fn deals_without_stage_or_amount_are_read_too() {
    let fetched = page("deals", "deals_page.json").await;
    assert_eq!(fetched.items.len(), 6);
    let bare = &fetched.items[4];
    assert_eq!(
        (bare.kind.as_str(), bare.name.as_str()),
        ("Deal", "Test Deal from API")
    );
    for property in ["amount", "dealstage", "pipeline"] {
        assert_eq!(bare.properties[property], Value::Null);
    }
    assert_eq!(fetched.items[1].properties["amount"], "5000.00");
}

#[tokio::test]
async fn a_page_is_asked_for_with_its_size_properties_and_cursor() {
    let server = Server::in_turn([reply("contacts_page_empty.json")]).await;
    let call = call(&server);
    for cursor in [None, Some("725101338836")] {
        let step = step("contacts", cursor);
        let page = HubSpot.fetch(&call, &account(), &step).await;
        page.expect("a page");
    }
    let seen = server.seen();
    assert_eq!(seen[0].path(), "/crm/objects/2026-09/contacts");
    let properties = "firstname,lastname,email,phone,company,jobtitle,lifecyclestage";
    let mut sent = vec![
        ("limit", "100"),
        ("properties", properties),
        ("archived", "false"),
    ];
    assert_eq!(seen[0].query(), expected(&sent));
    sent.push(("after", "725101338836"));
    assert_eq!(seen[1].query(), expected(&sent));
    let header = Some("Bearer secret-access-token");
    assert!(seen.iter().all(|one| one.header("authorization") == header));
}

#[tokio::test]
async fn the_link_to_the_next_page_is_never_followed() {
    let trap = Server::in_turn([reply("contacts_page_empty.json")]).await;
    let link = trap.url.as_str();
    for (after, next) in [(json!("7"), 1), (Value::Null, 0), (json!(""), 0)] {
        let body = json!({"results": [], "paging": {"next": {"after": after, "link": link}}});
        let fetched = fetched("deals", Reply::new(200, body.to_string())).await;
        assert_eq!(fetched.expect("a page").next.len(), next);
    }
    for paging in [
        json!({}),
        json!({"next": null}),
        json!({"prev": {"before": "3"}}),
        Value::Null,
    ] {
        let body = json!({"results": [], "paging": paging}).to_string();
        let fetched = fetched("deals", Reply::new(200, body)).await;
        assert!(fetched.expect("a page").next.is_empty());
    }
    assert!(trap.seen().is_empty());
}

#[tokio::test]
async fn a_record_is_called_by_the_first_name_that_says_anything() {
    let rows = [
        (
            "contacts",
            json!({"firstname": " Ada ", "lastname": "Lovelace"}),
            "Ada Lovelace",
        ),
        (
            "contacts",
            json!({"firstname": null, "lastname": "Lovelace"}),
            "Lovelace",
        ),
        (
            "contacts",
            json!({"firstname": " ", "lastname": "", "email": "a@example.com"}),
            "a@example.com",
        ),
        (
            "contacts",
            json!({"firstname": null, "email": null}),
            "Contact 51",
        ),
        ("contacts", json!({}), "Contact 51"),
        (
            "companies",
            json!({"name": null, "domain": "example.com"}),
            "example.com",
        ),
        (
            "companies",
            json!({"name": "", "domain": " "}),
            "Company 51",
        ),
        (
            "deals",
            json!({"dealname": "<b>Größe</b> 组织"}),
            "<b>Größe</b> 组织",
        ),
        ("deals", json!({"dealname": null}), "Deal 51"),
    ];
    for (stream, properties, name) in rows {
        let item = item(stream, json!({"id": "51", "properties": properties})).await;
        assert_eq!(item.name, name);
    }
    assert_eq!(item("deals", json!({"id": "51"})).await.name, "Deal 51");
}

#[tokio::test]
async fn times_come_with_or_without_fractions_and_nonsense_is_unknown() {
    for (text, time) in [
        (json!("2026-02-25T16:23:49Z"), Some("2026-02-25T16:23:49Z")),
        (
            json!("2026-02-25T16:23:49.5Z"),
            Some("2026-02-25T16:23:49.5Z"),
        ),
        (
            json!("2026-02-25T18:23:49.023+02:00"),
            Some("2026-02-25T16:23:49.023Z"),
        ),
        (json!("yesterday"), None),
        (json!(""), None),
        (Value::Null, None),
    ] {
        let row = json!({"id": "51", "createdAt": text, "updatedAt": text});
        let item = item("contacts", row).await;
        let read = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        assert_eq!(read(item.creation_time).as_deref(), time);
        assert_eq!(read(item.last_modified_time).as_deref(), time);
    }
}

#[tokio::test]
async fn a_link_that_is_not_hubspots_is_replaced_by_our_own() {
    let own = "https://app-eu1.hubspot.com/contacts/147000286/record/0-2/51";
    for (url, link) in [
        (
            json!("https://app-na2.hubspot.com/contacts/1/record/0-2/51"),
            None,
        ),
        (json!("http://app.hubspot.com/x"), Some(own)),
        (json!("javascript:alert(1)"), Some(own)),
        (json!("https://app.hubspot.com.evil.example/x"), Some(own)),
        (json!("https://app.hubspot.com@evil.example/x"), Some(own)),
        (json!("https://evilhubspot.com/x"), Some(own)),
        (json!("/contacts/1"), Some(own)),
        (Value::Null, Some(own)),
    ] {
        let item = item("companies", json!({"id": "51", "url": url})).await;
        assert_eq!(item.url.as_deref(), link.or(url.as_str()), "{url}");
    }
}
