//! Forms that were begun for another account than the connected one.

use super::{LIST, connected, follow, id_of, make, small_world, submit, value};
use crate::support::{Browser, Page, World};

/// The second account of HubSpot's stand-in.
const OTHER: (&str, &str) = ("account", "147000999");

/// Answers the consent page that a form leads to as the other account, and the question which of the two to keep.
async fn come_back(ada: &mut Browser, sent: Page, choice: &str) -> Page {
    let consent = ada.get(sent.location().expect("a place").as_str()).await;
    let back = ada.answer_consent(&consent, "allow", &[OTHER]).await;
    let question = ada.get(back.as_str()).await;
    assert_eq!(question.url.path(), "/connections/hubspot/account");
    ada.choose(&question, choice).await
}

async fn switched(world: &World, ada: &mut Browser) {
    let question = ada.come_back_as("hubspot", OTHER.1).await;
    ada.choose(&question, "replace").await;
    assert_eq!(world.calls("create_contact").await, 1);
}

#[tokio::test]
async fn a_form_of_another_account_changes_nothing() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let hers = make(&mut ada, &[("firstname", "Grace")]).await;
    let form = ada.get(&format!("{LIST}/new")).await;
    let ask = ada.get(&format!("{LIST}/{}/delete", id_of(&hers))).await;
    switched(&world, &mut ada).await;

    let told = submit(&mut ada, &hers, "Save", &[("phone", "1")]).await;
    assert_eq!(told.status, 409, "{}", told.text);
    let said = told.text_of("#contact .banner");
    assert!(said.contains("begun for the account example.com"), "{said}");
    assert!(said.contains("Now example.org is connected"), "{said}");
    assert_eq!(value(&told, "phone"), "1");
    let again = submit(&mut ada, &told, "Save", &[]).await;
    assert_eq!(again.status, 409);
    let told = submit(&mut ada, &ask, "Delete", &[]).await;
    assert_eq!(told.status, 409, "{}", told.text);
    assert!(told.text.contains("begun for the account example.com"));
    for name in ["update_contact", "delete_contact"] {
        assert_eq!(world.calls(name).await, 0, "{name}");
    }

    // A new contact can be made in the account that is connected, once that was said.
    let told = submit(&mut ada, &form, "Create contact", &[("firstname", "New")]).await;
    assert_eq!(
        (told.status.as_u16(), world.calls("create_contact").await),
        (409, 1)
    );
    assert_eq!(value(&told, "firstname"), "New");
    let answer = submit(&mut ada, &told, "Create contact", &[]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "firstname"), "New");
}

#[tokio::test]
async fn what_was_entered_survives_the_question_which_account_to_keep() {
    for choice in ["keep", "replace"] {
        let world = small_world().await;
        let mut ada = connected(&world, "ada").await;
        let hers = make(&mut ada, &[("firstname", "Grace")]).await;
        world
            .control(&[("withdraw", "1"), ("expire_tokens", "1")])
            .await;
        let lost = submit(&mut ada, &hers, "Save", &[("phone", "2")]).await;
        assert_eq!(lost.status, 403);
        let sent = submit(&mut ada, &lost, "Reconnect", &[]).await;
        let back = come_back(&mut ada, sent, choice).await;
        assert_eq!(back.url.path(), hers.url.path(), "{choice}");
        assert_eq!(value(&back, "phone"), "2", "{choice}");
        // Either way it takes the first account to go on.
        let sent = submit(&mut ada, &back, "Reconnect", &[]).await;
        let consent = ada.get(sent.location().expect("a place").as_str()).await;
        let place = ada.answer_consent(&consent, "allow", &[]).await;
        let page = ada.get(place.as_str()).await;
        let page = match choice {
            "keep" => page,
            _ => ada.choose(&page, "replace").await,
        };
        assert_eq!(value(&page, "phone"), "2", "{choice}");
        let answer = submit(&mut ada, &page, "Save", &[]).await;
        assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "2");
    }
}
