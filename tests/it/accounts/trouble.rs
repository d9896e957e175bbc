//! What else may happen while an account waits to be chosen.

use super::{PLACE, QUESTION, asked, asked_in, assert_answered, connected};
use crate::support::Wire;

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_lets_both_accounts_go() {
    let (world, mut ada, question) = asked().await;
    let ask = ada.get("/connections/hubspot/disconnect").await;
    assert!(
        ask.text_of("main .card")
            .contains("waits to be chosen, example.org")
    );
    let page = ada.post("/connections/hubspot/disconnect", &[]).await;
    assert_eq!(page.state(), "not_connected");
    assert!(page.text_of(".banner.ok").contains("HubSpot confirmed"));
    assert_eq!(world.calls("revoke").await, 2);
    assert_eq!(world.sandbox_state().await["grants"], 0);
    assert!(world.redis.owned("acme.ada").is_empty());
    // What the other tab says now changes nothing.
    let page = ada.choose(&question, "replace").await;
    assert_eq!(page.state(), "not_connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_any_more_the_other_account_is_simply_connected() {
    for (choice, state) in [("replace", "connected"), ("keep", "not_connected")] {
        let (world, mut ada, _) = asked().await;
        // As a connection goes that nobody used for long.
        world
            .redis
            .cli(&["DEL", "pb:{acme.ada}:connection:hubspot"]);
        let question = ada.get(QUESTION).await;
        assert_eq!(question.url.path(), QUESTION);
        let page = ada.choose(&question, choice).await;
        assert_eq!(page.state(), state, "{}", page.text);
        assert_eq!(world.calls("revoke").await, u64::from(choice == "keep"));
        assert_answered(&world, &mut ada).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_told_is_named_with_its_own_page() {
    for choice in ["keep", "replace"] {
        let (world, mut ada, question) = asked().await;
        world.control(&[("client_secret_valid", "off")]).await;
        let page = ada.choose(&question, choice).await;
        let said = page.text_of(".banner.warn");
        assert!(said.contains("HubSpot could not be told"), "{said}");
        let apps = ["https://app.hubspot.com/connected-apps"];
        assert_eq!(page.attributes(".banner.warn a", "href"), apps);
        let account = ["example.com", "example.org"][usize::from(choice == "replace")];
        assert_eq!(page.text_of(".head .account"), account);
        assert_answered(&world, &mut ada).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_that_wait_are_sealed_and_survive_a_restart() {
    let (mut world, wire) = Wire::world().await;
    let (mut ada, question) = asked_in(&world).await;
    let dump = world.redis.dump();
    assert!(dump.contains("pb:{acme.ada}:candidate:hubspot"));
    let tokens = wire.tokens();
    assert_eq!(tokens.len(), 4);
    for secret in tokens.iter().map(|token| &token[..16]) {
        assert!(!dump.contains(secret), "{secret}… lies in Redis");
    }
    for account in ["example.com", "example.org"] {
        assert!(!dump.contains(account), "{account} lies in Redis");
    }
    world.restart().await;
    ada.choose(&question, "replace").await;
    assert_eq!(connected(&mut ada).await.0, "example.org");
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_that_was_stored_already_does_not_overwrite_what_was_refreshed_since() {
    let (mut world, wire) = Wire::world().await;
    world.control(&[("rotate", "on")]).await;
    let (mut ada, question) = asked_in(&world).await;
    let key = "pb:{acme.ada}:candidate:hubspot";
    // As if the process had died between the two steps of the answer: the candidate is still there.
    assert_eq!(world.redis.cli(&["COPY", key, "{acme.ada}aside"]), "1");
    ada.choose(&question, "replace").await;
    world.redis.cli(&["RENAME", "{acme.ada}aside", key]);
    world.control(&[("expire_tokens", "1")]).await;
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    let refreshed = wire.exchanges().len();
    let page = ada.get(QUESTION).await;
    assert_eq!(page.url.path(), PLACE);
    assert!(
        page.text_of(".banner.ok")
            .contains("Connected as example.org")
    );
    world.restart().await;
    world.control(&[("expire_tokens", "1")]).await;
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    assert!(wire.exchanges().len() > refreshed, "it was refreshed again");
    assert_eq!(world.calls("revoke").await, 1, "that of the account before");
    assert_answered(&world, &mut ada).await;
}
