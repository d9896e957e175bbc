//! The whole life of a contact.

use super::{LIST, connected, follow, id_of, listed, make, small_world, submit, value};

#[tokio::test]
async fn a_contact_is_made_found_changed_and_deleted() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let fields = [
        ("email", "grace@example.com"),
        ("firstname", "Grace"),
        ("lastname", "Hopper"),
        ("lifecyclestage", "lead"),
    ];
    let page = make(&mut ada, &fields).await;
    let id = id_of(&page);
    assert_eq!(page.text_of("#contact-title"), "Grace Hopper");
    assert!(page.text.contains("The contact is in HubSpot now"));
    assert!(page.text_of("#contact").contains("Open in HubSpot"));
    for (name, text) in &fields[..3] {
        assert_eq!(value(&page, name), *text);
    }
    let chosen = page.value("#field-lifecyclestage option[selected]");
    assert_eq!(chosen.as_deref(), Some("lead"));

    let found = ada.get(&format!("{LIST}?q=grace@example.com")).await;
    assert_eq!(listed(&found), std::slice::from_ref(&id));

    let changed = [("phone", "+1 555 0100"), ("lastname", "Murray Hopper")];
    let answer = submit(&mut ada, &page, "Save", &changed).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(page.text_of("[role=status] strong"), "Saved");
    assert_eq!(value(&page, "phone"), "+1 555 0100");
    assert_eq!(page.text_of("#contact-title"), "Grace Murray Hopper");
    let answer = submit(&mut ada, &page, "Save", &[("phone", "")]).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(value(&page, "phone"), "");
    let answer = submit(&mut ada, &page, "Save", &[]).await;
    let page = follow(&mut ada, answer).await;
    assert!(page.text.contains("Nothing was to be saved"));

    let ask = ada.get(&format!("{LIST}/{id}/delete")).await;
    assert!(ask.text_of("h1").contains("Grace Murray Hopper"));
    assert!(ask.text.contains("90 days") && ask.text.contains(&id));
    let answer = submit(&mut ada, &ask, "Delete", &[]).await;
    let page = follow(&mut ada, answer).await;
    assert!(page.text.contains(&format!("Contact {id} is deleted")));
    assert!(!listed(&page).contains(&id));
    assert_eq!(ada.get(&format!("{LIST}/{id}")).await.status, 404);

    let again = ada.get(&format!("{LIST}/{id}/delete")).await;
    assert_eq!((again.status.as_u16(), again.url.path()), (200, LIST));
    assert!(again.text.contains("The contact is gone already"));
    let answer = submit(&mut ada, &ask, "Delete", &[("form_token", "another")]).await;
    let page = follow(&mut ada, answer).await;
    assert!(page.text.contains("The contact is gone already"));

    let trail = ada.get("/activity").await.texts("td.name");
    let expected = [
        "Contact deleted",
        "Contact changed",
        "Contact changed",
        "Contact created",
        "Connected",
        "Signed in",
    ];
    assert_eq!(trail, expected);
}

#[tokio::test]
async fn a_property_is_added_and_stays_shown() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    let row = [("new.name", "city"), ("new.value", "London")];
    let added = submit(&mut ada, &page, "Add another property", &row).await;
    assert_eq!(added.status, 200);
    assert_eq!(value(&added, "more.city"), "London");
    assert_eq!(added.value("#new-name").as_deref(), Some(""));
    let answer = submit(&mut ada, &added, "Save", &[]).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(page.url.query(), Some("more=city"));
    assert_eq!(value(&page, "more.city"), "London");

    let place = format!("{LIST}/{}", id_of(&page));
    let bare = ada.get(&place).await;
    assert_eq!(bare.count("[data-property=city]"), 0);
    let asked = ada.get(&format!("{place}?more=city,zip")).await;
    assert_eq!(value(&asked, "more.city"), "London");
    assert_eq!(value(&asked, "more.zip"), "");

    // Without the button, a filled row is saved as well.
    let answer = submit(
        &mut ada,
        &bare,
        "Save",
        &[("new.name", "zip"), ("new.value", "N1")],
    )
    .await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(value(&page, "more.zip"), "N1");
}

#[tokio::test]
async fn what_was_changed_shows_among_the_loaded_items_at_once() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    ada.load_hubspot().await;
    let page = make(&mut ada, &[("firstname", "Grace"), ("lastname", "Hopper")]).await;
    let id = id_of(&page);
    let items = "/connections/hubspot/items?type=Contact&q=Hopper";
    assert!(ada.get(items).await.ids().contains(&id));
    let answer = submit(&mut ada, &page, "Save", &[("lastname", "Zebedee")]).await;
    follow(&mut ada, answer).await;
    assert!(!ada.get(items).await.ids().contains(&id));
    let items = "/connections/hubspot/items?type=Contact&q=Zebedee";
    assert_eq!(ada.get(items).await.ids(), std::slice::from_ref(&id));
    let ask = ada.get(&format!("{LIST}/{id}/delete")).await;
    submit(&mut ada, &ask, "Delete", &[]).await;
    assert_eq!(ada.get(items).await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn a_change_that_cannot_be_read_again_shows_among_the_loaded_items_all_the_same() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    ada.load_hubspot().await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    // What is read before the change and the change itself pass, then nothing does.
    let reading_fails = [
        ("fail_kind", "500"),
        ("fail_on", "contacts"),
        ("fail_after", "2"),
        ("fail_next", "3"),
    ];
    world.control(&reading_fails).await;
    let answer = submit(&mut ada, &page, "Save", &[("lastname", "Zebedee")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let items = "/connections/hubspot/items?type=Contact&q=Zebedee";
    assert_eq!(ada.get(items).await.ids(), [id_of(&page)]);
}

#[tokio::test]
async fn what_others_deleted_is_found_gone_among_the_loaded_items_too() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let mut bob = connected(&world, "bob").await;
    for button in ["Save", "Delete"] {
        let page = make(&mut ada, &[("firstname", "Grace"), ("lastname", button)]).await;
        let id = id_of(&page);
        let mine = ada.get(&format!("{LIST}/{id}/delete")).await;
        ada.load_hubspot().await;
        let items = format!("/connections/hubspot/items?type=Contact&q={id}");
        assert_eq!(ada.get(&items).await.ids(), std::slice::from_ref(&id));
        let his = bob.get(&format!("{LIST}/{id}/delete")).await;
        submit(&mut bob, &his, "Delete", &[]).await;
        match button {
            "Save" => submit(&mut ada, &page, button, &[("phone", "1")]).await,
            _ => submit(&mut ada, &mine, button, &[]).await,
        };
        assert_eq!(
            ada.get(&items).await.ids(),
            Vec::<String>::new(),
            "{button}"
        );
    }
}

#[tokio::test]
async fn hostile_values_come_back_as_they_were_typed() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let long = "é".repeat(10_000);
    for text in [
        "<script>alert(1)</script>\"'&amp;",
        "\u{202e}olleh \u{200f}שלום",
        "👩‍🔬 Zoë 组织",
        "  spaces  ",
        &long,
    ] {
        let page = make(&mut ada, &[("firstname", text), ("jobtitle", text)]).await;
        assert_eq!(value(&page, "jobtitle"), text);
        assert_eq!(page.count("main script"), 0);
        let answer = submit(&mut ada, &page, "Save", &[("company", text)]).await;
        let page = follow(&mut ada, answer).await;
        assert_eq!(value(&page, "company"), text);
    }
}

#[tokio::test]
async fn a_text_of_several_lines_keeps_them_in_the_row() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    assert_eq!(page.count("textarea#new-value"), 1);
    let row = [
        ("new.name", "a b"),
        ("new.value", "1 Main Street\r\nLondon"),
    ];
    let told = submit(&mut ada, &page, "Save", &row).await;
    assert_eq!(told.status, 422);
    let (_, fields) = told.form_with_button("Save");
    let kept = fields.iter().find(|(name, _)| name == "new.value");
    let kept = kept.map(|(_, value)| value.trim_start_matches('\n'));
    assert_eq!(kept, Some("1 Main Street\nLondon"));
}
