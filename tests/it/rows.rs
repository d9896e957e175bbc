//! What a row says, whatever the provider sent; and the table as a part of a page and as a page.

use jiff::Timestamp;
use url::Url;

use crate::support::{Browser, World};

const ITEMS: &str = "/connections/hubspot/items";

/// A world in which ada has loaded an account whose first rows are the awkward ones.
async fn loaded() -> (World, Browser) {
    let world = World::start().await;
    world
        .control(&[("contacts", "200"), ("companies", "60"), ("deals", "60")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    (world, ada)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_item_is_without_a_name() {
    let (_world, mut ada) = loaded().await;
    let page = ada.get(&format!("{ITEMS}?per_page=500")).await;
    let (ids, names) = (page.ids(), page.texts("#items tr[data-id] td.name"));
    let kinds = page.texts("#items tr[data-id] td.type");
    assert_eq!((ids.len(), names.len(), kinds.len()), (320, 320, 320));
    for (id, name) in ids.iter().zip(&names) {
        let said = !name.is_empty() && !["None", "null", "undefined"].contains(&name.as_str());
        assert!(said, "{id} is called '{name}'");
    }
    // Each type has rows with neither name nor email: those are called by type and id.
    for kind in ["Contact", "Company", "Deal"] {
        let by_id = ids.iter().zip(&names).zip(&kinds);
        let mut of_kind = by_id.filter(|(_, of)| *of == kind);
        assert!(
            of_kind.any(|((id, name), _)| *name == format!("{kind} {id}")),
            "no nameless {kind}"
        );
    }
    // One without a name but with an email is called by that.
    assert!(names.iter().any(|name| name.contains("@example.")));
    // A long one is cut in its cell.
    assert!(names.iter().all(|name| name.chars().count() <= 301));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_to_the_providers_own_pages_by_https_only() {
    let (_world, mut ada) = loaded().await;
    let page = ada.get(&format!("{ITEMS}?per_page=500")).await;
    let links = page.attributes("#items tr[data-id] td.open a", "href");
    assert_eq!(links.len(), 320);
    for (id, link) in page.ids().iter().zip(&links) {
        let link = Url::parse(link).expect("an address");
        assert_eq!(link.scheme(), "https");
        let host = link.host_str().expect("a host");
        assert!(host.ends_with(".hubspot.com"), "{host}");
        assert!(link.path().contains(id.as_str()), "{link} for {id}");
    }
    let safe = page.count("#items td.open a[rel~=noopener][rel~=noreferrer]");
    assert_eq!(safe, 320);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_stand_in_time_elements_that_a_machine_can_read() {
    let (_world, mut ada) = loaded().await;
    let page = ada.get(&format!("{ITEMS}?per_page=500")).await;
    let exact = page.attributes("#items tr[data-id] time", "datetime");
    assert_eq!(exact.len(), 640);
    for text in &exact {
        assert!(text.ends_with('Z'), "{text} is not UTC");
        text.parse::<Timestamp>().expect("RFC 3339");
    }
    // Some have a fraction and some have not, as HubSpot sends them.
    assert!(exact.iter().any(|text| text.contains('.')));
    assert!(exact.iter().any(|text| !text.contains('.')));
    let titles = page.attributes("#items tr[data-id] time", "title");
    assert!(titles.iter().all(|title| title.ends_with("UTC")));
    assert_eq!(titles.len(), 640);
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_gets_the_table_alone_and_everyone_else_the_page() {
    let (_world, mut ada) = loaded().await;
    let page = ada.get(ITEMS).await;
    assert!(page.text.contains("<html") && page.count("#facts") == 1);
    assert!(page.header("vary").to_lowercase().contains("hx-request"));
    assert!(
        page.header("vary")
            .to_lowercase()
            .contains("hx-request-type")
    );

    let part = ada.get_part(ITEMS).await;
    assert!(!part.text.contains("<html") && part.count("#facts") == 0);
    assert!(part.text.trim_start().starts_with("<section id=\"items\""));
    assert_eq!(part.ids(), page.ids());
    assert!(
        part.header("vary")
            .to_lowercase()
            .contains("hx-request-type")
    );

    for (headers, whole) in [
        (&[("HX-Request", "true")][..], false),
        (&[("HX-Request", "true"), ("HX-Request-Type", "full")], true),
    ] {
        let mut request = ada.request(reqwest::Method::GET, ITEMS);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = ada.send(request).await;
        assert_eq!(answer.text.contains("<html"), whole, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_never_loaded_says_what_to_do() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get(ITEMS).await;
    assert_eq!(page.status, 200);
    assert!(page.text_of("#items").contains("HubSpot is not connected"));
    ada.connect_hubspot().await;
    let page = ada.get(&format!("{ITEMS}?type=Deal&page=3")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text_of("#items")
            .contains("Nothing has been loaded yet")
    );
    assert_eq!(ada.get("/connections/nobody/items").await.status, 404);
    let stranger = world.browser().get_once(ITEMS).await;
    assert!(stranger.location().expect("to sign in").path() == "/sign-in");
}
