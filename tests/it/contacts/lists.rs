//! The list of contacts: pages, searches, addresses that make no sense.

use super::{LIST, connected, listed, small_world};

#[tokio::test]
async fn the_pages_of_the_list_bring_every_contact_once() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = ada.get(LIST).await;
    assert!(page.text_of("#lag").starts_with("120 contacts. "));
    let mut ids = Vec::new();
    for number in 1..=3 {
        let page = ada.get(&format!("{LIST}?page={number}")).await;
        ids.extend(listed(&page));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 120);
    let last = ada.get(&format!("{LIST}?page=3")).await;
    assert_eq!(last.text_of(".range"), "101-120");
    assert_eq!((last.count("[rel=next]"), last.count("[rel=prev]")), (0, 1));
    for beyond in ["4", "201", "99999999999999"] {
        let page = ada.get(&format!("{LIST}?page={beyond}")).await;
        assert_eq!(page.status, 200);
        assert_eq!(listed(&page), Vec::<String>::new());
        assert!(page.text_of("#contact-list").contains("To the first page"));
    }
}

#[tokio::test]
async fn an_address_that_makes_no_sense_is_told_with_what_is_possible() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    for query in ["page=x", "page=0", "page=-1", "more=a%20b", "q=a%00"] {
        let page = ada.get(&format!("{LIST}?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
        assert!(page.text.contains("possible is"), "{query}");
    }
    for place in [
        "/connections/notion/contacts",
        "/connections/nobody/contacts",
        "/connections/hubspot/contacts/nobody",
        "/connections/hubspot/contacts/1234567890",
    ] {
        assert_eq!(ada.get(place).await.status, 404, "{place}");
    }
}

#[tokio::test]
async fn a_list_that_fails_leaves_the_form() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let id = listed(&ada.get(LIST).await)[0].clone();
    world
        .control(&[
            ("fail_kind", "500"),
            ("fail_on", "search"),
            ("fail_next", "50"),
        ])
        .await;
    let page = ada.get(&format!("{LIST}/{id}")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.count("form.contact"), 1);
    assert!(
        page.text_of("#contact-list .banner")
            .contains("HubSpot failed")
    );
    assert_eq!(ada.get(LIST).await.status, 502);
}

#[tokio::test]
async fn a_part_is_just_the_list_or_just_the_form() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let list = ada.get_part(&format!("{LIST}?q=example")).await;
    let begins = list
        .text
        .trim_start()
        .starts_with("<section id=\"contact-list\"");
    assert!(begins, "{list:?}");
    assert_eq!(list.count("#contact"), 0);
    let id = listed(&list)[0].clone();
    let form = ada.get_part(&format!("{LIST}/{id}")).await;
    // Its title goes to the window, and the cursor to its heading.
    let begins = "<title>";
    assert!(form.text.trim_start().starts_with(begins), "{form:?}");
    assert_eq!(form.count("#contact h2[autofocus]"), 1);
    assert_eq!(
        (form.count("#contact-list"), form.count("html")),
        (0, 1),
        "{}",
        form.text
    );
    assert_eq!(
        ada.get_part(&format!("{LIST}/1234567890")).await.status,
        404
    );
}

#[tokio::test]
async fn the_navigation_leads_to_the_contacts() {
    let world = small_world().await;
    let mut ada = world.person("acme", "ada").await;
    let page = ada.get("/connections").await;
    let links = page.attributes("nav[aria-label=Main] a", "href");
    assert!(links.contains(&LIST.to_owned()), "{links:?}");
    let page = ada.get(LIST).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("HubSpot is not connected"));
    assert_eq!(page.text_of("main button"), "Connect HubSpot");
    assert_eq!(page.text_of("nav [aria-current]"), "Contacts");
    ada.connect_hubspot().await;
    let page = ada.get("/connections/hubspot").await;
    let links = page.attributes(".head .actions a", "href");
    assert_eq!(links, [LIST]);
}
