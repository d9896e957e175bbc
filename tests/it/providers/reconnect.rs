//! Connecting once more, as the same account or as another one.

use super::{for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_account_keeps_its_items() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.load_all().await;
        let before = case.ids().await;
        assert!(!before.is_empty());
        let page = case.connect(&[]).await;
        assert_eq!(page.state(), "connected");
        let said = page.text_of(".banner");
        assert!(
            said.contains("Connected as") && !said.contains("another account"),
            "{said}"
        );
        assert_eq!(case.ids().await, before);
        let page = case.load_all().await;
        case.assert_whole(&page, "a load with the new tokens").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_takes_the_items_of_the_one_before_away() {
    for_all(hasty(&[]).await, |mut case| async move {
        let first = case.connect(&[]).await.text_of(".head .account");
        case.load_all().await;
        let before = case.ids().await;
        let truths = case.truths().await;

        let page = case.connect(&[("account", &truths[1].0)]).await;
        assert_eq!(page.state(), "connected");
        let account = page.text_of(".head .account");
        assert_ne!(account, first);
        let said = page.text_of(".banner");
        let wanted = format!("That is another account than before ({first})");
        assert!(said.contains(&format!("Connected as {account}")), "{said}");
        assert!(said.contains(&wanted), "{said}");
        assert_eq!((page.ids().len(), page.text_of("#load").as_str()), (0, ""));
        assert_eq!(case.rows("").await.len(), 0);

        let page = case.load_all().await;
        case.assert_counts(&page, &truths[1].1, "the other account");
        let after = case.ids().await;
        assert!(
            before.iter().all(|id| after.binary_search(id).is_err()),
            "ids of both"
        );

        // The third has nothing in it, and says so in the provider's own words.
        let page = case.connect(&[("account", &truths[2].0)]).await;
        assert_eq!(page.state(), "connected");
        let page = case.load_all().await;
        case.assert_counts(&page, &truths[2].1, "the empty account");
        let empty = page.text_of("#items .empty");
        assert!(empty.contains("The last load brought nothing"), "{empty}");
        assert!(empty.contains(case.profile.when_empty), "{empty}");
    })
    .await;
}
