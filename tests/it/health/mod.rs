//! How a connection is: asking whether it works, renewing its token by hand, and what its page says of it all.

mod check;
mod facts;
mod refresh;
mod states;

use jiff::SignedDuration;

use crate::support::{Browser, Page, World};

const PLACE: &str = "/connections/hubspot";
/// A token of half an hour is dead after this.
const DEAD: SignedDuration = SignedDuration::from_mins(31);
/// The token endpoint fails until it is told to stop.
const TROUBLE: [(&str, &str); 3] = [
    ("fail_on", "token"),
    ("fail_kind", "500"),
    ("fail_next", "1000"),
];

/// Ada, connected to HubSpot.
async fn connected(world: &World) -> Browser {
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    ada
}

/// Clicks one of the buttons of HubSpot's page; answers the page that follows.
async fn click(ada: &mut Browser, button: &str) -> Page {
    let page = ada.get(PLACE).await;
    let (action, fields) = page.form_with_button(button);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "_csrf")
        .map(|(name, value)| (&name[..], &value[..]))
        .collect();
    let page = ada.post(action.path(), &fields).await;
    assert_eq!((page.status.as_u16(), page.url.path()), (200, PLACE));
    page
}

/// The notice on top of a page.
fn notice(page: &Page) -> String {
    page.text_of("main > .banner[role=status]")
}

/// A fact of the column, by its label.
fn fact(page: &Page, label: &str) -> String {
    let labels = page.texts("#facts dt");
    let place = labels.iter().position(|text| text == label);
    let place = place.unwrap_or_else(|| panic!("no '{label}' among {labels:?}"));
    page.texts("#facts dd").swap_remove(place)
}

fn offers(page: &Page, button: &str) -> bool {
    page.texts("button").iter().any(|text| text == button)
}
