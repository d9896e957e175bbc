//! Access that the person took away at the provider.

use super::{for_all, hasty};

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
