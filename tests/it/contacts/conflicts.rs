//! The same contact changed by two people.

use super::{LIST, connected, follow, id_of, make, small_world, submit, value};
use crate::support::{Browser, Page, World};

/// Ada and Bob, who have connected the same account.
async fn two_people() -> (World, Browser, Browser) {
    let world = small_world().await;
    let ada = connected(&world, "ada").await;
    let bob = connected(&world, "bob").await;
    (world, ada, bob)
}

/// Ada's page of a contact, as it was before Bob set its phone to 2.
async fn outdated(ada: &mut Browser, bob: &mut Browser) -> Page {
    let hers = make(ada, &[("firstname", "Grace"), ("phone", "1")]).await;
    let his = bob.get(&format!("{LIST}/{}", id_of(&hers))).await;
    submit(bob, &his, "Save", &[("phone", "2")]).await;
    hers
}

#[tokio::test]
async fn what_two_people_change_is_asked_about() {
    let (_world, mut ada, mut bob) = two_people().await;
    let fields = [("firstname", "Grace"), ("phone", "1"), ("company", "Navy")];
    let hers = make(&mut ada, &fields).await;
    let place = format!("{LIST}/{}", id_of(&hers));
    let his = bob.get(&place).await;
    submit(
        &mut bob,
        &his,
        "Save",
        &[("phone", "2"), ("company", "Army")],
    )
    .await;

    let page = submit(
        &mut ada,
        &hers,
        "Save",
        &[("phone", "3"), ("jobtitle", "Admiral")],
    )
    .await;
    assert_eq!(page.status, 409);
    assert_eq!(page.texts(".both .there"), ["2"]);
    assert_eq!(value(&page, "phone"), "3");
    assert_eq!(value(&page, "company"), "Army");
    assert_eq!(value(&page, "jobtitle"), "Admiral");
    let now = bob.get(&place).await;
    assert_eq!(
        (value(&now, "phone"), value(&now, "jobtitle")),
        ("2".to_owned(), String::new())
    );

    let theirs = submit(&mut ada, &page, "Save", &[("keep.phone", "theirs")]).await;
    let kept = follow(&mut ada, theirs).await;
    assert_eq!(
        (value(&kept, "phone"), value(&kept, "jobtitle")),
        ("2".into(), "Admiral".into())
    );
    assert_eq!(value(&kept, "company"), "Army");
}

#[tokio::test]
async fn ones_own_value_can_be_kept_too() {
    let (_world, mut ada, mut bob) = two_people().await;
    let hers = outdated(&mut ada, &mut bob).await;
    let page = submit(&mut ada, &hers, "Save", &[("phone", "3")]).await;
    let answer = submit(&mut ada, &page, "Save", &[]).await;
    let kept = follow(&mut ada, answer).await;
    assert_eq!(value(&kept, "phone"), "3");
}

#[tokio::test]
async fn what_changed_elsewhere_alone_stays_and_is_told() {
    let (_world, mut ada, mut bob) = two_people().await;
    let hers = outdated(&mut ada, &mut bob).await;
    let answer = submit(&mut ada, &hers, "Save", &[("company", "Navy")]).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(
        (value(&page, "phone"), value(&page, "company")),
        ("2".into(), "Navy".into())
    );
    assert!(page.text.contains("It was left as it is there: Phone"));
    // Both entered the same: nothing to ask.
    let his = bob.get(&format!("{LIST}/{}", id_of(&hers))).await;
    submit(&mut bob, &his, "Save", &[("phone", "5")]).await;
    let answer = submit(&mut ada, &page, "Save", &[("phone", "5")]).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn a_contact_that_was_deleted_meanwhile_is_not_there() {
    let (_world, mut ada, mut bob) = two_people().await;
    let hers = make(&mut ada, &[("firstname", "Grace")]).await;
    let ask = bob.get(&format!("{LIST}/{}/delete", id_of(&hers))).await;
    submit(&mut bob, &ask, "Delete", &[]).await;
    let page = submit(&mut ada, &hers, "Save", &[("phone", "1")]).await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("Back to the contacts"));
    assert_eq!(value(&page, "phone"), "1");
    let answer = submit(&mut ada, &page, "Create contact", &[]).await;
    let made = follow(&mut ada, answer).await;
    assert_ne!(id_of(&made), id_of(&hers));
    let values = (value(&made, "firstname"), value(&made, "phone"));
    assert_eq!(values, ("Grace".into(), "1".into()));
}

/// Ada's page of a contact whose phone Bob has set to 2, while she sets it to 3.
async fn asked(ada: &mut Browser, bob: &mut Browser) -> Page {
    let hers = outdated(ada, bob).await;
    let page = submit(ada, &hers, "Save", &[("phone", "3")]).await;
    assert_eq!(page.status, 409, "{}", page.text);
    page
}

#[tokio::test]
async fn a_choice_survives_a_form_that_is_refused() {
    let (_world, mut ada, mut bob) = two_people().await;
    let page = asked(&mut ada, &mut bob).await;
    let fields = [("keep.phone", "theirs"), ("email", "no email")];
    let refused = submit(&mut ada, &page, "Save", &fields).await;
    assert_eq!(refused.status, 422);
    assert_eq!(value(&refused, "phone"), "2");
    let fields = [("email", "grace@example.com")];
    let answer = submit(&mut ada, &refused, "Save", &fields).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "2");
}

#[tokio::test]
async fn a_question_stays_open_when_a_property_is_added() {
    let (_world, mut ada, mut bob) = two_people().await;
    let page = asked(&mut ada, &mut bob).await;
    let row = [("new.name", "city"), ("new.value", "London")];
    let added = submit(&mut ada, &page, "Add another property", &row).await;
    assert_eq!(added.texts(".both .there"), ["2"]);
    assert_eq!(value(&added, "phone"), "3");
    let answer = submit(&mut ada, &added, "Save", &[("keep.phone", "theirs")]).await;
    let kept = follow(&mut ada, answer).await;
    assert_eq!(
        (value(&kept, "phone"), value(&kept, "more.city")),
        ("2".into(), "London".into())
    );
}

#[tokio::test]
async fn a_property_that_is_added_does_not_overwrite_what_nobody_saw() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    let london = [("new.name", "city"), ("new.value", "London")];
    let answer = submit(&mut ada, &page, "Save", &london).await;
    follow(&mut ada, answer).await;
    let bare = ada.get(&format!("{LIST}/{}", id_of(&page))).await;
    let paris = [("new.name", "city"), ("new.value", "Paris")];
    for button in ["Save", "Add another property"] {
        let asked = submit(&mut ada, &bare, button, &paris).await;
        assert_eq!(asked.texts(".both .there"), ["London"], "{button}");
        assert_eq!(value(&asked, "more.city"), "Paris");
    }
    // Nor where the form was refused for something else before.
    let bad = [&paris[..], &[("email", "no email")]].concat();
    let refused = submit(&mut ada, &bare, "Save", &bad).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let long = "x".repeat(65_537);
    let bad = [&paris[..], &[("company", &long[..])]].concat();
    let refused = submit(&mut ada, &bare, "Save", &bad).await;
    assert_eq!(refused.status, 422);
    let asked = submit(&mut ada, &refused, "Save", &[("company", "Navy")]).await;
    assert_eq!(asked.texts(".both .there"), ["London"]);
    let answer = submit(&mut ada, &asked, "Save", &[]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "more.city"), "Paris");
}
