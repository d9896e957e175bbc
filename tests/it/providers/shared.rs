//! Two people who hold one grant: providers that give the same live pair, or the same refresh token, to whoever
//! comes back as the same person.

use super::{Case, hasty};

/// Such a provider, and the switch of its stand-in. An older Notion connection gives the whole pair again,
/// HubSpot's installs of one portal have access tokens of their own.
const SHARING: [(&str, &str); 2] = [("notion", "same_token"), ("hubspot", "share_refresh")];

/// Ada of one org and Bob of the same or another one, each connected, by one grant.
async fn two(id: &str, switch: &str, org: &str) -> (Case, Case) {
    let mut ada = Case::one(hasty(&[]).await, id).await;
    ada.control(&[(switch, "on")]).await;
    let mut bob = ada.for_person(org, "bob").await;
    for person in [&mut ada, &mut bob] {
        assert_eq!(person.connect(&[]).await.state(), "connected");
    }
    assert_eq!(grants(&ada).await, 1, "{id}: it is not shared");
    (ada, bob)
}

/// Live grants at the provider.
async fn grants(case: &Case) -> u64 {
    let state = case.world.state_of(case.id()).await;
    state["grants"].as_u64().expect("a number")
}

async fn loads_whole(person: &mut Case, what: &str) {
    let page = person.load_all().await;
    person.assert_whole(&page, what).await;
    assert_eq!(page.state(), "connected", "{what}");
}

/// What is said after a disconnect.
async fn disconnect(person: &mut Case) -> String {
    person.page().await;
    let place = person.place("/disconnect");
    let page = person.ada.post(&place, &[]).await;
    page.text_of(".banner")
}

async fn live_and_end_together(id: &str, switch: &str, org: &str) {
    let (mut ada, mut bob) = two(id, switch, org).await;
    for person in [&mut ada, &mut bob] {
        loads_whole(person, "with the pair as it was given").await;
    }
    let ends = [("expire_tokens", "1"), ("reset_counters", "1")];
    ada.control(&ends).await;
    loads_whole(&mut ada, "with a fresh pair").await;
    let met = ada.calls("unauthorized").await;
    assert!(met >= 1, "no token had ended");
    loads_whole(&mut bob, "with the pair that the other renewed").await;
    let calls = [
        ada.calls("token_refresh").await,
        ada.calls("unauthorized").await,
    ];
    assert_eq!(calls, [1, met], "{id}: the second had the fresh pair");

    let said = disconnect(&mut bob).await;
    let shared = "another connection here uses the same access";
    assert!(said.contains(shared), "{id}: {said}");
    assert_eq!((ada.calls("revoke").await, grants(&ada).await), (0, 1));
    assert_eq!(bob.page().await.state(), "not_connected");
    loads_whole(&mut ada, "alone").await;

    let said = disconnect(&mut ada).await;
    let confirmed = format!("{} confirmed", ada.profile.name);
    assert!(said.contains(&confirmed), "{id}: {said}");
    assert_eq!((ada.calls("revoke").await, grants(&ada).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_one_org_share_a_grant_until_the_last_one_leaves() {
    for (id, switch) in SHARING {
        live_and_end_together(id, switch, "acme").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_two_orgs_share_a_grant_until_the_last_one_leaves() {
    for (id, switch) in SHARING {
        live_and_end_together(id, switch, "globex").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_that_brings_the_same_pair_again_disturbs_nobody() {
    for (id, switch) in SHARING {
        let (mut ada, mut bob) = two(id, switch, "globex").await;
        assert_eq!(ada.connect(&[]).await.state(), "connected");
        assert_eq!((ada.calls("revoke").await, grants(&ada).await), (0, 1));
        for round in 1..=2 {
            for person in [&mut bob, &mut ada] {
                loads_whole(person, "after the reconnect").await;
            }
            assert_eq!(ada.calls("token_refresh").await, round - 1, "{id}");
            ada.control(&[("expire_tokens", "1")]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_both_meet_the_end_of_the_token_at_once_get_one_fresh_pair() {
    for (id, switch) in SHARING {
        let (mut ada, mut bob) = two(id, switch, "globex").await;
        let ends = [("expire_tokens", "1"), ("latency_ms", "100")];
        ada.control(&ends).await;
        let (ours, theirs) = tokio::join!(ada.load_all(), bob.load_all());
        ada.assert_whole(&ours, id).await;
        bob.assert_whole(&theirs, id).await;
        assert_eq!(ada.calls("token_refresh").await, 1, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_after_a_withdrawal_mends_the_own_connection_and_no_other() {
    for (id, switch) in SHARING {
        let (mut ada, mut bob) = two(id, switch, "globex").await;
        ada.control(&[("withdraw", "1")]).await;
        for person in [&mut ada, &mut bob] {
            assert_eq!(person.load_all().await.state(), "action_needed");
        }
        let asked = ada.calls("token_refresh").await;
        assert!(asked <= 2, "{id}: {asked} refreshes of one dead token");
        assert_eq!(ada.connect(&[]).await.state(), "connected");
        loads_whole(&mut ada, "with a new grant").await;
        assert_eq!(bob.load_all().await.state(), "action_needed");
        assert_eq!(ada.calls("token_refresh").await, asked, "{id}");
        assert_eq!(bob.connect(&[]).await.state(), "connected");
        loads_whole(&mut bob, "with the new grant").await;
    }
}
