//! An account with nothing in it: the page says why that may be, and what to do.

use patchbay::providers::Registry;

use crate::chromium::Chromium;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_account_explains_itself_in_the_providers_own_words() {
    let world = World::start().await;
    let sizes = [("contacts", "0"), ("companies", "0"), ("deals", "0")];
    world.control(&sizes).await;
    let ada = Chromium::open().await;
    ada.sign_in(&world.url).await;
    for provider in Registry.all() {
        let profile = provider.profile();
        ada.go(format!("{}/connections", world.url)).await;
        // The last account of a consent page is the one in which there is nothing, where there is one.
        ada.connect_to(profile.id, &["#account option:last-child"])
            .await;
        ada.click("Load items").await;
        ada.wait_for_text("#items", "The last load brought nothing.")
            .await;
        assert!(ada.text("#load .headline").await.contains("Loaded 0 items"));
        let words: Vec<&str> = profile.when_empty.split_whitespace().collect();
        let said = ada.text("#items .empty").await;
        assert!(said.contains(&words.join(" ")), "{said}");
        assert_eq!(
            ada.texts("#items .empty button").await,
            profile
                .choice
                .map_or(vec![], |_| vec!["Reconnect".to_owned()])
        );
        assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_account_one_click_leads_to_another_choice() {
    share_more(Chromium::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_one_click_leads_there_too() {
    share_more(Chromium::without_script().await).await;
}

/// Shares nothing, loads nothing, and shares more from there.
async fn share_more(ada: Chromium) {
    let world = World::start().await;
    ada.sign_in(&world.url).await;
    ada.connect_to("notion", &["#share option:last-child"])
        .await;
    ada.click("Load items").await;
    ada.click_on("#items .empty button").await;
    ada.allow("notion", &[]).await;
    ada.load_anew().await;
    ada.wait_for_text(".pager .range", "1-50 of ").await;
    assert_eq!(ada.complaints(&world.url).await, Vec::<String>::new());
}
