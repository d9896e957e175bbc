//! Forms that are sent twice.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use sha2::{Digest as _, Sha256};

use super::{LIST, connected, follow, id_of, listed, make, small_world, submit, value};
use crate::support::{Browser, Page, World};

/// Ada, at the form of a new contact.
async fn at_the_form() -> (World, Browser, Page) {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let form = ada.get(&format!("{LIST}/new")).await;
    (world, ada, form)
}

/// The next call for contacts is done at the provider, whose answer does not arrive.
async fn lose_the_next_answer(world: &World) {
    world
        .control(&[
            ("fail_kind", "reset"),
            ("fail_on", "contacts"),
            ("fail_next", "1"),
        ])
        .await;
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_contact() {
    let (_world, mut ada, form) = at_the_form().await;
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
    let (world, mut ada, form) = at_the_form().await;
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
    let (world, mut ada, form) = at_the_form().await;
    lose_the_next_answer(&world).await;
    let fields = [("email", "grace@example.com"), ("firstname", "Grace")];
    let answer = submit(&mut ada, &form, "Create contact", &fields).await;
    let page = follow(&mut ada, answer).await;
    assert_eq!(value(&page, "firstname"), "Grace");
}

#[tokio::test]
async fn what_is_not_known_is_said_and_not_done_twice() {
    let (world, mut ada, form) = at_the_form().await;
    lose_the_next_answer(&world).await;
    // It was made, but nothing of it says that it is this one.
    let fields = [("firstname", "Perhaps")];
    let unclear = submit(&mut ada, &form, "Create contact", &fields).await;
    assert_eq!(unclear.status, 502, "{}", unclear.text);
    assert!(unclear.text_of("#contact .banner").contains("Look first"));
    assert_eq!(value(&unclear, "firstname"), "Perhaps");
    let told = submit(&mut ada, &unclear, "Create contact", &[]).await;
    assert_eq!(told.status, 502);
    assert!(told.text_of("#contact .banner").contains("done anew"));
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

#[tokio::test]
async fn a_form_that_is_sent_again_with_other_values_is_not_taken_for_the_first() {
    let (world, mut ada, form) = at_the_form().await;
    let answer = submit(&mut ada, &form, "Create contact", &[("firstname", "One")]).await;
    let one = follow(&mut ada, answer).await;

    // The Back button leads to a page whose form was sent.
    let told = submit(&mut ada, &form, "Create contact", &[("firstname", "Two")]).await;
    assert_eq!(told.status, 409, "{}", told.text);
    let says = format!("made contact {} already", id_of(&one));
    assert!(told.text.contains(&says), "{}", told.text);
    assert_eq!(value(&told, "firstname"), "Two");
    assert_eq!(world.calls("create_contact").await, 1);
    let answer = submit(&mut ada, &told, "Create contact", &[]).await;
    let two = follow(&mut ada, answer).await;
    assert_ne!(id_of(&two), id_of(&one));

    let answer = submit(&mut ada, &one, "Save", &[("phone", "1")]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "1");
    let answer = submit(&mut ada, &one, "Save", &[("phone", "1")]).await;
    assert!(
        follow(&mut ada, answer)
            .await
            .text
            .contains("Saved already")
    );
    let answer = submit(&mut ada, &one, "Save", &[("company", "Navy")]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "company"), "Navy");
    // What was saved of the first sending is somebody's by now: it is asked about.
    let asked = submit(&mut ada, &one, "Save", &[("phone", "2")]).await;
    assert_eq!(
        (asked.status.as_u16(), asked.texts(".both .there")),
        (409, vec!["1".to_owned()])
    );
    let stored = world.redis.cli(&["KEYS", "pb:{acme.ada}:sent:*"]);
    let token = form.value("[name=form_token]").expect("a token");
    assert!(!stored.contains(&token), "the token keys the digest");
}

/// Marks a page's form as one of whose sending nobody knows what came.
fn forget(world: &World, page: &Page) {
    let token = page.value("[name=form_token]").expect("a token");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()));
    let key = format!("pb:{{acme.ada}}:sent:{hash}");
    world.redis.cli(&["SET", &key, "unclear"]);
}

#[tokio::test]
async fn who_has_waited_once_does_not_wait_again() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    forget(&world, &page);
    let before = world.calls("get_contact").await + world.calls("search").await;
    let told = submit(&mut ada, &page, "Save", &[("phone", "1")]).await;
    assert_eq!(told.status, 502);
    assert!(told.text.contains("Look first"));
    assert_eq!(value(&told, "phone"), "1");
    assert_eq!(
        world.calls("get_contact").await + world.calls("search").await,
        before
    );
    let answer = submit(&mut ada, &told, "Save", &[]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "1");
}

#[tokio::test]
async fn a_deletion_of_which_nobody_knows_what_came_can_be_sent_again() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    let ask = ada.get(&format!("{LIST}/{}/delete", id_of(&page))).await;
    forget(&world, &ask);
    let told = submit(&mut ada, &ask, "Delete", &[]).await;
    assert_eq!(told.status, 502);
    assert!(told.text_of("h1").contains("Grace"), "it is still there");
    let answer = submit(&mut ada, &told, "Delete", &[]).await;
    assert!(follow(&mut ada, answer).await.text.contains("is deleted"));
}

#[tokio::test]
async fn what_was_entered_survives_a_store_that_fails() {
    let world = small_world().await;
    let mut ada = connected(&world, "ada").await;
    let page = make(&mut ada, &[("firstname", "Grace")]).await;
    let token = page.value("[name=form_token]").expect("a token");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()));
    let key = format!("pb:{{acme.ada}}:sent:{hash}");
    // Not what the store expects there.
    world.redis.cli(&["HSET", &key, "a", "b"]);
    let failed = submit(&mut ada, &page, "Save", &[("phone", "1")]).await;
    assert_eq!(failed.status, 503);
    assert!(failed.text.contains("cannot reach its own store"));
    assert_eq!(value(&failed, "phone"), "1");
    world.redis.cli(&["DEL", &key]);
    let answer = submit(&mut ada, &failed, "Save", &[]).await;
    assert_eq!(value(&follow(&mut ada, answer).await, "phone"), "1");
}
