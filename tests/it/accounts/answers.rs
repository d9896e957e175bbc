//! The answers: in time, twice, too late, or none.

use super::{EMPTY, OTHER, PLACE, QUESTION, TOO_LATE, asked, assert_answered, connected, revoked};

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_the_old_account_keeps_all_of_it() {
    let (world, mut ada, question) = asked().await;
    let history = ada.get(PLACE).await.count(".history li");
    let page = ada.choose(&question, "keep").await;
    assert_eq!(page.url.path(), PLACE);
    let said = page.text_of(".banner.ok");
    assert!(said.contains("Still connected as example.com"), "{said}");
    assert!(said.contains("confirmed that the access to the other account is ended"));
    assert_eq!(page.count(".history li"), history);
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(world.sandbox_state().await["grants"], 1);
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    assert_answered(&world, &mut ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_replaces_it_has_the_new_one_and_nothing_of_the_old() {
    let (world, mut ada, question) = asked().await;
    let page = ada.choose(&question, "replace").await;
    let said = page.text_of(".banner.ok");
    assert!(said.contains("Connected as example.org"), "{said}");
    assert!(said.contains("confirmed that the access to the account before is ended"));
    assert_eq!(world.redis.cli(&["KEYS", "pb:{s-*"]), "", "pages of before");
    assert_eq!(page.count(".history li"), 1);
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(world.sandbox_state().await["grants"], 1);
    assert_eq!(connected(&mut ada).await, ("example.org".to_owned(), 0));
    assert!(
        page.text_of("#items")
            .contains("Nothing has been loaded yet")
    );
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    assert_answered(&world, &mut ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_answer_a_back_button_and_a_second_tab_find_it_answered() {
    let (world, mut ada, question) = asked().await;
    let (mut one, mut two) = (ada.clone(), ada.clone());
    let (first, second) = tokio::join!(
        one.choose(&question, "replace"),
        two.choose(&question, "replace")
    );
    for page in [first, second] {
        assert_eq!((page.status.as_u16(), page.url.path()), (200, PLACE));
    }
    for choice in ["keep", "replace"] {
        let page = ada.choose(&question, choice).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, PLACE));
    }
    assert_eq!(connected(&mut ada).await, ("example.org".to_owned(), 0));
    assert_eq!(world.calls("revoke").await, 1);
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
    assert_answered(&world, &mut ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_older_question_is_asked_again() {
    let (world, mut ada, older) = asked().await;
    let question = ada.come_back_as("hubspot", EMPTY).await;
    // The account that nobody asks about any more is let go.
    revoked(&world, 1).await;
    for choice in ["keep", "replace"] {
        let page = ada.choose(&older, choice).await;
        assert_eq!(page.url.path(), QUESTION, "{choice}");
        assert!(page.text_of(".banner").contains("once more meanwhile"));
        assert!(!page.text_of("form.choice").contains("example.org"));
    }
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
    ada.choose(&question, "replace").await;
    assert_ne!(connected(&mut ada).await.0, "example.com");
    revoked(&world, 2).await;
    assert_answered(&world, &mut ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_twice_as_the_same_other_account_can_still_have_it() {
    let (world, mut ada, _) = asked().await;
    let question = ada.come_back_as("hubspot", OTHER).await;
    ada.choose(&question, "replace").await;
    revoked(&world, 1).await;
    assert_eq!(connected(&mut ada).await.0, "example.org");
    assert_eq!(ada.load_hubspot().await.outcome("Contacts"), "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_as_the_old_account_after_all_is_not_asked_about_that() {
    let (_world, mut ada, _) = asked().await;
    let page = ada.connect_hubspot().await;
    assert_eq!(page.url.path(), PLACE);
    assert!(
        page.text_of(".banner.ok")
            .contains("Connected as example.com")
    );
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_keeps_the_old_account() {
    for late in ["the page", "keep", "replace"] {
        let (world, mut ada, question) = asked().await;
        world.pass(TOO_LATE);
        let page = match late {
            "the page" => ada.get(QUESTION).await,
            choice => ada.choose(&question, choice).await,
        };
        assert_eq!(page.url.path(), PLACE, "{late}");
        let said = page.text_of(".banner");
        assert!(
            said.contains("Still connected as example.com"),
            "{late}: {said}"
        );
        assert!(
            said.contains("Nobody chose within 15 minutes"),
            "{late}: {said}"
        );
        revoked(&world, 1).await;
        assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
        assert_answered(&world, &mut ada).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_nobody_answers_goes_away_by_itself() {
    let (world, mut ada, _) = asked().await;
    let life: i64 = world
        .redis
        .cli(&["TTL", "pb:{acme.ada}:candidate:hubspot"])
        .parse()
        .expect("seconds");
    assert!((86_000..=86_400).contains(&life), "{life}");
    world.pass(TOO_LATE);
    assert_eq!(ada.get(PLACE).await.count(".banner.other"), 0);
    revoked(&world, 1).await;
    assert_eq!(connected(&mut ada).await, ("example.com".to_owned(), 10));
    assert_answered(&world, &mut ada).await;
}
