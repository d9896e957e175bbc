//! The column of facts, as time goes by.

use jiff::SignedDuration;

use super::{DEAD, PLACE, click, connected, fact};
use crate::providers::{for_all, hasty};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn renewals_are_counted_not_listed() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    for _ in 0..3 {
        world.pass(SignedDuration::from_hours(1));
        click(&mut ada, "Refresh now").await;
    }
    world.pass(SignedDuration::from_mins(3));
    let page = ada.get(PLACE).await;
    let history = page.texts(".history li");
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!(history[0], "Token renewed, 3 times, last 3 min ago");
    assert!(history[1].starts_with("Connected as "), "{history:?}");
    assert_eq!(fact(&page, "Renewed last"), "3 min ago");
    assert!(fact(&page, "Ends").starts_with("in 2"));
    assert!(fact(&page, "Next renewal").starts_with("by itself, about in 2"));
    assert_eq!(fact(&page, "Connected"), "3 h ago by ada");
    assert_eq!(fact(&page, "Connected as"), "example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_nobody_uses_is_renewed_at_its_next_use() {
    let world = World::start().await;
    let mut ada = connected(&world).await;
    world.pass(DEAD);
    let page = ada.get(PLACE).await;
    assert_eq!(fact(&page, "Ended"), "1 min ago");
    assert_eq!(
        fact(&page, "Next renewal"),
        "by itself, when it is next used"
    );
    assert_eq!(page.state(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_does_not_name_is_not_made_up() {
    for_all(hasty(&[]).await, |mut case| async move {
        let page = case.connect(&[]).await;
        let (ends, next) = (fact(&page, "Ends"), fact(&page, "Next renewal"));
        let name = case.profile.name;
        if case.profile.oauth.tokens.expires {
            assert!(ends.starts_with("in "), "{ends}");
            assert!(next.starts_with("by itself, about in "), "{next}");
        } else {
            assert_eq!(ends, format!("{name} names no end"));
            let expected = format!("by itself, when {name} does not take the token any more");
            assert_eq!(next, expected);
        }
        assert!(
            !page
                .text_of("#facts")
                .to_lowercase()
                .contains("the provider")
        );
    })
    .await;
}
