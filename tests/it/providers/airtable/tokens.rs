//! Airtable's tokens: both are replaced by every refresh, and a refresh token is good for one try.

use super::super::{Case, hasty};
use super::airtable;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_secret_connects_and_refreshes() {
    let world = hasty(&[("AIRTABLE_CLIENT_SECRET", "")]).await;
    let mut case = Case::one(world, "airtable").await;
    case.control(&[("secret", "off")]).await;
    assert_eq!(case.connect(&[]).await.state(), "connected");
    case.control(&[("expire_tokens", "1")]).await;
    let page = case.load_all().await;
    case.assert_whole(&page, "without a secret").await;
    assert_eq!(case.calls("token_refresh").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorize_address_has_a_challenge() {
    let mut case = airtable().await;
    case.page().await;
    let answer = case
        .ada
        .post_once("/connections/airtable/connect", &[])
        .await;
    let address = answer.location().expect("to Airtable");
    let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &value[..])
    };
    assert_eq!(value("code_challenge_method"), Some("S256"));
    assert_eq!(value("code_challenge").map(str::len), Some(43));
    let scopes: Vec<&str> = case.profile.scopes.iter().map(|scope| scope.id).collect();
    assert_eq!(value("scope"), Some(&scopes.join(" ")[..]));
}

/// The answer that was lost had replaced the tokens. The conflict that comes next may pass, so one more try is
/// made; a second one means that the tokens are lost, and the page says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_was_lost_is_tried_once_more_after_a_conflict() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.load_all().await;
    let before = case.ids().await;
    case.control(&[
        ("fail_kind", "lost"),
        ("fail_on", "token"),
        ("fail_next", "1"),
    ])
    .await;
    case.control(&[
        ("expire_tokens", "1"),
        ("grace_s", "3600"),
        ("reset_counters", "1"),
    ])
    .await;
    let page = case.load_all().await;
    assert_eq!(page.state(), "retrying", "{}", page.text_of("#load"));
    assert_eq!(case.calls("faults").await, 1);
    for (conflicts, state) in [(1, "retrying"), (2, "action_needed"), (2, "action_needed")] {
        case.world.pass(jiff::SignedDuration::from_mins(3));
        let page = case.load_all().await;
        assert_eq!(page.state(), state, "{}", page.text_of("#load"));
        assert_eq!(case.calls("conflict").await, conflicts);
    }
    let page = case.load_all().await;
    assert!(
        page.text_of("#load").contains("lost on their way"),
        "{}",
        page.text_of("#load")
    );
    assert_eq!(case.ids().await, before, "the old items stay readable");
    assert_eq!(
        case.world.state_of("airtable").await["grants"],
        1,
        "the grant lives"
    );
    assert_eq!(case.connect(&[]).await.state(), "connected");
    let page = case.load_all().await;
    case.assert_whole(&page, "reconnected").await;
}
