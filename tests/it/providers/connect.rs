//! Before a connection, the way there, and a person who says no.

use super::{Case, for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn the_card_says_what_will_be_read_and_nothing_loads_by_itself() {
    for_all(hasty(&[]).await, |mut case| async move {
        let page = case.ada.get("/connections").await;
        let card = page.text_of(&format!("#{}", case.id()));
        let reads = format!("Patchbay reads your {}", brings(&case));
        assert!(card.contains(&reads), "no '{reads}' in {card}");
        for scope in case.profile.scopes {
            assert!(
                card.contains(scope.words) && card.contains(scope.id),
                "{card}"
            );
        }
        if let Some(choice) = case.profile.choice {
            assert!(card.contains(choice), "{card}");
        }
        assert!(card.contains(&format!("Connect {}", case.profile.name)));

        let page = case.connect(&[]).await;
        assert_eq!(
            (page.url.path(), page.state()),
            (&case.place("")[..], "connected".to_owned())
        );
        let account = page.text_of(".head .account");
        assert!(!account.is_empty());
        let said = page.text_of(".banner");
        assert!(said.contains(&format!("Connected as {account}")), "{said}");
        assert!(
            page.count("#facts dl.facts dt") >= 4,
            "{}",
            page.text_of("#facts")
        );
        let never = page.text_of("#items");
        assert!(never.contains("Nothing has been loaded yet"), "{never}");
        assert_eq!(page.text_of("#load"), "");
        assert_eq!(case.calls("token_authorization_code").await, 1);
        let page = case.ada.get("/connections").await;
        let card = page.text_of(&format!("#{}", case.id()));
        assert!(
            card.contains(&account) && card.contains("not loaded yet"),
            "{card}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_is_back_with_a_notice_and_nothing_is_stored() {
    for_all(hasty(&[]).await, |mut case| async move {
        let consent = case.ada.to_consent_of(case.id()).await;
        let back = case.ada.answer_consent(&consent, "deny", &[]).await;
        let page = case.ada.get(back.as_str()).await;
        assert_eq!(
            (page.status.as_u16(), page.url.path()),
            (200, &case.place("")[..])
        );
        let said = page.text_of(".banner");
        assert!(
            said.contains(&format!("You said no at {}", case.profile.name)),
            "{said}"
        );
        assert_eq!(page.state(), "not_connected");
        let button = format!("Connect {}", case.profile.name);
        let (action, _) = page.form_with_button(&button);
        assert_eq!(action.path(), case.place("/connect"));
        assert_eq!(
            (case.calls("denied").await, case.calls("token").await),
            (1, 0)
        );
        let stored = case
            .world
            .redis
            .cli(&["KEYS", &format!("*ada{}*", case.id())]);
        assert!(!stored.contains("connection:"), "{stored}");
        // And it is no obstacle.
        assert_eq!(case.connect(&[]).await.state(), "connected");
    })
    .await;
}

/// The streams in words, as a card has them.
fn brings(case: &Case) -> String {
    let titles: Vec<String> = case
        .profile
        .streams
        .iter()
        .map(|stream| stream.title.to_lowercase())
        .collect();
    let (last, rest) = titles.split_last().expect("a stream");
    match rest {
        [] => last.clone(),
        rest => format!("{} and {last}", rest.join(", ")),
    }
}
