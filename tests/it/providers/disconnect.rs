//! The way out, with what the provider can do about it.

use std::time::Duration;

use super::{Case, for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_erases_all_and_tells_the_provider_where_it_can() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.load_all().await;
        let place = case.place("/disconnect");
        let asked = case.ada.get(&place).await;
        let title = format!("Disconnect {}", case.profile.name);
        assert!(asked.text_of("h1").starts_with(&title), "{}", asked.text);
        assert_eq!(
            asked.attributes("main a.apps", "href"),
            [case.profile.apps_url]
        );
        let revokes = case.profile.oauth.revoke_url.is_some();
        let told = asked.text_of("main .card");
        let name = case.profile.name;
        assert!(told.contains("programs and loads get no token any more"));
        assert_eq!(told.contains(&format!("{name} is told")), revokes, "{told}");
        assert_eq!(asked.count(".banner.warn a.apps"), usize::from(!revokes));
        assert_eq!(
            (case.page().await.state(), case.calls("revoke").await),
            ("connected".to_owned(), 0)
        );

        let page = case.ada.post(&place, &[]).await;
        assert_eq!(
            (page.status.as_u16(), page.url.path()),
            (200, "/connections")
        );
        let said = page.text_of(".banner");
        let expected = match revokes {
            true => format!("{name} confirmed that the access is ended"),
            false => format!("cannot end the access at {name}"),
        };
        assert!(said.contains(&expected), "{said}");
        let links = page.attributes(".banner a", "href");
        let link = (!revokes).then_some(case.profile.apps_url);
        assert_eq!(links, Vec::from_iter(link));
        assert_eq!(case.calls("revoke").await, u64::from(revokes));
        let grants = &case.world.state_of(case.id()).await["grants"];
        assert_eq!(*grants, u64::from(!revokes), "live grants");
        assert_eq!(case.page().await.state(), "not_connected");
        assert_eq!(case.rows("").await.len(), 0);
        assert_forgotten(&case).await;
    })
    .await;
}

/// Nothing of the owner is left, but what goes by itself in a moment.
async fn assert_forgotten(case: &Case) {
    let tag = format!("acme.ada{}", case.id());
    let mut left = Vec::new();
    for _ in 0..100 {
        left = case.world.redis.owned(&tag);
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("left: {left:?}");
}
