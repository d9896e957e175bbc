//! Callbacks that are refused.

use jiff::SignedDuration;
use reqwest::Method;

use super::{assert_from_here, trail};
use crate::support::api::Program;
use crate::support::{Browser, World};

const REFUSED: &str = "Callback refused";

/// What somebody's trail tells of refused callbacks, as who did it and why.
async fn refusals(browser: &mut Browser) -> Vec<(String, String)> {
    let rows = trail(browser).await.into_iter();
    let refused = rows.filter(|row| row.what == REFUSED);
    refused
        .map(|row| {
            assert_from_here(&row);
            assert_eq!(row.about.split(" of ").next(), Some("HubSpot"));
            let why = row.result.strip_prefix("Refused: ").expect("a reason");
            (row.who, why.to_owned())
        })
        .collect()
}

/// A person on the way back from HubSpot, with the address that leads back.
async fn on_the_way_back(world: &World) -> (Browser, String) {
    let mut ada = world.person("acme", "ada").await;
    let consent = ada.to_consent().await;
    let back = ada.answer_consent(&consent, "Allow", &[]).await;
    (ada, back.into())
}

fn said(who: &str, why: &str) -> (String, String) {
    (who.to_owned(), why.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_another_session_is_told_to_both_sides_and_no_name_leaves_its_org() {
    let world = World::start().await;
    let why = "it was begun in another browser session";
    let (mut ada, back) = on_the_way_back(&world).await;
    let mut bob = world.person("acme", "bob").await;
    assert_eq!(bob.get(&back).await.status, 403);
    assert_eq!(refusals(&mut ada).await, [said("bob", why)]);
    assert_eq!(
        refusals(&mut bob).await.len(),
        2,
        "his own, and ada's by him"
    );

    let (mut ada, back) = on_the_way_back(&world).await;
    let mut eve = world.person("other", "eve").await;
    assert_eq!(eve.get(&back).await.status, 403);
    assert_eq!(refusals(&mut ada).await[0], said("Somebody", why));
    assert_eq!(refusals(&mut eve).await, [said("eve", why)]);

    let (mut ada, back) = on_the_way_back(&world).await;
    assert_eq!(world.browser().get(&back).await.status, 403);
    assert_eq!(refusals(&mut ada).await[0], said("Somebody", why));
    assert_eq!(refusals(&mut ada).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_that_are_used_unknown_old_or_of_elsewhere_are_told() {
    let world = World::start().await;
    let (mut ada, back) = on_the_way_back(&world).await;
    ada.get(&back).await;
    ada.get(&back).await;
    assert_eq!(
        refusals(&mut ada).await,
        [said("ada", "its state was used before")]
    );
    ada.get("/integrations/hubspot/oauth2callback?code=x&state=guessed")
        .await;
    assert_eq!(refusals(&mut ada).await[0].1, "its state is unknown");
    // Of somebody who is not signed in nobody knows in whose trail.
    let mut nobody = world.browser();
    nobody
        .get("/integrations/hubspot/oauth2callback?code=x&state=guessed")
        .await;
    assert_eq!(refusals(&mut ada).await.len(), 2);

    let (mut ada, back) = on_the_way_back(&world).await;
    let issuer = format!("{back}&iss=https%3A%2F%2Fevil.example");
    ada.get(&issuer).await;
    assert_eq!(
        refusals(&mut ada).await[0].1,
        "it comes from another issuer"
    );

    let (mut ada, back) = on_the_way_back(&world).await;
    world.pass(SignedDuration::from_secs(601));
    ada.get(&back).await;
    assert_eq!(refusals(&mut ada).await[0].1, "its state has expired");
    let streams = ["pb:activity:{acme}", "pb:activity:{acme}:attempts"];
    let lengths = streams.map(|stream| world.redis.cli(&["XLEN", stream]));
    assert_eq!(lengths, ["1", "4"]);
}

/// A window that a program has sent to HubSpot, back before the question whether to connect, and its address.
async fn asked(world: &World, program: &Program<'_>) -> (Browser, String) {
    let fields = [("user_id", "ada"), ("org_id", "acme")];
    let place = "/integrations/hubspot/authorize";
    let request = program.request(Method::POST, place).form(&fields);
    let mut window = world.browser();
    let address = window.send(request).await.text;
    let consent = window.get(address.trim_matches('"')).await;
    let back = window.answer_consent(&consent, "Allow", &[]).await;
    let question = window.get(back.as_str()).await;
    (window, question.url.path().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_began_is_told_as_the_programs() {
    let world = World::with(&[("PATCHBAY_AUTH", "local")]).await;
    let program = world.program().await;
    let (mut window, place) = asked(&world, &program).await;
    // Another browser, which has a question of its own, may not answer this one.
    let (mut other, _) = asked(&world, &program).await;
    let refused = other.post(&place, &[("choice", "connect")]).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let connected = window.post(&place, &[("choice", "connect")]).await;
    assert_eq!(connected.status, 200, "{}", connected.text);
    let attempts = world
        .redis
        .cli(&["XRANGE", "pb:activity:{acme}:attempts", "-", "+"]);
    assert!(
        attempts.contains("it waits in another browser"),
        "{attempts}"
    );
    assert!(attempts.contains("unknown"), "{attempts}");
    let deeds = world
        .redis
        .cli(&["XREVRANGE", "pb:activity:{acme}", "+", "-", "COUNT", "1"]);
    assert!(
        deeds.contains("connected") && deeds.contains("sync"),
        "{deeds}"
    );
}
