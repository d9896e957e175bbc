//! Making, changing and deleting, and what is done where no answer comes.

use super::*;

const NEW: &[(&str, &str)] = &[
    ("email", "new@example.com"),
    ("firstname", "New"),
    ("phone", ""),
];

/// That a contact has the email already.
fn email_of(id: &str) -> Taken {
    Taken {
        property: Some("email".to_owned()),
        by: Some(id.to_owned()),
    }
}

/// The contact that [`NEW`] asks for, as HubSpot has it since `created`.
fn made(created: &str, first: &str) -> Reply {
    let body = json!({"id": "51", "createdAt": created, "updatedAt": created,
        "properties": {"email": "new@example.com", "firstname": first, "phone": null}});
    Reply::new(200, body.to_string())
}

#[tokio::test]
async fn a_new_contact_is_what_was_answered() {
    let server = Server::in_turn([reply("contact_create_success.json")]).await;
    let contact = create(&server, NEW).await.expect("a contact");
    assert_eq!(contact.id, "734931097788");
    assert_eq!(contact.properties["phone"], "+1 555-1234");
    assert_eq!(asked(&server), ["POST /crm/objects/2026-09/contacts"]);
    // What is empty is not given.
    let sent = json!({"properties": {"email": "new@example.com", "firstname": "New"}});
    assert_eq!(body(&server, 0), sent);
}

#[tokio::test]
async fn a_contact_without_email_and_name_is_not_asked_for() {
    let server = Server::in_turn([reply("contact_create_success.json")]).await;
    for pairs in [
        &[][..],
        &[("phone", "1")],
        &[("email", " "), ("firstname", "")],
    ] {
        let result = create(&server, pairs).await;
        assert!(matches!(result, Err(ContactError::Refused(_))));
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn without_an_answer_it_is_looked_for_by_its_email() {
    for (found, expected) in [
        (made("2026-03-12T07:33:40Z", "New"), Some("made")),
        (made("2025-01-01T00:00:00Z", "New"), Some("taken")),
        (made("2026-03-12T07:33:40Z", "Other"), Some("taken")),
        (reply("error_404_numeric_id.json"), None),
        (Reply::new(500, ""), None),
    ] {
        let server = Server::in_turn([Reply::new(502, "<html>"), found]).await;
        let came = match create(&server, NEW).await {
            Ok(contact) if contact.id == "51" => Some("made"),
            Err(ContactError::Taken(taken)) if taken == email_of("51") => Some("taken"),
            Err(ContactError::Unclear(CallError::Failing { status: 502, .. })) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(came, expected);
        let lines = asked(&server);
        let posts = lines.iter().filter(|line| line.starts_with("POST")).count();
        assert_eq!(posts, 1, "it was made once at most");
        assert_eq!(
            lines[1],
            "GET /crm/objects/2026-09/contacts/new@example.com"
        );
        let by = ("idProperty".to_owned(), "email".to_owned());
        assert!(server.seen()[1].query().contains(&by));
    }
}

#[tokio::test]
async fn what_hubspot_writes_in_its_own_way_is_ours_all_the_same() {
    let created = "2026-03-12T07:33:40Z";
    let found = json!({"id": "51", "createdAt": created, "updatedAt": created,
        "properties": {"email": "new@example.com", "phone": "+1 555-0100", "born": "1790-01-01"}});
    let found = Reply::new(200, found.to_string());
    let server = Server::in_turn([Reply::new(502, "<html>"), found]).await;
    let sent = [
        ("email", "New@example.com "),
        ("phone", "15550100"),
        ("born", "-5680281600000"),
    ];
    assert_eq!(create(&server, &sent).await.expect("ours").id, "51");
}

#[tokio::test]
async fn without_an_email_there_is_nothing_to_look_for() {
    let server = Server::in_turn([Reply::Reset]).await;
    let result = create(&server, &[("lastname", "Only")]).await;
    assert!(
        matches!(result, Err(ContactError::Unclear(_))),
        "{result:?}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_locked_account_is_asked_again() {
    let locked = Reply::new(423, "{}").with("retry-after", "0");
    let server = Server::in_turn([locked, reply("contact_create_success.json")]).await;
    create(&server, NEW).await.expect("a contact");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_change_sends_what_was_given_and_reads_the_whole() {
    let replies = ["contact_update_success.json", "contact_get.json"];
    let server = Server::in_turn(replies.map(reply)).await;
    let pairs = [("firstname", "Updated"), ("shoe_size", "")];
    let contact = update(&server, &pairs).await.expect("a contact");
    // The answer to the change had no email.
    assert_eq!(contact.properties["email"], "test-contact-2026@example.com");
    let path = format!("/crm/objects/2026-09/contacts/{ID}");
    assert_eq!(
        asked(&server),
        [format!("PATCH {path}"), format!("GET {path}")]
    );
    assert_eq!(body(&server, 0), json!({"properties": given(&pairs)}));
    let names = server.seen()[1].query()[0].1.clone();
    assert!(names.ends_with(",firstname,shoe_size"), "{names}");
}

#[tokio::test]
async fn a_change_of_a_merged_contact_goes_on_with_the_other() {
    let other = Reply::new(200, r#"{"id": "52", "properties": {}}"#);
    let server = Server::in_turn([other]).await;
    let contact = update(&server, &[("firstname", "x")]).await;
    assert_eq!(contact.expect("a contact").id, "52");
    assert!(asked(&server)[1].ends_with("/52"));
}

#[tokio::test]
async fn what_was_changed_and_cannot_be_read_was_changed() {
    let scopes = r#"{"category": "MISSING_SCOPES"}"#;
    for then in [
        Reply::new(500, ""),
        Reply::new(400, r#"{"message": "no"}"#),
        Reply::new(403, scopes),
        reply("error_404_numeric_id.json"),
    ] {
        let replies = [reply("contact_update_success.json"), then];
        let server = Server::in_turn(replies).await;
        let result = update(&server, &[("firstname", "x")]).await;
        assert!(matches!(result, Err(ContactError::Unread(_))), "{result:?}");
    }
    let server = Server::in_turn([Reply::new(500, "")]).await;
    let result = update(&server, &[("firstname", "x")]).await;
    assert!(
        matches!(result, Err(ContactError::Unclear(_))),
        "{result:?}"
    );
    assert_eq!(asked(&server).len(), 3);
}

#[tokio::test]
async fn a_deletion_looks_first_and_takes_an_empty_answer() {
    let server = Server::in_turn([reply("contact_get.json"), Reply::new(204, "")]).await;
    delete(&server, ID).await.expect("deleted");
    let path = format!("/crm/objects/2026-09/contacts/{ID}");
    assert_eq!(
        asked(&server),
        [format!("GET {path}"), format!("DELETE {path}")]
    );
    let server = Server::in_turn([reply("error_404_numeric_id.json")]).await;
    let result = delete(&server, ID).await;
    assert!(matches!(result, Err(ContactError::NotFound)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_contact_that_cannot_be_read_is_as_it_was_with_what_was_sent() {
    let server = Server::in_turn([reply("contact_get.json")]).await;
    let before = get(&server, ID).await.expect("a contact");
    let sent = given(&[("firstname", "Zoe"), ("lastname", ""), ("city", "London")]);
    let after = HubSpot.with(&account(), &before, &sent);
    assert_eq!(after.name, "Zoe");
    assert_eq!(after.properties["city"], "London");
    assert!(!after.properties.contains_key("lastname"));
    assert_eq!(after.properties["email"], before.properties["email"]);
    let item = HubSpot.item(&account(), &after);
    assert_eq!((&item.name[..], &item.id), ("Zoe", &before.id));
    assert_eq!(item.last_modified_time, before.updated_at);
}

#[tokio::test]
async fn what_a_repeated_deletion_does_not_find_is_deleted() {
    let gone = reply("error_404_numeric_id.json");
    let replies = [reply("contact_get.json"), Reply::new(502, ""), gone];
    let server = Server::in_turn(replies).await;
    delete(&server, ID).await.expect("deleted");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn nothing_else_has_what_a_deletion_wants() {
    let text = r#"{"message": "51 already has that value."}"#;
    for status in [409, 400] {
        let conflict = Reply::new(status, text);
        let server = Server::in_turn([reply("contact_get.json"), conflict]).await;
        let result = delete(&server, ID).await;
        assert!(
            matches!(result, Err(ContactError::Refused(_))),
            "{result:?}"
        );
    }
}
