//! Access that the person took away at the provider.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{Case, for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_asks_for_a_reconnect_and_leaves_the_items() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.load_all().await;
        let before = case.ids().await;
        case.control(&[("withdraw", "1"), ("reset_counters", "1")])
            .await;
        let page = case.load_all().await;
        assert_eq!(page.state(), "action_needed");
        assert!(page.text_of("#load").starts_with("Nothing could be loaded"));
        for stream in case.profile.streams {
            assert_eq!(
                page.outcome(stream.title),
                "failed",
                "{}",
                page.text_of("#load")
            );
        }
        let asked = case.calls("token").await;
        assert_eq!(asked, 1, "the first refusal is final");
        assert_eq!(case.ids().await, before, "the old items stay readable");
        // Nothing more is asked of the provider.
        let calls = case.calls("unauthorized").await;
        let page = case.load_all().await;
        assert_eq!(page.state(), "action_needed");
        assert_eq!(
            (case.calls("token").await, case.calls("unauthorized").await),
            (asked, calls)
        );

        let (action, _) = page.form_with_button("Reconnect");
        assert_eq!(action.path(), case.place("/connect"));
        assert_eq!(case.connect(&[]).await.state(), "connected");
        assert_eq!(case.ids().await, before);
        let page = case.load_all().await;
        case.assert_whole(&page, "reconnected").await;
    })
    .await;
}

/// Calls by which a provider could be asked whether it has changed its mind.
async fn asked(case: &Case) -> (u64, u64) {
    (case.calls("token").await, case.calls("unauthorized").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_access_is_not_asked_for_again_later_or_after_a_restart() {
    let world = Arc::new(hasty(&[]).await);
    for_all(Arc::clone(&world), |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("withdraw", "1"), ("reset_counters", "1")])
            .await;
        assert_eq!(case.load_all().await.state(), "action_needed");
        assert_eq!(case.calls("token").await, 1, "the first refusal is final");
    })
    .await;
    let mut world = Arc::into_inner(world).expect("nobody else's");
    world.restart().await;
    world.pass(SignedDuration::from_hours(2));
    for_all(world, |mut case| async move {
        let before = asked(&case).await;
        assert_eq!(case.page().await.state(), "action_needed");
        let page = case.load_all().await;
        assert_eq!(page.state(), "action_needed");
        let said = page.load_banners().join(" ");
        assert!(said.contains("reconnect"), "{said}");
        assert_eq!(asked(&case).await, before, "it was asked again");
    })
    .await;
}
