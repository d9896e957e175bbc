//! People at their settings: the API keys that they give to programs.

mod faults;
mod others;
mod revoke;
mod shown_once;
mod used;

use reqwest::Method;

use crate::support::{Browser, Page, World, plain_client};

const KEYS: &str = "/settings/keys";

/// The form of a new key, filled in.
fn filled(form: &Page, name: &str, scopes: &[&str], expires: &str) -> Vec<(String, String)> {
    let (action, mut fields) = form.form_with_button("Make key");
    assert_eq!(action.path(), KEYS);
    fields.retain(|(field, _)| !["name", "scope", "expires"].contains(&field.as_str()));
    let scopes = scopes.iter().map(|scope| ("scope", *scope));
    let all = [("name", name), ("expires", expires)]
        .into_iter()
        .chain(scopes);
    fields.extend(all.map(|(field, value)| (field.to_owned(), value.to_owned())));
    fields
}

async fn send(browser: &mut Browser, fields: &[(String, String)]) -> Page {
    let request = browser.request(Method::POST, KEYS).form(fields);
    browser.send(request).await
}

/// Makes a key by the form; answers the page that shows it.
async fn make(browser: &mut Browser, name: &str, scopes: &[&str]) -> Page {
    let form = browser.get(KEYS).await;
    let page = send(browser, &filled(&form, name, scopes, "90d")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

/// The key that a page shows.
fn secret(page: &Page) -> String {
    let key = page.text_of("#key");
    assert!(key.starts_with("pb_") && key.len() > 40, "{key:?}");
    key
}

/// The ids of the keys in the list.
fn listed(page: &Page) -> Vec<String> {
    page.attributes("#api-keys tr[data-id]", "data-id")
}

/// Where a key of the list is revoked.
fn revoke(id: &str) -> String {
    format!("{KEYS}/{id}/revoke")
}

/// Asks for a token as a program does; answers the status.
async fn use_key(world: &World, key: &str, user: &str) -> u16 {
    let place = format!("{}/integrations/hubspot/credentials", world.url);
    let request = plain_client().post(place).bearer_auth(key);
    let request = request.form(&[("user_id", user), ("org_id", "acme")]);
    request.send().await.expect("an answer").status().as_u16()
}
