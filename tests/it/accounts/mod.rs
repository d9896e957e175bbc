//! Coming back as another account: nothing changes until the person has chosen which of the two to keep.

mod answers;
mod trouble;

use std::time::Duration;

use jiff::SignedDuration;

use crate::support::{Browser, Page, Wire, World};

/// The second and the empty account of HubSpot's stand-in. The first is example.com's.
const OTHER: &str = "147000999";
const EMPTY: &str = "147001555";
const PLACE: &str = "/connections/hubspot";
const QUESTION: &str = "/connections/hubspot/account";
/// Longer than the question counts.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(16);

/// Ada with ten items of example.com, who has come back as example.org, and the question that she is asked.
async fn asked() -> (World, Browser, Page) {
    let world = World::start().await;
    let (ada, question) = asked_in(&world).await;
    (world, ada, question)
}

async fn asked_in(world: &World) -> (Browser, Page) {
    let sizes = [("contacts", "5"), ("companies", "3"), ("deals", "2")];
    world.control(&sizes).await;
    let mut ada = world.person("acme", "ada").await;
    ada.connect_hubspot().await;
    assert_eq!(ada.load_hubspot().await.ids().len(), 10);
    let question = ada.come_back_as("hubspot", OTHER).await;
    (ada, question)
}

/// The account of the connection, and how many items it has.
async fn connected(ada: &mut Browser) -> (String, usize) {
    let page = ada.get(PLACE).await;
    assert_eq!(page.state(), "connected", "{}", page.text);
    (page.text_of(".head .account"), page.ids().len())
}

/// There is no question any more, neither on a page nor in Redis.
async fn assert_answered(world: &World, ada: &mut Browser) {
    assert_eq!(ada.get(QUESTION).await.url.path(), PLACE);
    for place in [PLACE, "/connections"] {
        assert_eq!(ada.get(place).await.count(".banner.other"), 0, "{place}");
    }
    for what in ["candidate", "choosing"] {
        let key = format!("pb:{{acme.ada}}:{what}:*");
        assert_eq!(world.redis.cli(&["KEYS", &key]), "");
    }
}

/// Waits until HubSpot was told so often that an access is over.
async fn revoked(world: &World, times: u64) {
    for _ in 0..200 {
        if world.calls("revoke").await == times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} times, not {times}", world.calls("revoke").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_names_both_accounts_and_what_each_choice_does() {
    let (world, mut ada, question) = asked().await;
    assert_eq!(question.text_of("h1"), "You came back as another account");
    let [old, new] = &question.texts("form.choice section")[..] else {
        panic!("{}", question.text);
    };
    for part in ["example.com", "147000286", "10 items", "Keep example.com"] {
        assert!(old.contains(part), "{part}: {old}");
    }
    for part in [
        "example.org",
        OTHER,
        "10 loaded items and history are erased",
    ] {
        assert!(new.contains(part), "{part}: {new}");
    }
    assert!(new.contains("Replace with example.org"));
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));

    let told = "You came back as another account: example.org. Choose which one to keep";
    for place in [PLACE, "/connections"] {
        let page = ada.get(place).await;
        assert_eq!(page.text_of(".banner.other"), told, "{place}");
        assert_eq!(page.attributes(".banner.other a", "href"), [QUESTION]);
    }
    // The connection works on meanwhile.
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    assert_eq!(world.calls("revoke").await, 0);
    assert_eq!(ada.get(QUESTION).await.url.path(), QUESTION);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_can_see_or_answer_it() {
    let (world, mut ada, question) = asked().await;
    for (org, user) in [("acme", "bob"), ("other", "ada")] {
        let mut bob = world.person(org, user).await;
        bob.connect_hubspot().await;
        let page = bob.get(QUESTION).await;
        assert_eq!(page.url.path(), PLACE);
        assert_eq!(page.count(".banner.other"), 0);
        let id = question.value("input[name=candidate]").expect("an id");
        for choice in ["keep", "replace"] {
            let fields = [("choice", choice), ("candidate", &id)];
            let page = bob.post(QUESTION, &fields).await;
            assert_eq!(page.url.path(), PLACE);
            assert_eq!(page.text_of(".head .account"), "example.com");
        }
    }
    let stranger = world.browser().get(QUESTION).await;
    assert!(stranger.url.path().starts_with("/sign-in"));
    assert_eq!(world.calls("revoke").await, 0);
    ada.choose(&question, "replace").await;
    assert_eq!(connected(&mut ada).await.0, "example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_may_leave_the_question_out_but_not_the_choice() {
    let (_world, mut ada, _) = asked().await;
    for fields in [&[][..], &[("choice", "")], &[("choice", "both")]] {
        let page = ada.post_once(QUESTION, fields).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.text_of("h1"), "This is not one of the choices");
        ada.get(QUESTION).await;
    }
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
    ada.post(QUESTION, &[("choice", "replace")]).await;
    assert_eq!(connected(&mut ada).await.0, "example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_accounts_are_text_however_they_are_written() {
    let long = "w".repeat(600);
    let shown = format!("{}…", "w".repeat(80));
    for (name, seen) in [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u{202e}gro.elpmaxe", "\u{202e}gro.elpmaxe"),
        ("חברה לדוגמה", "חברה לדוגמה"),
        (
            "\"><img src=x onerror=alert(1)>",
            "\"><img src=x onerror=alert(1)>",
        ),
        (&long, &shown),
    ] {
        let (world, wire) = Wire::world().await;
        let mut ada = world.person("acme", "ada").await;
        ada.connect_hubspot().await;
        wire.replace_text("example.org", name);
        let question = ada.come_back_as("hubspot", OTHER).await;
        assert_eq!(
            question.texts("form.choice button")[1],
            format!("Replace with {seen}")
        );
        assert_eq!(question.text_of("button[value=replace] bdi"), seen);
        let card = ada.get("/connections").await;
        assert_eq!(card.text_of(".banner.other bdi"), seen);
        let ask = ada.get("/connections/hubspot/disconnect").await;
        let page = ada.choose(&question, "replace").await;
        assert_eq!(
            page.text_of(".banner strong"),
            format!("Connected as {seen}")
        );
        for page in [question, card, ask, page] {
            assert_eq!(page.status, 200);
            assert_eq!(page.count("main script, main img, [onerror]"), 0);
            assert!(!page.text.contains("<script>alert"), "{}", page.text);
        }
    }
}
