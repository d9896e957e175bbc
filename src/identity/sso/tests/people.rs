//! Who may come in, by what the issuer says of them.

use serde_json::{Value, json};

use super::issuer::ACCESS_TOKEN;
use super::*;

fn set(world: &World, claims: &Value) {
    let claims = claims.as_object().expect("an object").clone();
    world.issuer.tell(|script| script.claims = claims);
}

#[tokio::test]
async fn somebody_is_known_by_email_and_subject_in_the_org_of_the_claim() {
    let world = World::new().await;
    let expected = Identity {
        issuer: world.issuer.name(),
        subject: "subject-1".to_owned(),
        email: "ada@example.com".to_owned(),
        org: "acme".to_owned(),
    };
    assert_eq!(world.identity().await, expected);
    set(&world, &json!({ "org": ["acme"] }));
    assert_eq!(world.identity().await, expected);
}

#[tokio::test]
async fn an_email_counts_only_where_the_issuer_vouches_for_it() {
    let world = World::new().await;
    for (claims, refused) in [
        (json!({ "email": null }), "no email"),
        (json!({ "email_verified": false }), "an unverified email"),
        (
            json!({ "email_verified": null }),
            "no word on whether the email is verified",
        ),
        (json!({ "email": "" }), "an unusable email"),
        (json!({ "email": "ada" }), "an unusable email"),
        (json!({ "email": "@example.com" }), "an unusable email"),
        (json!({ "email": "a b@example.com" }), "an unusable email"),
        (
            json!({ "email": "a\u{0}b@example.com" }),
            "an unusable email",
        ),
        (
            json!({ "email": format!("{}@example.com", "a".repeat(117)) }),
            "an unusable email",
        ),
        (json!({ "email": "zoë@example.com" }), "an unusable email"),
        // The sign for Kelvin, whose small letter is k.
        (
            json!({ "email": "\u{212a}im@example.com" }),
            "an unusable email",
        ),
        (
            json!({ "email": "ada@evil.example" }),
            "an email of another domain",
        ),
        (
            json!({ "email": "ada@sub.example.com" }),
            "an email of another domain",
        ),
        (
            json!({ "email": "ada@example.com.evil.example" }),
            "an email of another domain",
        ),
        (
            json!({ "email": "ada@notexample.com" }),
            "an email of another domain",
        ),
        (
            json!({ "email": "ada@example.com@evil.example" }),
            "an unusable email",
        ),
        (json!({ "sub": "" }), "an unusable subject"),
        (json!({ "sub": "s".repeat(256) }), "an unusable subject"),
    ] {
        set(&world, &claims);
        assert_eq!(world.refusal().await.to_string(), refused, "{claims}");
    }
    for (email, id) in [
        ("ADA@EXAMPLE.COM", "ada@example.com"),
        ("evil.example@example.com", "evil.example@example.com"),
    ] {
        set(&world, &json!({ "email": email }));
        assert_eq!(world.identity().await.email, id);
    }
}

#[tokio::test]
async fn an_org_is_just_one_text() {
    let world = World::new().await;
    for org in [
        Value::Null,
        json!(""),
        json!("  "),
        json!("a\nb"),
        json!("x".repeat(129)),
        json!(7),
        json!(true),
        json!([]),
        json!(["acme", "globex"]),
        json!([7]),
        json!({ "acme": {} }),
    ] {
        set(&world, &json!({ "org": org }));
        let refusal = world.refusal().await;
        assert!(
            matches!(&refusal, Refusal::NoOrg(claim) if claim == "org"),
            "{org}: {refusal:?}"
        );
        let told = crate::error::Failure::from(refusal).to_string();
        assert!(told.contains("\"org\""), "{told}");
    }
}

#[tokio::test]
async fn everybody_is_of_the_fixed_org_whatever_is_claimed() {
    let world = World::with(Org::Fixed("globex".to_owned()), Vec::new()).await;
    set(&world, &json!({ "email": "eve@anywhere.example" }));
    let identity = world.identity().await;
    assert_eq!(
        (&*identity.org, &*identity.email),
        ("globex", "eve@anywhere.example")
    );
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for() {
    let world = World::new().await;
    set(
        &world,
        &json!({ "email": null, "email_verified": null, "org": null }),
    );
    let said = json!({
        "sub": "subject-1",
        "email": "ada@example.com",
        "email_verified": true,
        "org": "acme",
    });
    world
        .issuer
        .tell(|script| script.userinfo = Some(said.clone()));
    let identity = world.identity().await;
    assert_eq!(
        (&*identity.email, &*identity.org),
        ("ada@example.com", "acme")
    );
    let asked = world.issuer.last("/userinfo");
    let bearer = format!("Bearer {ACCESS_TOKEN}");
    assert_eq!(asked.header("authorization"), Some(&*bearer));

    // What was proven is not replaced, and an email is not taken from one place and its proof from another.
    set(
        &world,
        &json!({ "email": "eve@example.com", "email_verified": null }),
    );
    assert_eq!(world.identity().await.email, "ada@example.com");
    set(&world, &json!({ "email": null, "org": "globex" }));
    assert_eq!(world.identity().await.org, "globex");
    set(
        &world,
        &json!({ "email": "eve@example.com", "email_verified": false, "org": null }),
    );
    assert!(matches!(world.refusal().await, Refusal::Unverified));
}

#[tokio::test]
async fn what_is_said_of_somebody_else_is_not_taken() {
    let world = World::new().await;
    set(&world, &json!({ "email": null }));
    for said in [
        json!({ "sub": "subject-2", "email": "ada@example.com", "email_verified": true }),
        json!({ "email": "ada@example.com", "email_verified": true }),
        json!("nothing"),
    ] {
        world
            .issuer
            .tell(|script| script.userinfo = Some(said.clone()));
        let refusal = world.refusal().await;
        assert!(matches!(refusal, Refusal::Issuer(_)), "{said}: {refusal:?}");
    }
    world.issuer.tell(|script| script.userinfo = None);
    assert!(matches!(world.refusal().await, Refusal::Issuer(_)));
}

#[tokio::test]
async fn a_complete_token_is_enough() {
    let world = World::new().await;
    world.identity().await;
    assert_eq!(world.issuer.asked("/userinfo"), 0);
}
