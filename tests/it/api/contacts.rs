//! `/api/v1/connections/{provider}/contacts`.

use patchbay::identity::Scope;
use serde_json::{Value, json};

use super::{connect, connected};
use crate::support::World;

const CONTACTS: &str = "/api/v1/connections/hubspot/contacts";

fn ada() -> Value {
    json!({ "properties": {
        "email": "grace@example.com", "firstname": "Grace", "lastname": "Example", "city": "Bern",
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_made_read_changed_and_deleted() {
    let world = connected().await;
    let program = world.program().await;
    let answer = program.post(CONTACTS, &ada()).await;
    let place = answer.header("location").to_owned();
    let made = answer.is(201);
    let id = made["id"].as_str().expect("an id");
    assert_eq!(place, format!("{CONTACTS}/{id}"));
    assert_eq!(made["name"], "Grace Example");
    assert_eq!(made["properties"]["email"], "grace@example.com");

    let read = program
        .get(&format!("{place}?properties=city"))
        .await
        .is(200);
    assert_eq!(read["properties"]["city"], "Bern");
    assert!(
        read["url"]
            .as_str()
            .expect("a link")
            .starts_with("https://")
    );

    let change =
        json!({ "properties": { "jobtitle": "Engineer", "city": null, "mobilephone": 15550100 } });
    let changed = program.patch(&place, &change).await.is(200);
    assert_eq!(changed["properties"]["jobtitle"], "Engineer");
    assert_eq!(
        changed["properties"]["firstname"], "Grace",
        "what is not named stays"
    );
    let read = program
        .get(&format!("{place}?properties=city,mobilephone"))
        .await
        .is(200);
    assert_eq!(read["properties"].get("city"), None);
    assert_eq!(read["properties"]["mobilephone"], "15550100");

    assert_eq!(program.delete(&place).await.is(204), Value::Null);
    program.get(&place).await.problem(404, "contact-not-found");
    program
        .delete(&place)
        .await
        .problem(404, "contact-not-found");
    program
        .patch(&place, &change)
        .await
        .problem(404, "contact-not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_listed_and_searched_page_by_page() {
    let world = connected().await;
    world.control(&[("contacts", "130")]).await;
    let program = world.program().await;
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = program
            .get(&format!("{CONTACTS}?limit=60{cursor}"))
            .await
            .is(200);
        assert_eq!(
            (&page["total"], &page["reachable"]),
            (&json!(130), &json!(10_000))
        );
        let contacts = page["contacts"].as_array().expect("contacts").clone();
        ids.extend(
            contacts
                .into_iter()
                .map(|it| it["id"].as_str().expect("an id").to_owned()),
        );
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!((pages, ids.len()), (3, 130));
    let page = program.get(&format!("{CONTACTS}?limit=60")).await.is(200);
    let cursor = page["next_cursor"].as_str().expect("a cursor");
    let other = format!("{CONTACTS}?q=a&limit=60&cursor={cursor}");
    program.get(&other).await.problem(400, "bad-cursor");
    let none = program
        .get(&format!("{CONTACTS}?q=nobody-is-called-so"))
        .await
        .is(200);
    assert_eq!(
        (&none["contacts"], &none["next_cursor"]),
        (&json!([]), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_does_not_take_is_told_by_field() {
    let world = connected().await;
    let program = world.program().await;
    let made = program.post(CONTACTS, &ada()).await.is(201);
    let taken = program
        .post(CONTACTS, &ada())
        .await
        .problem(409, "contact-taken");
    assert_eq!(taken["contact_id"], made["id"]);
    let wrong = json!({ "properties": { "firstname": "A", "no_such_property": "1" } });
    let body = program
        .post(CONTACTS, &wrong)
        .await
        .problem(422, "contact-refused");
    assert_eq!(body["errors"][0]["field"], "no_such_property");
    let nothing = json!({ "properties": { "phone": "1" } });
    program
        .post(CONTACTS, &nothing)
        .await
        .problem(422, "contact-refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_providers_have_no_contacts() {
    let world = World::start().await;
    connect(&world, "notion").await;
    let program = world.program().await;
    for place in ["", "/51"] {
        let place = format!("/api/v1/connections/notion/contacts{place}");
        program.get(&place).await.problem(404, "capability-missing");
    }
    let place = "/api/v1/connections/notion/contacts";
    program
        .post(place, &ada())
        .await
        .problem(404, "capability-missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_says_who_can_help() {
    let world = World::start().await;
    let mut person = world.person("acme", "ada").await;
    let less = [("withhold_contacts_write", "1")];
    person.connect("hubspot", &less).await;
    let program = world.program().await;
    let body = program
        .post(CONTACTS, &ada())
        .await
        .problem(409, "permission-missing");
    assert_eq!(body["permission"], "crm.objects.contacts.write");
    assert_eq!(body["action"], "reconnect");
    world.control(&[("withdraw", "1")]).await;
    world.pass(jiff::SignedDuration::from_mins(31));
    program.get(CONTACTS).await.problem(409, "reconnect-needed");
    let stranger = world.program_of("acme", "bob", &Scope::ALL).await;
    stranger.get(CONTACTS).await.problem(404, "not-connected");
}
