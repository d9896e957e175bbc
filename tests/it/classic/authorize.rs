//! `POST /integrations/{provider}/authorize`.

use std::time::Duration;

use patchbay::providers::Registry;
use url::Url;

use super::{ADA, Caller, multipart};
use crate::support::World;

const PLACE: &str = "/integrations/hubspot/authorize";
/// Two seconds are promised; a busy machine gets some more.
const SOON: Duration = Duration::from_millis(4_500);

fn parameter(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(key, _)| key == name);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_the_address_at_which_somebody_connects() {
    let world = World::start().await;
    let caller = Caller(&world);
    for id in Registry.ids() {
        let address = caller.authorize(id).await;
        assert!(address.as_str().starts_with(&world.stand_in(id).auth_url));
        let back = format!("{}/integrations/{id}/oauth2callback", world.url);
        assert_eq!(parameter(&address, "redirect_uri"), back);
        assert_eq!(parameter(&address, "response_type"), "code");
        let state = parameter(&address, "state");
        assert_eq!(state.len(), 43, "256 bits");
        let again = caller.authorize(id).await;
        assert_ne!(parameter(&again, "state"), state);
        let pkce = Registry.get(id).expect("a provider").profile().oauth.pkce;
        assert_eq!(!parameter(&address, "code_challenge").is_empty(), pkce);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_data_of_a_front_end_will_do_as_well() {
    let world = World::start().await;
    let caller = Caller(&world);
    let (status, body) = caller.send(multipart(caller.post(PLACE), &ADA)).await;
    assert_eq!(status, 200, "{body}");
    let address = Url::parse(body.as_str().expect("a string")).expect("an address");
    assert_ne!(parameter(&address, "state"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_begun_is_told() {
    let world = World::with(&[("HUBSPOT_CLIENT_ID", "")]).await;
    let caller = Caller(&world);
    let unknown = caller.post("/integrations/nobody/authorize").form(&ADA);
    let detail = caller.refused(unknown, 404).await;
    assert!(detail.starts_with("There is no such provider"), "{detail}");
    let missing = caller.post(PLACE).form(&ADA[..1]);
    let detail = caller.refused(missing, 422).await;
    assert!(detail.starts_with("org_id is missing"), "{detail}");
    let detail = caller.refused(caller.post(PLACE).form(&ADA), 503).await;
    assert!(
        detail.starts_with("HubSpot is not configured here"),
        "{detail}"
    );
    assert!(detail.contains("HUBSPOT_CLIENT_SECRET"), "{detail}");
    assert_eq!(world.redis.cli(&["KEYS", "pb:pending:*"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_begins_again_and_again_is_told_to_wait() {
    let world = World::start().await;
    let caller = Caller(&world);
    let mut answers = Vec::new();
    for _ in 0..80 {
        let answer = world.browser().send(caller.post(PLACE).form(&ADA)).await;
        answers.push(answer.status.as_u16());
    }
    let (begun, refused) = answers.split_at(60);
    assert!(begun.iter().all(|status| *status == 200), "{answers:?}");
    assert!(refused.contains(&429), "{answers:?}");
    let bob = [("user_id", "bob"), ("org_id", "acme")];
    let answer = world.browser().send(caller.post(PLACE).form(&bob)).await;
    assert_eq!(answer.status, 200, "they have done nothing yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_store_is_told_soon() {
    let world = World::start().await;
    let caller = Caller(&world);
    world.redis.freeze();
    let refused = caller.refused(caller.post(PLACE).form(&ADA), 503);
    let detail = tokio::time::timeout(SOON, refused).await;
    let detail = detail.expect("an answer in time");
    assert!(
        detail.starts_with("Patchbay cannot reach its store"),
        "{detail}"
    );
    world.redis.thaw();
    caller.authorize("hubspot").await;
}
