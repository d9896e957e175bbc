//! Forms that are sent twice.

use reqwest::Method;

use super::{LIST, connected, follow, id_of, listed, small_world, submit, value};
use crate::support::{Page, World};

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_contact() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    // Without an email, HubSpot itself would make two.
    let fields = [("firstname", "Twice")];
    let first = submit(&mut ada, &form, "Create contact", &fields).await;
    let second = submit(&mut ada, &form, "Create contact", &fields).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 303));
    assert_eq!(first.location(), second.location());
    let found = ada.get(&format!("{LIST}?q=Twice")).await;
    assert_eq!(listed(&found).len(), 1);
}

#[tokio::test]
async fn a_form_that_is_sent_several_times_at_once_makes_one_contact() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    world.control(&[("latency_ms", "300")]).await;
    let send = || {
        let (mut ada, form) = (ada.clone(), &form);
        async move { submit(&mut ada, form, "Create contact", &[("firstname", "Storm")]).await }
    };
    let answers = futures_util::future::join_all([send(), send(), send()]).await;
    let places: Vec<_> = answers.iter().map(|answer| answer.location()).collect();
    assert!(
        places[0].is_some() && places.iter().all(|place| *place == places[0]),
        "{places:?}"
    );
    world.control(&[("latency_ms", "0")]).await;
    let found = ada.get(&format!("{LIST}?q=Storm")).await;
    assert_eq!(listed(&found).len(), 1);
}

#[tokio::test]
async fn whether_it_was_made_is_looked_for_when_no_answer_came() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    world
        .control(&[
            ("fail_kind", "reset"),
            ("fail_on", "contacts"),
            ("fail_next", "1"),
        ])
        .await;
    let fields = [("email", "grace@example.com"), ("firstname", "Grace")];
    let answer = submit(&mut ada, &form, "Create contact", &fields).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(value(&page, "firstname"), "Grace");
}

#[tokio::test]
async fn what_is_not_known_is_said_and_not_done_twice() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    world
        .control(&[
            ("fail_kind", "reset"),
            ("fail_on", "contacts"),
            ("fail_next", "1"),
        ])
        .await;
    // It was made, but nothing of it says that it is this one.
    let fields = [("firstname", "Perhaps")];
    let unclear = submit(&mut ada, &form, "Create contact", &fields).await;
    assert_eq!(unclear.status, 502, "{}", unclear.text);
    assert!(unclear.text_of("#contact .banner").contains("Look first"));
    assert_eq!(value(&unclear, "firstname"), "Perhaps");
    let told = submit(&mut ada, &unclear, "Create contact", &[]).await;
    assert_eq!(told.status, 502);
    let found = ada.get(&format!("{LIST}?q=Perhaps")).await;
    assert_eq!(listed(&found).len(), 1);
    // Whoever has looked may send it again.
    let answer = submit(&mut ada, &told, "Create contact", &[]).await;
    let page = follow(&mut ada, answer).await;
    assert!(!listed(&found).contains(&id_of(&page)));
}

#[tokio::test]
async fn a_form_that_reaches_two_replicas_makes_one_contact() {
    let world = small_world().await;
    let stand_in = world.hubspot();
    let redis = world.redis.url();
    let shared = [
        ("REDIS_URL", &redis[..]),
        ("HUBSPOT_API_URL", &stand_in.api_url),
        ("HUBSPOT_TOKEN_URL", &stand_in.token_url),
    ];
    let other = World::with(&shared).await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    world.control(&[("latency_ms", "300")]).await;
    let (_, mut fields) = form.form_with_button("Create contact");
    fields.retain(|(name, _)| name != "firstname");
    fields.push(("firstname".to_owned(), "Replica".to_owned()));
    let send = |home: &str| {
        let (mut ada, place) = (ada.clone(), format!("{home}{LIST}"));
        let request = ada.request(Method::POST, &place).form(&fields);
        async move { ada.send(request).await }
    };
    let answers = futures_util::future::join(send(&world.url), send(&other.url)).await;
    let id = |page: &Page| page.location().map(|place| place.path().to_owned());
    assert!(id(&answers.0).is_some(), "{:?}", answers.0);
    assert_eq!(id(&answers.0), id(&answers.1), "{:?}", answers.1);
    assert_eq!(world.calls("create_contact").await, 1);
}
