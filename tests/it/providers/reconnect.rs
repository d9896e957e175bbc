//! Connecting once more, as the same account or as another one.

use super::{Case, for_all, hasty};
use crate::support::Page;

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

        let question = case.ada.come_back_as(case.id(), &truths[1].0).await;
        assert!(question.text_of("#old").contains(&first));
        let page = case.page().await;
        assert_eq!(page.text_of(".head .account"), first);
        assert_eq!(case.ids().await, before, "before it is answered");
        let revoked = case.calls("revoke").await;

        let page = case.ada.choose(&question, "replace").await;
        assert_eq!(page.state(), "connected");
        let account = page.text_of(".head .account");
        assert_ne!(account, first);
        let said = page.text_of(".banner");
        assert!(said.contains(&format!("Connected as {account}")), "{said}");
        case.assert_let_go(&page, revoked).await;
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
        let question = case.ada.come_back_as(case.id(), &truths[2].0).await;
        let page = case.ada.choose(&question, "replace").await;
        assert_eq!(page.state(), "connected");
        let page = case.load_all().await;
        case.assert_counts(&page, &truths[2].1, "the empty account");
        let empty = page.text_of("#items .empty");
        assert!(empty.contains("The last load brought nothing"), "{empty}");
        assert!(empty.contains(case.profile.when_empty), "{empty}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_the_account_before_has_everything_as_it_was() {
    for_all(hasty(&[]).await, |mut case| async move {
        let first = case.connect(&[]).await.text_of(".head .account");
        case.load_all().await;
        let before = case.ids().await;
        let other = case.truths().await.swap_remove(1).0;
        let question = case.ada.come_back_as(case.id(), &other).await;
        let revoked = case.calls("revoke").await;
        let page = case.ada.choose(&question, "keep").await;
        assert_eq!(page.state(), "connected");
        assert_eq!(page.text_of(".head .account"), first);
        let said = page.text_of(".banner");
        assert!(
            said.contains(&format!("Still connected as {first}")),
            "{said}"
        );
        case.assert_let_go(&page, revoked).await;
        assert_eq!(page.count(".banner.other"), 0);
        assert_eq!(case.ids().await, before);
        let page = case.load_all().await;
        case.assert_whole(&page, "a load with the tokens of before")
            .await;
    })
    .await;
}

impl Case {
    /// The page tells what became of the grant that is not used any more, and the provider was told where it can be.
    async fn assert_let_go(&self, page: &Page, revoked_before: u64) {
        let name = self.profile.name;
        let revokes = self.profile.oauth.revoke_url.is_some();
        let said = page.text_of(".banner");
        let links = page.attributes(".banner a", "href");
        let (expected, link) = match revokes {
            true => (format!("{name} confirmed that the access"), None),
            false => (
                "cannot end the access".to_owned(),
                Some(self.profile.apps_url),
            ),
        };
        assert!(said.contains(&expected), "{said}");
        assert_eq!(links, Vec::from_iter(link));
        let revoked = self.calls("revoke").await;
        assert_eq!(revoked, revoked_before + u64::from(revokes));
    }
}
