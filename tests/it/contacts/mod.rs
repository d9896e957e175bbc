//! People at work on the contacts of their account.

mod access;
mod conflicts;
mod life;
mod lists;
mod other_account;
mod refusals;
mod twice;

use reqwest::Method;

use crate::support::{Browser, Page, World};

const LIST: &str = "/connections/hubspot/contacts";

/// A small account whose searches know at once what was changed.
const SMALL: [(&str, &str); 4] = [
    ("contacts", "120"),
    ("companies", "1"),
    ("deals", "1"),
    ("search_delay_ms", "0"),
];

/// A world with a small account.
async fn small_world() -> World {
    let world = World::start().await;
    world.control(&SMALL).await;
    world
}

/// A person who has connected it.
async fn connected(world: &World, user: &str) -> Browser {
    let mut browser = world.person("acme", user).await;
    browser.connect_hubspot().await;
    browser
}

/// Sends a page's form by one of its buttons, with fields changed or added; does not follow where it leads.
async fn submit(browser: &mut Browser, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
    let (action, mut all) = page.form_with_button(button);
    for (name, value) in fields {
        all.retain(|(field, _)| field != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    let request = browser.request(Method::POST, action.as_str()).form(&all);
    browser.send(request).await
}

/// The page that a redirect leads to.
async fn follow(browser: &mut Browser, answer: Page) -> Page {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let next = answer.location().expect("a place");
    browser.get(next.as_str()).await
}

/// Makes a contact by the form; answers its page.
async fn make(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let form = browser.get(&format!("{LIST}/new")).await;
    let made = submit(browser, &form, "Create contact", fields).await;
    let page = follow(browser, made).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

/// The contact's id, from the page's address.
fn id_of(page: &Page) -> String {
    let path = page.url.path();
    let id = path.strip_prefix(&format!("{LIST}/")).expect("a contact");
    id.to_owned()
}

/// What a field holds.
fn value(page: &Page, name: &str) -> String {
    let value = page.value(&format!("[id='field-{name}']"));
    value.unwrap_or_else(|| panic!("no field {name} in {}", page.text))
}

/// What is told at a property.
fn told_at(page: &Page, property: &str) -> String {
    page.text_of(&format!("[data-property='{property}'] .error"))
}

/// The ids in the list.
fn listed(page: &Page) -> Vec<String> {
    page.attributes("#contact-list li[data-id]", "data-id")
}
