//! One item: all that is known of it, what it lies in, what lies in it, and as JSON.

use serde_json::Value;

use super::{items, loaded, rows, world};
use crate::support::Page;

/// What the page says of a field.
fn fact(page: &Page, label: &str) -> String {
    let labels = page.texts(".item dt").into_iter();
    let mut facts = labels.zip(page.texts(".item dd"));
    let found = facts.find(|(one, _)| one == label);
    found
        .unwrap_or_else(|| panic!("nothing of '{label}' in {}", page.text))
        .1
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_in_the_table_leads_to_its_item() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion", "airtable"]).await;
    let page = items(&mut ada, "per_page=500").await;
    let rows = rows(&page);
    let every = (rows.len() / 12).max(1);
    for (of, kind, id, place) in rows.iter().step_by(every) {
        let page = ada.get(place).await;
        assert_eq!(page.status, 200, "{place}");
        assert_eq!(&fact(&page, "Id"), id);
        assert_eq!(&fact(&page, "Provider"), of);
        assert_eq!(&fact(&page, "Type"), kind);
        assert!(
            !fact(&page, "Media type").is_empty(),
            "an unknown field is said to be so"
        );
        assert!(!page.text_of("h1").is_empty());
        let json = ada.get(&format!("{place}/json")).await;
        assert!(json.header("content-type").starts_with("application/json"));
        let json: Value = serde_json::from_str(&json.text).expect("an item");
        assert_eq!(json["id"].as_str(), Some(&id[..]));
        assert_eq!(
            json.as_object().map(serde_json::Map::len),
            Some(16),
            "every field"
        );
        let shown: Value = serde_json::from_str(&page.texts("pre.json").concat()).expect("JSON");
        assert_eq!(shown, json);
        let links = page.attributes(".head .actions a[target]", "href");
        assert!(links.iter().all(|link| link.starts_with("https://")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_from_parent_to_child_and_back() {
    let world = world().await;
    let mut ada = loaded(&world, &["airtable"]).await;
    let bases = items(&mut ada, "type=Base").await;
    let base = &rows(&bases).first().expect("a base").3.clone();
    let page = ada.get(base).await;
    let children = page.attributes(".children a", "href");
    assert!(!children.is_empty(), "{}", page.text);
    let all = page
        .attributes("section[aria-labelledby=children] p a", "href")
        .concat();
    let table = ada.get(&all).await;
    assert_eq!(table.ids().len(), children.len());
    assert!(table.text_of(".within").starts_with("Only what lies in"));
    let anywhere = table.attributes(".within a", "href").concat();
    assert!(ada.get(&anywhere).await.ids().len() > children.len());

    let child = ada.get(children.first().expect("a child")).await;
    let back = child.attributes(".item dd a:not([target])", "href");
    assert_eq!(back, std::slice::from_ref(base), "{}", child.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_is_not_here_is_not_found_and_there_is_a_way_back() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let rows = rows(&items(&mut ada, "type=Contact").await);
    let id = &rows.first().expect("a contact").2;
    for place in [
        "Contact/0",
        &format!("Deal/{id}"),
        "Contact/%00",
        "Contact/%3Cscript%3E",
        "Contact/a%2Fb%2F..",
        "Contact/%F0%9F%8E%89",
        &format!("Contact/{}", "9".repeat(3_000)),
        "Nothing/1/json",
    ] {
        let page = ada
            .get(&format!("/connections/hubspot/items/{place}"))
            .await;
        assert_eq!(page.status, 404, "{place}");
        assert!(
            page.text_of(".failure").contains("no such item"),
            "{place}: {}",
            page.text
        );
        assert_eq!(
            page.attributes(".failure a", "href"),
            ["/connections/hubspot"]
        );
    }
    assert_eq!(
        ada.get("/connections/nobody/items/Contact/1").await.status,
        404
    );
    assert_eq!(
        ada.get("/connections/notion/items/Page/1").await.status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_shown_although_what_is_around_it_is_gone() {
    let world = world().await;
    let mut ada = loaded(&world, &["airtable"]).await;
    let bases = rows(&items(&mut ada, "type=Base").await);
    let place = &bases.first().expect("a base").3;
    assert!(ada.get(place).await.count(".children a") > 0);
    let blocks = world.redis.cli(&["KEYS", "pb:{s-*"]);
    let mut without = 0;
    for block in blocks.lines() {
        world
            .redis
            .cli(&["RENAME", block, &format!("{block}:away")]);
        let page = ada.get(place).await;
        let said = page.text_of("section[aria-labelledby=children]");
        assert!([200, 404].contains(&page.status.as_u16()), "{}", page.text);
        without += u32::from(said.contains("cannot be read"));
        world
            .redis
            .cli(&["RENAME", &format!("{block}:away"), block]);
    }
    assert!(without > 0, "what lies in it stood in none of {blocks}");
    assert!(ada.get(place).await.count(".children a") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_loaded_is_drawn_on_its_connections_page() {
    let world = world().await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.connect("hubspot", &[]).await;
    assert_eq!(page.count("#pictures svg"), 0, "there is nothing to draw");
    let page = ada.load("hubspot", &[]).await;
    assert_eq!(page.count("#pictures svg[role=img]"), 2, "{}", page.text);
    let types = page.text_of("#by-type-desc");
    let chip = format!("Contacts {}", page.chip("Contacts"));
    assert!(types.contains(&chip), "{types}");
    assert!(page.count("#pictures .numbers tbody tr") > 0);
    assert_eq!(page.count("#pictures [style]"), 0);
    let part = ada.get_part("/connections/hubspot/pictures").await;
    assert!(
        part.text
            .trim_start()
            .starts_with("<section id=\"pictures\"")
    );
    assert_eq!(part.count("svg"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_on_a_page_is_read_when_it_is_asked_for() {
    let world = world().await;
    let mut ada = loaded(&world, &["notion", "hubspot"]).await;
    let pages = rows(&items(&mut ada, "provider=notion&type=Page").await);
    let place = &pages.first().expect("a page").3;
    let calls = async || world.state_of("notion").await["counters"].clone();
    let before = calls().await;
    let page = ada.get(place).await;
    assert_eq!(page.count("#content .document"), 0);
    assert_eq!(
        calls().await,
        before,
        "nothing is asked before somebody asks"
    );

    let (action, fields) = page.form_with_button("Show content");
    assert_eq!(fields, [("content".to_owned(), "1".to_owned())]);
    let page = ada.get(&format!("{}?content=1", action.path())).await;
    assert_eq!(page.status, 200);
    assert!(page.count("#content .document p") > 0, "{}", page.text);
    assert_ne!(calls().await, before);

    let gone = [
        ("fail_kind", "500"),
        ("fail_on", "any"),
        ("fail_next", "99"),
    ];
    world.control_of("notion", &gone).await;
    let page = ada.get(&format!("{}?content=1", action.path())).await;
    assert_eq!(page.status, 200, "the rest of the page is there");
    let said = page.text_of("#content .banner");
    assert!(said.contains("What stands in it cannot be shown"), "{said}");
    assert!(!fact(&page, "Id").is_empty());

    let contacts = rows(&items(&mut ada, "provider=hubspot&type=Contact").await);
    let contact = ada.get(&contacts.first().expect("a contact").3).await;
    assert_eq!(contact.count("#content"), 0, "it is not offered");
}
