//! Which tokens prove something. Each bad one differs from a good one in one thing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use super::issuer::{ACCESS_TOKEN, Signature};
use super::*;
use crate::identity::sso::id_token::BadToken;

/// Claims that differ from those of a good token.
async fn refused(world: &World, claims: Value) -> Refusal {
    set(world, claims);
    world.refusal().await
}

fn set(world: &World, claims: Value) {
    let claims = claims.as_object().expect("an object").clone();
    world.issuer.tell(|script| script.claims = claims);
}

fn is(refusal: &Refusal, bad: BadToken) -> bool {
    matches!(refusal, Refusal::Token(found) if *found == bad)
}

#[tokio::test]
async fn a_token_that_is_not_the_issuers_for_us_and_now_proves_nothing() {
    let world = World::new().await;
    let now = world.clock.now().as_second();
    let other = "https://other.example";
    for (claims, bad) in [
        (json!({ "iss": other }), BadToken::Issuer),
        (
            json!({ "iss": format!("{}/", world.issuer.name()) }),
            BadToken::Issuer,
        ),
        (json!({ "iss": null }), BadToken::Malformed),
        (json!({ "aud": "somebody-else" }), BadToken::Audience),
        (json!({ "aud": [] }), BadToken::Audience),
        (json!({ "aud": null }), BadToken::Audience),
        (json!({ "aud": [CLIENT_ID, "else"] }), BadToken::Audience),
        (
            json!({ "aud": [CLIENT_ID, "else"], "azp": "else" }),
            BadToken::Audience,
        ),
        (json!({ "azp": "else" }), BadToken::Audience),
        (json!({ "exp": now - 61 }), BadToken::Expired),
        (json!({ "exp": null }), BadToken::Malformed),
        (json!({ "iat": now + 90 }), BadToken::IssuedAt),
        (json!({ "iat": now - 3700 }), BadToken::IssuedAt),
        (json!({ "iat": null }), BadToken::Malformed),
        (json!({ "nonce": "another" }), BadToken::Nonce),
        (json!({ "nonce": null }), BadToken::Nonce),
        (
            json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }),
            BadToken::AccessToken,
        ),
        (json!({ "sub": null }), BadToken::Malformed),
    ] {
        let refusal = refused(&world, claims.clone()).await;
        assert!(is(&refusal, bad), "{claims}: {refusal:?}");
    }
    // It was all for that one thing.
    set(&world, json!({}));
    world.identity().await;
}

#[tokio::test]
async fn a_token_may_be_a_little_late_name_others_beside_us_and_its_access_token() {
    let world = World::new().await;
    let now = world.clock.now().as_second();
    let half = URL_SAFE_NO_PAD.encode(&Sha512::digest(ACCESS_TOKEN)[..32]);
    for claims in [
        json!({ "exp": now - 30 }),
        json!({ "iat": now + 30 }),
        json!({ "aud": [CLIENT_ID] }),
        json!({ "aud": ["else", CLIENT_ID], "azp": CLIENT_ID }),
        json!({ "at_hash": half }),
        json!({ "updated_at": "2026-11-30T12:00:00Z" }),
    ] {
        set(&world, claims.clone());
        let finished = world.sign_in().await;
        assert!(
            matches!(finished, Ok(Finished::Proven { .. })),
            "{claims}: {finished:?}"
        );
    }
}

#[tokio::test]
async fn only_the_issuers_own_keys_sign() {
    let world = World::new().await;
    for (header, signature, bad) in [
        (json!({}), Signature::Forged, BadToken::Signature),
        (json!({}), Signature::None, BadToken::Signature),
        (
            json!({ "alg": "none" }),
            Signature::None,
            BadToken::Algorithm,
        ),
        (
            json!({ "alg": "none", "kid": null }),
            Signature::None,
            BadToken::Algorithm,
        ),
        (
            json!({ "alg": "HS256" }),
            Signature::Secret,
            BadToken::Algorithm,
        ),
        (
            json!({ "alg": "HS256", "kid": null }),
            Signature::Secret,
            BadToken::Algorithm,
        ),
        (
            json!({ "alg": "HS256" }),
            Signature::PublicKey,
            BadToken::Algorithm,
        ),
        (
            json!({ "alg": "RS256" }),
            Signature::Own,
            BadToken::UnknownKey,
        ),
        (
            json!({ "kid": "unknown" }),
            Signature::Own,
            BadToken::UnknownKey,
        ),
        (
            json!({ "alg": "EdDSA", "crit": ["exp"] }),
            Signature::Own,
            BadToken::Malformed,
        ),
        (
            json!({ "alg": "whatever" }),
            Signature::Own,
            BadToken::Malformed,
        ),
    ] {
        world.issuer.tell(|script| {
            script.header = header.as_object().expect("an object").clone();
            script.signature = signature;
        });
        let refusal = world.refusal().await;
        assert!(is(&refusal, bad), "{header} {signature:?}: {refusal:?}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let world = World::new().await;
    for (token, bad) in [
        (Value::Null, BadToken::Malformed),
        (json!(7), BadToken::Malformed),
        (json!(""), BadToken::Malformed),
        (json!("a.b.c"), BadToken::Malformed),
        (json!("not a token"), BadToken::Malformed),
    ] {
        let answer =
            json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": token });
        world
            .issuer
            .tell(|script| script.refusal = Some((200, answer)));
        let refusal = world.refusal().await;
        assert!(is(&refusal, bad), "{token}: {refusal:?}");
    }
    let without = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer" });
    world
        .issuer
        .tell(|script| script.refusal = Some((200, without)));
    assert!(is(&world.refusal().await, BadToken::Missing));
}

#[tokio::test]
async fn no_text_of_a_token_reaches_what_is_logged_of_it() {
    let world = World::new().await;
    let refusal = refused(
        &world,
        json!({ "aud": "very-private", "nonce": "very-private" }),
    )
    .await;
    let failure = crate::error::Failure::from(refusal);
    let told = format!("{failure} {failure:?}");
    assert!(!told.contains("very-private"), "{told}");
}
