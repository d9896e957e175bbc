//! The issuer as it describes itself, how long that is believed, and what is done while it is away.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::identity::sso::issuer::IssuerError;
use crate::testing::http::Server;

const DESCRIPTION: &str = "/.well-known/openid-configuration";

fn describes(world: &World, itself: &Value) {
    let itself = itself.as_object().expect("an object").clone();
    world.issuer.tell(|script| script.metadata = itself);
}

#[tokio::test]
async fn it_is_read_once_an_hour() {
    let world = World::new().await;
    for _ in 0..3 {
        world.identity().await;
    }
    assert_eq!(
        (world.issuer.asked(DESCRIPTION), world.issuer.asked("/keys")),
        (1, 1)
    );
    world.clock.shift(SignedDuration::from_mins(59));
    world.identity().await;
    assert_eq!(world.issuer.asked(DESCRIPTION), 1);
    world.clock.shift(SignedDuration::from_mins(2));
    world.identity().await;
    assert_eq!(
        (world.issuer.asked(DESCRIPTION), world.issuer.asked("/keys")),
        (2, 2)
    );
}

#[tokio::test]
async fn a_new_key_is_asked_for_once_and_not_all_the_time() {
    let world = World::new().await;
    world.identity().await;
    world.issuer.rotate("second");
    // The keys were read a moment ago.
    assert!(matches!(world.refusal().await, Refusal::Token(_)));
    assert_eq!(world.issuer.asked("/keys"), 1);
    world.clock.shift(SignedDuration::from_secs(31));
    world.identity().await;
    world.identity().await;
    assert_eq!(
        (world.issuer.asked("/keys"), world.issuer.asked(DESCRIPTION)),
        (2, 1)
    );
    // A name that stays unknown costs one reading.
    world.clock.shift(SignedDuration::from_secs(31));
    let stranger = json!({ "kid": "unknown" });
    world
        .issuer
        .tell(|script| script.header = stranger.as_object().expect("one").clone());
    for _ in 0..3 {
        assert!(matches!(world.refusal().await, Refusal::Token(_)));
    }
    assert_eq!(world.issuer.asked("/keys"), 3);
}

#[tokio::test]
async fn keys_that_could_not_be_read_anew_are_left_alone_for_a_while() {
    let world = World::new().await;
    world.identity().await;
    world.issuer.rotate("second");
    world.issuer.tell(|script| script.keyless = true);
    world.clock.shift(SignedDuration::from_secs(31));
    for _ in 0..3 {
        let refused = world.refusal().await;
        assert!(
            matches!(refused, Refusal::Issuer(IssuerError::Away(_))),
            "{refused:?}"
        );
    }
    assert_eq!(world.issuer.asked("/keys"), 2);
    // What is known of it is good all the same.
    assert!(!world.sso.is_away().await);
    world.issuer.tell(|script| script.keyless = false);
    world.clock.shift(SignedDuration::from_secs(6));
    world.identity().await;
    assert_eq!(
        (world.issuer.asked("/keys"), world.issuer.asked(DESCRIPTION)),
        (3, 1)
    );
}

#[tokio::test]
async fn keys_of_kinds_that_nobody_here_knows_do_no_harm() {
    let world = World::new().await;
    world
        .issuer
        .publish(json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": "q", "pub": "AA" }));
    world.identity().await;
}

#[tokio::test]
async fn one_that_is_away_is_left_alone_for_a_while_and_is_there_again_after() {
    let world = World::new().await;
    world.issuer.tell(|script| script.away = true);
    assert!(world.sso.is_away().await);
    for _ in 0..3 {
        assert!(world.sso.is_away().await);
        let refused = world.sso.begin(HERE, "/").await;
        assert!(
            matches!(refused, Err(Refusal::Issuer(IssuerError::Away(_)))),
            "{refused:?}"
        );
    }
    assert_eq!(world.issuer.asked(DESCRIPTION), 1);
    world.issuer.tell(|script| script.away = false);
    world.clock.shift(SignedDuration::from_secs(6));
    assert!(!world.sso.is_away().await);
    world.identity().await;
}

#[tokio::test]
async fn many_who_come_at_once_ask_once() {
    let world = World::new().await;
    let all = futures_util::future::join_all((0..20).map(|_| world.sso.begin(HERE, "/"))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(world.issuer.asked(DESCRIPTION), 1);
}

#[tokio::test]
async fn one_that_takes_its_time_is_asked_once_whoever_waits_for_it() {
    let world = World::new().await;
    world.issuer.hold();
    for _ in 0..2 {
        assert!(!world.sso.is_away().await, "nobody knows yet");
    }
    world.issuer.release();
    world.sso.begin(HERE, "/").await.expect("begun");
    assert_eq!(world.issuer.asked(DESCRIPTION), 1);
}

#[tokio::test]
async fn a_description_that_cannot_be_right_is_not_believed() {
    let world = World::new().await;
    for itself in [
        json!({ "issuer": "https://other.example" }),
        json!({ "issuer": format!("{}/realms", world.issuer.name()) }),
        json!({ "token_endpoint": null }),
        json!({ "jwks_uri": null }),
        json!({ "authorization_endpoint": "ftp://localhost/" }),
        json!({ "authorization_endpoint": "nowhere" }),
    ] {
        describes(&world, &itself);
        let refused = world.sso.begin(HERE, "/").await;
        assert!(
            matches!(refused, Err(Refusal::Issuer(IssuerError::Broken(_)))),
            "{itself}: {refused:?}"
        );
        world.clock.shift(SignedDuration::from_secs(6));
    }
    describes(&world, &json!({}));
    world.identity().await;
}

#[tokio::test]
async fn its_name_counts_as_it_writes_it_with_or_without_a_slash() {
    let world = World::new().await;
    let slash = format!("{}/", world.issuer.name());
    describes(&world, &json!({ "issuer": slash }));
    let claims = json!({ "iss": slash });
    world
        .issuer
        .tell(|script| script.claims = claims.as_object().expect("one").clone());
    assert_eq!(world.identity().await.issuer, slash);
}

#[tokio::test]
async fn a_client_proves_itself_as_the_issuer_wants_it() {
    let world = World::new().await;
    describes(
        &world,
        &json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }),
    );
    world.identity().await;
    let exchange = world.issuer.last("/token");
    let secret = ("client_secret".to_owned(), CLIENT_SECRET.to_owned());
    assert!(exchange.form().contains(&secret));
    assert_eq!(exchange.header("authorization"), None);
}

#[tokio::test]
async fn nobody_at_its_address_is_told_without_a_long_wait() {
    let (clock, nowhere) = (Clock::system(), Server::nowhere().await);
    let issuer = OwnIssuer::start(clock.clone()).await;
    let org = Org::Fixed("acme".to_owned());
    let world = World::at(nowhere, issuer, clock, org, Vec::new());
    assert!(world.sso.is_away().await);
}
