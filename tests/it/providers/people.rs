//! Two people of two orgs, with the same provider.

use super::{for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_what_another_loaded() {
    for_all(hasty(&[]).await, |mut case| async move {
        let truths = case.truths().await;
        let mut bob = case
            .for_person("globex", &format!("ada{}", case.id()))
            .await;
        let mut eve = case.for_person("acme", "eve").await;
        case.connect(&[]).await;
        bob.connect(&[("account", &truths[1].0)]).await;
        let (ours, theirs) = tokio::join!(case.load_all(), bob.load_all());
        case.assert_counts(&ours, &truths[0].1, "the first");
        bob.assert_counts(&theirs, &truths[1].1, "the second");
        let (ours, theirs) = (case.ids().await, bob.ids().await);
        assert!(
            ours.iter().all(|id| theirs.binary_search(id).is_err()),
            "ids of both"
        );

        assert_eq!(eve.page().await.state(), "not_connected");
        assert_eq!(eve.rows("").await.len(), 0);
        assert_eq!(
            eve.ada.get_part(&eve.place("/load")).await.text_of("#load"),
            ""
        );
        eve.ada.post(&eve.place("/disconnect"), &[]).await;
        // What one does is done to one alone.
        bob.page().await;
        bob.ada.post(&bob.place("/disconnect"), &[]).await;
        assert_eq!(bob.page().await.state(), "not_connected");
        assert_eq!(case.page().await.state(), "connected");
        assert_eq!(case.ids().await, ours);
        let page = case.load_all().await;
        case.assert_counts(&page, &truths[0].1, "after the other left");
    })
    .await;
}
