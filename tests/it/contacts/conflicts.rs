//! The same contact changed by two people.

use super::{LIST, connected, follow, id_of, make, small_world, submit, value};

#[tokio::test]
async fn what_two_people_change_is_asked_about() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let mut bob = connected(&world, "bob").await;
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
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let mut bob = connected(&world, "bob").await;
    let hers = make(&mut ada, &[("firstname", "Grace"), ("phone", "1")]).await;
    let his = bob.get(&format!("{LIST}/{}", id_of(&hers))).await;
    submit(&mut bob, &his, "Save", &[("phone", "2")]).await;
    let page = submit(&mut ada, &hers, "Save", &[("phone", "3")]).await;
    let answer = submit(&mut ada, &page, "Save", &[]).await;
    let kept = follow(&mut ada, answer).await;
    assert_eq!(value(&kept, "phone"), "3");
}

#[tokio::test]
async fn what_changed_elsewhere_alone_stays_and_is_told() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let mut bob = connected(&world, "bob").await;
    let hers = make(&mut ada, &[("firstname", "Grace"), ("phone", "1")]).await;
    let his = bob.get(&format!("{LIST}/{}", id_of(&hers))).await;
    submit(&mut bob, &his, "Save", &[("phone", "2")]).await;
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
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let mut bob = connected(&world, "bob").await;
    let hers = make(&mut ada, &[("firstname", "Grace")]).await;
    let ask = bob.get(&format!("{LIST}/{}/delete", id_of(&hers))).await;
    submit(&mut bob, &ask, "Delete", &[]).await;
    let page = submit(&mut ada, &hers, "Save", &[("phone", "1")]).await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("Back to the contacts"));
}
