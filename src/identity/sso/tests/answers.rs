//! What comes back, checked against what was begun.

use jiff::SignedDuration;
use serde_json::json;

use super::*;

#[tokio::test]
async fn people_are_sent_with_all_that_protects_them() {
    let world = World::new().await;
    let begun = world.begun().await;
    let said = |name: &str| {
        let mut pairs = begun.address.query_pairs();
        let pair = pairs.find(|(said, _)| said == name);
        pair.map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    assert_eq!(begun.address.path(), "/authorize");
    assert_eq!(said("response_type"), "code");
    assert_eq!(said("client_id"), CLIENT_ID);
    assert_eq!(said("redirect_uri"), "http://localhost:8000/back");
    assert_eq!(said("scope"), "openid email");
    assert_eq!(said("code_challenge_method"), "S256");
    for random in ["state", "nonce", "code_challenge"] {
        assert_eq!(said(random).len(), 43, "{random}");
    }
    let finished = world.sso.finish(&here(), begun.answer()).await;
    let Ok(Finished::Proven { next, .. }) = finished else {
        panic!("not signed in: {finished:?}");
    };
    assert_eq!(next, "/items?q=a");
    let exchange = world.issuer.last("/token");
    let form = exchange.form();
    let sent = |name: &str| {
        let pair = form.iter().find(|(sent, _)| sent == name);
        pair.map(|(_, value)| value.as_str())
    };
    assert_eq!(sent("code"), Some("the-code"));
    assert_eq!(sent("code_verifier").map(str::len), Some(43));
    assert!(
        exchange
            .header("authorization")
            .is_some_and(|value| value.starts_with("Basic "))
    );
    assert_eq!(sent("client_secret"), None);
}

#[tokio::test]
async fn an_answer_counts_once_in_time_and_in_its_own_session() {
    let world = World::new().await;
    let refused = async |ties: &Ties, callback| {
        let refused = world.sso.finish(ties, callback).await;
        refused.expect_err("a refusal").to_string()
    };
    assert_eq!(
        refused(&here(), AuthorizationResponse::default()).await,
        "no state"
    );
    let unknown = AuthorizationResponse {
        state: Some("guessed".to_owned()),
        ..AuthorizationResponse::default()
    };
    assert_eq!(refused(&here(), unknown).await, "unknown state");

    let begun = world.begun().await;
    let elsewhere = Ties {
        own: Some("another browser".to_owned()),
        before: None,
    };
    for ties in [elsewhere, Ties::default()] {
        let begun = world.begun().await;
        let said = refused(&ties, begun.answer()).await;
        assert_eq!(said, "state of another session", "{ties:?}");
        // Whoever tried it has spent it.
        assert_eq!(refused(&here(), begun.answer()).await, "used state");
    }

    world.clock.shift(SignedDuration::from_mins(9));
    world
        .issuer
        .tell(|script| script.nonce = begun.nonce.clone());
    world
        .sso
        .finish(&here(), begun.answer())
        .await
        .expect("signed in");
    assert_eq!(refused(&here(), begun.answer()).await, "used state");

    let late = world.begun().await;
    world.clock.shift(SignedDuration::from_mins(11));
    assert_eq!(refused(&here(), late.answer()).await, "expired state");
    assert_eq!(world.issuer.asked("/token"), 1);
}

#[tokio::test]
async fn tabs_do_not_disturb_each_other() {
    let world = World::new().await;
    let (one, other) = (world.begun().await, world.begun().await);
    world.issuer.tell(|script| script.nonce = one.nonce.clone());
    world
        .sso
        .finish(&here(), one.answer())
        .await
        .expect("signed in");
    // The sign-in has put a new session in the place of the one in which both were begun.
    let after = Ties {
        own: Some("the new session".to_owned()),
        before: Some(HERE.to_owned()),
    };
    let finished = world.sso.finish(&after, other.answer()).await;
    assert!(
        matches!(&finished, Ok(Finished::SignedInBefore(next)) if next == "/items?q=a"),
        "{finished:?}"
    );
    assert_eq!(world.issuer.asked("/token"), 1);
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_refused_before_its_code_is_sent_anywhere() {
    let world = World::new().await;
    let from = async |iss: Option<&str>| {
        let begun = world.begun().await;
        let callback = AuthorizationResponse {
            iss: iss.map(str::to_owned),
            ..begun.answer()
        };
        world.sso.finish(&here(), callback).await
    };
    let name = world.issuer.name();
    let slash = format!("{name}/");
    for iss in ["https://other.example", &*slash] {
        assert!(
            matches!(from(Some(iss)).await, Err(Refusal::WrongIssuer)),
            "{iss}"
        );
    }
    assert_eq!(world.issuer.asked("/token"), 0);
    from(Some(&name)).await.expect("signed in");
    from(None)
        .await
        .expect("signed in: this issuer does not say that it names itself");

    let says_so = json!({ "authorization_response_iss_parameter_supported": true });
    let world = World::new().await;
    world
        .issuer
        .tell(|script| script.metadata = says_so.as_object().expect("one").clone());
    assert!(matches!(world.refusal().await, Refusal::WrongIssuer));
    let begun = world.begun().await;
    let denied = AuthorizationResponse {
        state: Some(begun.state.clone()),
        error: Some("access_denied".to_owned()),
        ..AuthorizationResponse::default()
    };
    let finished = world.sso.finish(&here(), denied).await;
    assert!(
        matches!(finished, Err(Refusal::WrongIssuer)),
        "{finished:?}"
    );
}

#[tokio::test]
async fn a_denial_is_no_fault_and_other_errors_are_told() {
    let world = World::new().await;
    let with = async |error: Option<&str>| {
        let begun = world.begun().await;
        let callback = AuthorizationResponse {
            state: Some(begun.state.clone()),
            error: error.map(str::to_owned),
            ..AuthorizationResponse::default()
        };
        world.sso.finish(&here(), callback).await
    };
    let denied = with(Some("access_denied")).await;
    assert!(
        matches!(&denied, Ok(Finished::Denied(next)) if next == "/items?q=a"),
        "{denied:?}"
    );
    let said = with(Some("server_error\u{1b}"))
        .await
        .expect_err("a refusal");
    assert_eq!(
        said.to_string(),
        "the identity provider reports server_error"
    );
    assert!(matches!(with(None).await, Err(Refusal::MissingCode)));
}

#[tokio::test]
async fn a_code_that_is_refused_is_told_apart_from_a_client_that_is() {
    let world = World::new().await;
    for (status, error, kind, words) in [
        (400, "invalid_grant", 400, "does not accept the code"),
        (401, "invalid_client", 502, "does not accept this Patchbay"),
        (
            400,
            "unauthorized_client",
            502,
            "does not accept this Patchbay",
        ),
        (503, "temporarily_unavailable", 502, "does not answer"),
    ] {
        world
            .issuer
            .tell(|script| script.refusal = Some((status, json!({ "error": error }))));
        let failure = crate::error::Failure::from(world.refusal().await);
        assert_eq!(failure.kind.status(), kind, "{error}");
        assert!(failure.title.contains(words), "{error}: {failure}");
        assert_eq!(
            failure.way_on(),
            Some(("Go to the sign-in page", "/sign-in"))
        );
    }
}
