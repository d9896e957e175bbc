//! How people find something in the trail: filters, pages, parts, the file.

use patchbay::activity::By;
use patchbay::identity::{New, Scope};
use patchbay::owner::Owner;

use super::{PLACE, rows};
use crate::support::{Browser, Page, World};

/// Ada, with HubSpot connected and more keys made and revoked than a page shows.
async fn with_many(world: &World) -> Browser {
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    let keys = world.keys();
    for n in 0..60 {
        let new = New {
            name: format!("number {n}"),
            scopes: vec![Scope::ItemsRead],
            life: None,
            id: None,
        };
        let made = keys.create(&owner, new, &By::operator()).await;
        made.expect("a key");
    }
    ada
}

fn about(page: &Page) -> Vec<String> {
    rows(page).into_iter().map(|row| row.about).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_to_all_of_it_by_links_alone() {
    let world = World::start().await;
    let mut ada = with_many(&world).await;
    let first = ada.get(PLACE).await;
    assert_eq!(rows(&first).len(), 50);
    assert_eq!(first.count("a[rel=first]"), 0);
    let older = first.attributes("a[rel=next]", "href").remove(0);
    // Something is done in between.
    ada.connect_hubspot().await;
    let second = ada.get(&older).await;
    assert_eq!(second.count("a[rel=next]"), 0);
    let all = [about(&first), about(&second)].concat();
    let numbers = (0..60).rev().map(|n| format!("number {n} of ada"));
    let expected: Vec<String> = numbers.chain(["HubSpot".to_owned()]).collect();
    assert_eq!(all, expected);
    let newest = second.attributes("a[rel=first]", "href").remove(0);
    assert_eq!(rows(&ada.get(&newest).await)[0].what, "Reconnected");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_finds_by_kind_provider_result_text_and_day_without_a_script() {
    let world = World::start().await;
    let mut ada = with_many(&world).await;
    let page = ada.get(PLACE).await;
    let (action, fields) = page.form_with_button("Filter");
    let names: Vec<&str> = fields.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["kind", "provider", "result", "q", "since", "until"]);
    assert_eq!(action.path(), PLACE);
    let today = world.clock.now().strftime("%Y-%m-%d").to_string();
    for (query, count) in [
        ("kind=connections".to_owned(), 1),
        ("provider=hubspot".to_owned(), 1),
        ("result=failed".to_owned(), 0),
        ("q=NUMBER+17".to_owned(), 1),
        ("kind=keys&q=number+5".to_owned(), 11),
        (format!("since={today}&kind=connections"), 1),
        ("until=2001-01-01".to_owned(), 0),
        ("kind=&provider=&result=&q=&since=&until=".to_owned(), 50),
    ] {
        let page = ada.get(&format!("{PLACE}?{query}")).await;
        assert_eq!(rows(&page).len(), count, "{query}");
        if count == 0 {
            assert_eq!(page.text_of(".empty strong"), "Nothing matches.");
        }
    }
    // What was chosen stays in the form, and in the file.
    let page = ada.get(&format!("{PLACE}?kind=keys&q=number+17")).await;
    assert_eq!(page.value("#q").as_deref(), Some("number 17"));
    let chosen = page.attributes("#kind option[selected]", "value");
    assert_eq!(chosen, ["keys"]);
    let file = page.attributes(".foot a", "href").remove(0);
    let file = ada.get(&file).await;
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    assert!(file.text.contains("number 17"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_with_what_can() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    for query in ["kind=x", "provider=x", "result=x", "since=x", "before=x"] {
        for place in [PLACE, "/activity.csv"] {
            let page = ada.get(&format!("{place}?{query}")).await;
            assert_eq!(page.status, 400, "{query}");
            assert!(page.text_of(".failure").contains("possible is"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn htmx_gets_the_part_that_it_swaps() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    let part = ada.get_part(PLACE).await;
    assert_eq!(part.count("#trail table.activity"), 1);
    assert_eq!(part.count("nav[aria-label=Main]"), 0);
    assert!(part.header("vary").contains("HX-Request"), "{part:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_has_all_of_it() {
    let world = World::start().await;
    let mut ada = with_many(&world).await;
    let at = world.clock.now();
    let fill = format!(
        "for i = 1, 2500 do redis.call('XADD', KEYS[1], '*', 'at', '{at}', 'user', 'ada', 'actor', 'ada', 'action', 'connected', 'provider', 'hubspot') end"
    );
    let key = "pb:activity:{acme}";
    world.redis.cli(&["EVAL", &fill, "1", key]);
    let file = ada.get("/activity.csv").await;
    assert_eq!(file.text.lines().count(), 1 + 2_562);
    assert!(file.text.starts_with("\u{feff}time,by,") && file.text.ends_with("\r\n"));
}
