//! Airtable's tokens: both are replaced by every refresh, and a refresh token is good for one try.

use super::super::{Case, hasty};
use super::airtable;
use crate::support::Page;

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

/// The answer that was lost had replaced the tokens; what comes next is a conflict, which may pass. Nothing but a
/// reconnect helps after the second one (airtable.md 2.6), and the person is told that it is nobody's doing there.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_refresh_and_the_conflicts_after_it_end_in_an_honest_reconnect() {
    let mut case = airtable().await;
    case.connect(&[]).await;
    case.load_all().await;
    let before = case.ids().await;
    lose_a_refresh(&case).await;
    let page = case.load_all().await;
    assert_eq!(page.state(), "retrying", "{}", page.text_of("#load"));
    assert_eq!(case.calls("faults").await, 1);
    let conflict = case.load_after_minutes(3).await;
    assert_eq!(conflict.state(), "retrying", "the first may pass");
    let page = case.load_after_minutes(3).await;
    assert_eq!(page.state(), "action_needed", "{}", page.text_of("#load"));
    assert_eq!(case.calls("conflict").await, 2);
    let banner = page.text_of(".trouble");
    assert!(
        banner.contains("lost on their way here") && banner.contains("Nobody at Airtable"),
        "{banner}"
    );
    case.load_after_minutes(60).await;
    assert_eq!(case.calls("conflict").await, 2, "asked again");
    assert_eq!(case.ids().await, before, "the old items stay readable");
    assert_eq!(case.connect(&[]).await.state(), "connected");
    let page = case.load_all().await;
    case.assert_whole(&page, "reconnected").await;
}

/// The next refresh is done, and its answer lost.
async fn lose_a_refresh(case: &Case) {
    let lose = [
        ("fail_kind", "lost"),
        ("fail_on", "token"),
        ("fail_next", "1"),
    ];
    case.control(&lose).await;
    let end = [
        ("expire_tokens", "1"),
        ("grace_s", "36000"),
        ("reset_counters", "1"),
    ];
    case.control(&end).await;
}

impl Case {
    async fn load_after_minutes(&mut self, minutes: i64) -> Page {
        self.world.pass(jiff::SignedDuration::from_mins(minutes));
        self.load_all().await
    }
}
