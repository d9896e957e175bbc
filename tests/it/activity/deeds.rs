//! What people and operators do.

use patchbay::activity::By;
use patchbay::identity::Scope;
use patchbay::owner::Owner;

use super::{PLACE, assert_from_here, assert_from_nowhere, rows, streams, told, trail};
use crate::support::{CLIENT_SECRET, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_connects_and_goes_again_finds_it_in_the_trail() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let first = ada.get(PLACE).await;
    assert_eq!(first.texts("table.activity td.name"), ["Signed in"]);
    ada.connect_hubspot().await;
    ada.connect_hubspot().await;
    ada.get("/connections/hubspot/disconnect").await;
    ada.post("/connections/hubspot/disconnect", &[]).await;
    let rows = trail(&mut ada).await;
    let what: Vec<&str> = rows.iter().map(|row| &row.what[..]).collect();
    assert_eq!(what, ["Disconnected", "Reconnected", "Connected"]);
    for row in &rows {
        assert_eq!(
            (&row.who[..], &row.about[..], &row.result[..]),
            ("ada", "HubSpot", "Done")
        );
        assert_from_here(row);
    }
    // Each in a request of its own.
    assert_ne!(rows[0].request, rows[1].request);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_what_another_member_or_another_org_did() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    for (org, user) in [("acme", "bob"), ("other", "ada")] {
        let mut other = world.person(org, user).await;
        assert_eq!(trail(&mut other).await, [], "{org} {user}");
        // Whatever they ask for.
        for query in ["?q=ada", "?kind=connections", "?provider=hubspot"] {
            let page = other.get(&format!("{PLACE}{query}")).await;
            assert_eq!(rows(&page), [], "{query}");
        }
        let file = other.get("/activity.csv").await;
        // Their own sign-in.
        assert_eq!(file.text.lines().count(), 2, "{}", file.text);
        assert!(!file.text.contains(",connected,"), "{}", file.text);
    }
    for place in [PLACE, "/activity.csv"] {
        let page = world.browser().get_once(place).await;
        assert_eq!(page.location().expect("a way").path(), "/sign-in");
    }
    assert_eq!(trail(&mut ada).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_sees_what_everybody_of_the_org_did_and_a_member_does_not() {
    let world = World::with_accounts().await;
    let mut root = world.member("acme", "root@example.com", "admin").await;
    let mut ada = world.member("acme", "ada@example.com", "member").await;
    let mut other = world.member("other", "eve@example.com", "admin").await;
    ada.connect_hubspot().await;
    let seen = trail(&mut root).await;
    assert_eq!(seen[0].what, "Connected");
    assert_eq!(seen[0].who, "ada@example.com");
    let page = root.get(PLACE).await;
    assert!(page.text_of(".lead").contains("in this org"));
    let file = root.get("/activity.csv").await;
    assert!(file.text.contains("ada@example.com"), "{}", file.text);
    // That an admin took the file away is the admin's alone.
    assert_eq!(told(&mut ada).await, ["Connected", "Member added"]);
    assert_eq!(told(&mut other).await, ["Member added"]);
    let file = other.get("/activity.csv").await;
    assert!(!file.text.contains("ada@example.com"), "{}", file.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_told_by_their_names_whoever_makes_and_ends_them() {
    let world = World::start().await;
    let mut ada = world.person("acme", "ada").await;
    let form = ada.get("/settings/keys").await;
    let id = form.value("input[name=id]").expect("an id");
    let fields = [
        ("id", &id[..]),
        ("name", "by <ada>"),
        ("scope", "items:read"),
        ("expires", "never"),
    ];
    ada.post("/settings/keys", &fields).await;
    let (key, _) = world.key("acme", "ada", &[Scope::ItemsRead]).await;
    let owner = Owner {
        org: "acme".to_owned(),
        user: "ada".to_owned(),
    };
    let keys = world.keys();
    for ended in [true, false] {
        let revoked = keys.revoke(&owner, &key.id, &By::operator()).await;
        assert_eq!(revoked.expect("an answer"), ended);
    }
    let rows = trail(&mut ada).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (&row.who[..], &row.what[..], &row.about[..]))
        .collect();
    let expected = [
        ("The operator", "API key revoked", "sync of ada"),
        ("The operator", "API key made", "sync of ada"),
        ("ada", "API key made", "by <ada>"),
    ];
    assert_eq!(seen, expected);
    assert_from_nowhere(&rows[0]);
    assert_from_here(&rows[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_taken_away_is_told_once_it_began() {
    let world = World::start().await;
    world
        .control(&[("contacts", "3"), ("companies", "2"), ("deals", "1")])
        .await;
    let mut ada = world.person("acme", "ada").await;
    let none = ada.get("/items.csv").await;
    assert_eq!(none.status, 404);
    ada.connect_hubspot().await;
    ada.load_hubspot().await;
    let request = ada.request(reqwest::Method::HEAD, "/items.csv");
    assert_eq!(ada.send(request).await.status, 200);
    assert_eq!(
        told(&mut ada).await,
        ["Connected"],
        "to look is not to take"
    );
    ada.get("/items.ndjson").await;
    ada.get("/connections/hubspot/items.csv?type=Contact").await;
    ada.get("/activity.csv").await;
    let rows = trail(&mut ada).await;
    let about: Vec<&str> = rows.iter().map(|row| &row.about[..]).collect();
    assert!(about[0].starts_with("activity-2"), "{about:?}");
    assert!(
        about[1].starts_with("HubSpot · hubspot-contacts-"),
        "{about:?}"
    );
    assert!(
        about[2].starts_with("items-2") && about[2].ends_with(".ndjson"),
        "{about:?}"
    );
    for row in &rows[..3] {
        assert_eq!((&row.what[..], &row.who[..]), ("Exported", "ada"));
        assert_from_here(row);
    }
    assert_eq!(rows.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_shown_as_they_are_and_are_no_formulas_in_the_file() {
    let world = World::start().await;
    let evil = "=cmd|' /C calc'!A0<img src=x onerror=alert(1)>\u{202e}";
    let mut evil_one = world.person("acme", evil).await;
    evil_one.connect_hubspot().await;
    let page = evil_one.get(PLACE).await;
    assert_eq!(rows(&page)[0].who, evil);
    assert_eq!(page.count("img"), 0);
    assert_eq!(page.count("td.by bdi"), 2);
    let file = evil_one.get("/activity.csv").await;
    assert!(file.header("content-type").starts_with("text/csv"));
    let name = file.header("content-disposition").to_owned();
    assert!(
        name.starts_with("attachment; filename=\"activity-"),
        "{name}"
    );
    let mut reader = csv::Reader::from_reader(file.text.trim_start_matches('\u{feff}').as_bytes());
    let row = reader.records().next().expect("a row").expect("a record");
    assert_eq!(&row[2], format!("'{evil}"));
    assert_eq!(&row[5], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_stands_in_the_trail() {
    let world = World::start().await;
    world.control(&[("contacts", "3")]).await;
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    ada.get(back.as_str()).await;
    ada.get(back.as_str()).await;
    let program = world.program().await;
    let token = program.get("/api/v1/connections/hubspot/token").await;
    assert_eq!(token.status, 200);
    ada.load_hubspot().await;
    ada.get("/items.csv").await;
    let trail = streams(&world);
    assert!(
        trail.contains("callback_refused") && trail.contains("token_read"),
        "{trail}"
    );
    let mut secrets = vec![CLIENT_SECRET.to_owned(), program.key.clone()];
    secrets.push(
        token.body["access_token"]
            .as_str()
            .expect("a token")
            .to_owned(),
    );
    let sent = back.query_pairs().map(|(_, value)| value.into_owned());
    secrets.extend(sent.filter(|value| value.len() > 8));
    assert!(secrets.len() >= 5, "{secrets:?}");
    for secret in secrets {
        assert!(!trail.contains(&secret), "{secret}");
    }
}
