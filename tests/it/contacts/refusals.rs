//! What HubSpot, or Patchbay before it, does not accept: told at its field, with all that was entered.

use super::{LIST, connected, follow, id_of, make, small_world, submit, told_at, value};

#[tokio::test]
async fn a_value_that_is_refused_is_told_at_its_field() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    let fields = [("email", "grace@example"), ("firstname", "Grace")];
    let page = submit(&mut ada, &form, "Create contact", &fields).await;
    assert_eq!(page.status, 422);
    assert!(told_at(&page, "email").contains("invalid"), "{}", page.text);
    assert_eq!(value(&page, "email"), "grace@example");
    assert_eq!(value(&page, "firstname"), "Grace");
    // The same form, mended, is taken.
    let mended = [("email", "grace@example.com")];
    let answer = submit(&mut ada, &page, "Create contact", &mended).await;
    let page = follow(&mut ada, answer).await;
    let page = submit(&mut ada, &page, "Save", &[("email", "no email")]).await;
    assert_eq!(page.status, 422);
    assert!(!told_at(&page, "email").is_empty());
    assert_eq!(page.text_of("#contact-title"), "Grace");
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_before_it_is() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    let long = "x".repeat(65_537);
    for (value, says) in [
        ("Gra\0ce", "null byte"),
        ("a\u{7}", "U+0007"),
        (&long, "65,536"),
    ] {
        let page = submit(&mut ada, &form, "Create contact", &[("firstname", value)]).await;
        assert_eq!(page.status, 422, "{says}");
        assert!(told_at(&page, "firstname").contains(says), "{says}");
    }
    let page = submit(&mut ada, &form, "Create contact", &[("phone", "1")]).await;
    assert_eq!(page.status, 422);
    assert!(told_at(&page, "email").contains("at least one"));
    for name in ["a b", "email", "naïve", ""] {
        let row = [("firstname", "x"), ("new.name", name), ("new.value", "1")];
        let page = submit(&mut ada, &form, "Create contact", &row).await;
        assert_eq!(page.status, 422, "{name}");
        assert!(!page.text_of("#new-error").is_empty(), "{name}");
    }
    let longest = "x".repeat(65_536);
    let page = make(&mut ada, &[("firstname", "Grace"), ("company", &longest)]).await;
    assert_eq!(value(&page, "company"), longest);
}

#[tokio::test]
async fn an_unknown_property_is_told_as_hubspot_says_it() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    let row = [("new.name", "favourite_food"), ("new.value", "soup")];
    let page = submit(&mut ada, &page, "Save", &row).await;
    assert_eq!(page.status, 422);
    let told = told_at(&page, "favourite_food");
    assert!(told.contains("does not exist"), "{told} {}", page.text);
    assert_eq!(value(&page, "more.favourite_food"), "soup");
}

#[tokio::test]
async fn an_email_that_is_taken_links_to_the_contact_that_has_it() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let grace = make(&mut ada, &[("email", "grace@example.com")]).await;
    let form = ada.get(&format!("{LIST}/new")).await;
    let fields = [("email", "grace@example.com"), ("firstname", "Other")];
    let page = submit(&mut ada, &form, "Create contact", &fields).await;
    assert_eq!(page.status, 409);
    let link = page.attributes("[data-property=email] .error a", "href");
    assert_eq!(link, [format!("{LIST}/{}", id_of(&grace))]);
    assert_eq!(value(&page, "firstname"), "Other");

    let other = make(&mut ada, &[("firstname", "Other")]).await;
    let page = submit(&mut ada, &other, "Save", &[("email", "grace@example.com")]).await;
    assert_eq!(page.status, 409, "{}", page.text);
    let link = page.attributes("[data-property=email] .error a", "href");
    assert_eq!(link, [format!("{LIST}/{}", id_of(&grace))]);
}

#[tokio::test]
async fn a_provider_that_fails_keeps_what_was_entered() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    world
        .control(&[
            ("fail_kind", "500"),
            ("fail_on", "contacts"),
            ("fail_next", "50"),
        ])
        .await;
    let failed = submit(&mut ada, &page, "Save", &[("lastname", "Hopper")]).await;
    assert_eq!(failed.status, 502);
    assert_eq!(value(&failed, "lastname"), "Hopper");
    assert!(
        failed
            .text_of("#contact .banner")
            .contains("HubSpot failed")
    );
    world.control(&[("fail_next", "0")]).await;
    let answer = submit(&mut ada, &failed, "Save", &[]).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(value(&page, "lastname"), "Hopper");
}
