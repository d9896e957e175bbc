//! The table itself: filters, order, pages, the view as JSON.

use std::collections::BTreeSet;

use super::{PROVIDERS, chip, items, loaded, rows, world};

#[tokio::test(flavor = "multi_thread")]
async fn it_has_the_items_of_all_providers_each_once() {
    let world = world().await;
    let mut ada = loaded(&world, &PROVIDERS).await;
    let first = items(&mut ada, "").await;
    let all = chip(&first, "All providers");
    let each = ["HubSpot", "Notion", "Airtable"].map(|name| chip(&first, name));
    assert_eq!(each.iter().sum::<u64>(), all);
    assert!(each.iter().all(|count| *count > 0), "{each:?}");
    for query in [
        "per_page=37",
        "per_page=50&sort=modified&dir=desc",
        "per_page=41&sort=type",
    ] {
        let mut seen = BTreeSet::new();
        let mut walked = 0;
        for number in 1.. {
            let page = items(&mut ada, &format!("{query}&page={number}")).await;
            let rows = rows(&page);
            walked += rows.len() as u64;
            if rows.is_empty() {
                assert!(page.text_of("#items .empty").contains("beyond the end"));
                break;
            }
            seen.extend(rows);
        }
        assert_eq!((walked, seen.len() as u64), (all, all), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_narrows_to_a_provider_a_type_and_a_text() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    let page = items(&mut ada, "provider=notion").await;
    let of_notion = chip(&page, "Notion");
    assert!(page.texts("#items td.of").iter().all(|of| of == "Notion"));
    assert_eq!(page.chip("All"), of_notion.to_string());
    assert!(
        page.texts("a.type")
            .iter()
            .all(|chip| !chip.starts_with("Contacts"))
    );
    assert_eq!(
        page.texts("a.from[aria-current]"),
        [format!("Notion {of_notion}")]
    );

    let page = items(&mut ada, "type=contact&q=example").await;
    assert!(!page.ids().is_empty());
    assert!(
        page.texts("#items td.type")
            .iter()
            .all(|kind| kind == "Contact")
    );
    let kept = page.attributes("form.filter input[type=hidden]", "name");
    assert_eq!(kept, ["type", "sort", "dir", "per_page"]);
    let page = items(&mut ada, "provider=notion&type=contact").await;
    assert!(page.text_of("#items .empty").contains("No item matches"));

    for (query, possible) in [
        ("provider=nobody", "hubspot, notion, airtable"),
        ("type=Ticket", "Contact"),
        ("sort=colour", "name, type, parent, created, modified"),
        ("page=0", "a number from 1"),
        ("view=tree", "table, json"),
    ] {
        let page = ada.get(&format!("/items?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text_of(".failure").contains(possible), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_it_can_be_seen_as_json() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot", "notion"]).await;
    for place in ["/items", "/connections/hubspot/items"] {
        let table = ada
            .get(&format!("{place}?sort=created&per_page=5&page=2"))
            .await;
        let link = table.attributes(".view a", "href").concat();
        assert!(
            link.contains("page=2") && link.contains("sort=created"),
            "{link}"
        );
        let page = ada.get(&link).await;
        let json: Vec<serde_json::Value> =
            serde_json::from_str(&page.texts("pre.json").concat()).expect("a list");
        let ids: Vec<&str> = json.iter().filter_map(|item| item["id"].as_str()).collect();
        assert_eq!(ids, table.ids());
        assert_eq!(page.count("#items table"), 0);
        assert!(page.text_of("#items").contains("An export has all of it"));
        let next = page.attributes("#page-next", "href").concat();
        assert!(
            next.contains("view=json") && next.contains("page=3"),
            "{next}"
        );
        let back = page.attributes(".view a", "href").concat();
        assert_eq!(ada.get(&back).await.ids(), table.ids());
        let exports = page.attributes(".exports a", "href").concat();
        assert!(!exports.contains("view"), "{exports}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_gets_the_table_alone() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let part = ada.get_part("/items?type=Deal").await;
    assert!(
        part.text.trim_start().starts_with("<section id=\"items\""),
        "{}",
        part.text
    );
    assert!(part.header("vary").contains("HX-Request"));
    assert_eq!(part.ids(), items(&mut ada, "type=Deal").await.ids());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_what_is_not_theirs() {
    let world = world().await;
    let mut ada = loaded(&world, &["hubspot"]).await;
    let rows = rows(&items(&mut ada, "").await);
    let place = &rows.first().expect("a row").3;
    for (org, user) in [("acme", "bob"), ("other", "ada")] {
        let mut other = world.person(org, user).await;
        let page = items(&mut other, "").await;
        assert!(page.ids().is_empty());
        assert!(page.text_of("main").contains("Nothing is connected yet"));
        assert_eq!(other.get("/items.csv").await.status, 404);
        assert_eq!(other.get(place).await.status, 404);
    }
    let signed_out = world.browser().get_once("/items").await;
    assert_eq!(signed_out.status, 303);
}
