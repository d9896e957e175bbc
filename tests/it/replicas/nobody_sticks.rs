//! A person each of whose requests another replica answers than the one before.

use reqwest::Method;

use super::Fleet;
use crate::support::{Browser, Page};

const CONNECTION: &str = "/connections/hubspot";
const CONTACTS: &str = "/connections/hubspot/contacts";
const KEYS: &str = "/settings/keys";

/// Sends a page's form by one of its buttons with fields changed or added, and goes where it leads.
async fn submit(browser: &mut Browser, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
    let (action, mut all) = page.form_with_button(button);
    for (name, value) in fields {
        all.retain(|(field, _)| field != name);
        all.push(((*name).to_owned(), (*value).to_owned()));
    }
    browser.send_form((action, all)).await
}

/// Loads, and sees each step of it at the other replica.
async fn loads(browser: &mut Browser, items: usize) {
    let page = browser.get(CONNECTION).await;
    let begun = submit(browser, &page, "Load items", &[]).await;
    assert!(begun.is_loading(), "{}", begun.text);
    let mut running = 0;
    loop {
        let part = browser.get_part(&format!("{CONNECTION}/load")).await;
        assert_eq!(part.status, 200, "{}", part.text);
        if !part.is_loading() {
            break;
        }
        running += 1;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(running >= 2, "nothing was seen of the load");
    let page = browser.get(CONNECTION).await;
    assert_eq!(page.chip("All"), items.to_string());
}

/// Looks for items, as they are and as a file.
async fn looks(browser: &mut Browser, items: usize) {
    for _ in 0..2 {
        let page = browser.get(&format!("{CONNECTION}/items?type=Deal")).await;
        assert_eq!(page.ids().len(), 1, "{}", page.text);
        let file = browser.get(&format!("{CONNECTION}/items.ndjson")).await;
        assert_eq!(file.text.lines().count(), items);
    }
}

/// Makes a contact and changes it. A form that comes twice makes one, whoever hears it.
async fn writes(browser: &mut Browser, name: &str) {
    let form = browser.get(&format!("{CONTACTS}/new")).await;
    let (action, mut fields) = form.form_with_button("Create contact");
    fields.retain(|(field, _)| field != "lastname");
    fields.push(("lastname".to_owned(), name.to_owned()));
    let page = browser.send_form((action.clone(), fields.clone())).await;
    assert_eq!(page.text_of("#contact-title"), name, "{}", page.text);
    assert!(page.text.contains("The contact is in HubSpot now"));
    let again = browser.send_form((action, fields)).await;
    assert_eq!(again.url, page.url, "a second contact was made");
    let saved = submit(browser, &page, "Save", &[("firstname", "Grace")]).await;
    assert_eq!(saved.text_of("[role=status] strong"), "Saved");
    let items = browser.get(&format!("{CONNECTION}/items?q={name}")).await;
    assert_eq!(items.ids().len(), 1, "it is not among the items");
}

/// Makes a key, sees it in the list, and revokes it.
async fn sets(browser: &mut Browser) {
    let form = browser.get(KEYS).await;
    let fields = [("name", "Nightly"), ("scope", "items:read")];
    let made = submit(browser, &form, "Make key", &fields).await;
    assert!(made.text_of("#key").starts_with("pb_"), "{}", made.text);
    let list = browser.get(KEYS).await;
    let ids = list.attributes("#api-keys tr[data-id]", "data-id");
    let ask = browser.get(&format!("{KEYS}/{}/revoke", ids[0])).await;
    let after = submit(browser, &ask, "Revoke", &[]).await;
    let said = after.texts("[role=status] strong");
    assert_eq!(said.len(), 1, "no word of it: {}", after.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_may_go_to_another_replica() {
    let fleet = Fleet::start(&[]).await;
    fleet
        .control(&[
            ("contacts", "300"),
            ("companies", "21"),
            ("deals", "1"),
            ("search_delay_ms", "0"),
            ("latency_ms", "150"),
        ])
        .await;
    // The second person comes to every step at the other replica than the first.
    for (number, user) in ["ada", "bob"].into_iter().enumerate() {
        let mut browser = fleet.browser();
        let served: usize = fleet.balancer.served().iter().sum();
        if served % 2 != number {
            browser
                .request(Method::GET, "/health/live")
                .send()
                .await
                .expect("an answer");
        }
        browser.sign_in("acme", user).await;
        let page = browser.connect_hubspot().await;
        assert_eq!(page.state(), "connected");
        let said = page.texts("[role=status] strong");
        assert_eq!(said.len(), 1, "no word of it: {}", page.text);
        // The one before has made a contact.
        let items = 322 + number;
        loads(&mut browser, items).await;
        looks(&mut browser, items).await;
        sets(&mut browser).await;
        writes(&mut browser, &format!("Hopper-{user}")).await;
        let page = browser.get("/connections").await;
        submit(&mut browser, &page, "Sign out", &[]).await;
        for _ in 0..2 {
            let page = browser.get("/connections").await;
            assert_eq!(page.url.path(), "/sign-in", "still signed in somewhere");
        }
    }
    let served = fleet.balancer.served();
    assert!(served[0].abs_diff(served[1]) <= 1, "{served:?}");
    fleet.is_sound();
}
