//! Access tokens that end, before a load and in the middle of one.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Case, for_all, hasty};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_before_a_load_is_refreshed_once() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("expire_tokens", "1")]).await;
        let page = case.load_all().await;
        case.assert_whole(&page, "after a 401").await;
        assert_eq!(case.calls("token_refresh").await, 1);
        assert!(case.calls("unauthorized").await >= 1);
        assert_eq!(page.state(), "connected");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_the_middle_of_a_load_is_refreshed_once() {
    for_all(hasty(&[]).await, |mut case| async move {
        case.connect(&[]).await;
        case.control(&[("latency_ms", "900")]).await;
        begin_load(&mut case).await;
        rows_arrive(&mut case).await;
        case.control(&[("expire_tokens", "1"), ("latency_ms", "0")])
            .await;
        let page = case.ada.wait_for_load_of(case.id()).await;
        case.assert_whole(&page, "in the middle").await;
        assert_eq!(case.calls("token_refresh").await, 1);
        assert!(
            case.calls("unauthorized").await >= 1,
            "the load was over already"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_time_is_over_is_not_even_tried() {
    let world = Arc::new(hasty(&[]).await);
    for_all(Arc::clone(&world), |mut case| async move {
        case.connect(&[]).await;
    })
    .await;
    world.pass(SignedDuration::from_hours(2));
    for_all(world, |mut case| async move {
        let page = case.load_all().await;
        case.assert_whole(&page, "two hours later").await;
        let refreshes = u64::from(case.profile.oauth.tokens.expires);
        assert_eq!(case.calls("token_refresh").await, refreshes);
        assert_eq!(case.calls("unauthorized").await, 0);
    })
    .await;
}

/// Clicks 'Load items' with every stream chosen, and does not wait.
async fn begin_load(case: &mut Case) {
    case.page().await;
    let all = case.stream_ids();
    let fields: Vec<(&str, &str)> = all.iter().map(|id| ("stream", *id)).collect();
    let page = case.ada.post(&case.place("/load"), &fields).await;
    assert!(page.is_loading(), "{}", page.text_of("#load"));
}

async fn rows_arrive(case: &mut Case) {
    let place = case.place("/load");
    for _ in 0..400 {
        let part = case.ada.get_part(&place).await;
        assert!(part.is_loading(), "{}", part.text_of("#load"));
        if part.count("#load tr[data-id]") > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing arrives");
}
