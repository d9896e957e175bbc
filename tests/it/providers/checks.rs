//! The call that proves that a token works, against the stand-ins: a token of each that works, is refused, or
//! cannot be judged.

use std::sync::Arc;

use patchbay::clock::Entropy;
use patchbay::outbound::oauth::{Client, Grant};
use patchbay::outbound::{ANSWER_TIMEOUT, Call, CallError, Outbound};
use patchbay::providers::{Api, Pace, Provider, Registry};
use patchbay::store::{Store, Target, TlsFiles};
use patchbay::vault::GrantBearer;
use secrecy::SecretString;
use url::Url;

use super::{Case, for_all, hasty};
use crate::support::{CLIENT_ID, CLIENT_SECRET};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A client that keeps no limit, and so needs no store.
fn outbound() -> Outbound {
    let nowhere = Target::Single {
        url: SecretString::from("unix:///nowhere/redis.sock"),
        tls: TlsFiles::default(),
    };
    let store = Store::new(&nowhere, Entropy::system()).expect("a store");
    Outbound::new(Entropy::system(), store, ANSWER_TIMEOUT).expect("an HTTP client")
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

/// A client as the operator of this world would configure it.
fn client(case: &Case) -> Client {
    let (stand_in, oauth) = (case.world.stand_in(case.id()), &case.profile.oauth);
    let back = format!(
        "{}/integrations/{}/oauth2callback",
        case.world.url,
        case.id()
    );
    Client {
        service: case.profile.id,
        id: CLIENT_ID.to_owned(),
        secret: Some(SecretString::from(CLIENT_SECRET)),
        auth_url: url(&stand_in.auth_url),
        token_url: url(&stand_in.token_url),
        revoke_url: None,
        redirect_uri: url(&back),
        auth: oauth.client_auth,
        body: oauth.body,
        headers: oauth.headers,
    }
}

/// What a person allowed, without a Patchbay that keeps it.
async fn granted(case: &mut Case) -> Grant {
    let (client, oauth) = (client(case), &case.profile.oauth);
    let scopes = case.profile.scopes.iter().map(|scope| scope.id.to_owned());
    let scopes: Vec<String> = scopes.collect();
    let verifier = oauth.pkce.then_some(VERIFIER);
    let place = client.authorize_url(
        "the-state-of-a-test",
        &scopes,
        verifier,
        oauth.authorize_params,
    );
    let consent = case.ada.get(place.as_str()).await;
    let back = case.ada.answer_consent(&consent, "allow", &[]).await;
    let mut query = back.query_pairs();
    let code = query.find(|(name, _)| name == "code").expect("a code");
    let code = SecretString::from(code.1.into_owned());
    let verifier = verifier.map(SecretString::from);
    let grant = client.exchange(&outbound(), &code, verifier.as_ref()).await;
    grant.expect("a grant")
}

/// What a check comes to, and how many requests it took.
async fn check(case: &Case, grant: &Grant) -> (Result<(), CallError>, u64) {
    let provider: &dyn Provider = Registry.get(case.id()).expect("a provider");
    let api = Api {
        base: url(&case.world.stand_in(case.id()).api_url),
        pace: Pace::Unlimited,
    };
    let bearer = Arc::new(GrantBearer(grant.access.clone()));
    let call = Call::new(outbound(), api.target(case.profile, "check"), bearer);
    let result = provider.check(&call).await;
    (result, call.counts().requests())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_a_token_that_works_from_one_that_does_not() {
    for_all(hasty(&[]).await, |mut case| async move {
        let grant = granted(&mut case).await;
        let (result, requests) = check(&case, &grant).await;
        result.expect("it works");
        assert_eq!(requests, 1);
        for kind in ["500", "429", "502html", "html200", "truncated", "reset"] {
            case.control(&[("fail_kind", kind), ("fail_on", "any"), ("fail_next", "9")])
                .await;
            let (result, requests) = check(&case, &grant).await;
            let error = result.expect_err("a failure");
            let of_the_token = matches!(error, CallError::Bearer(_) | CallError::Rejected);
            assert!(!of_the_token, "{kind}: {error:?}");
            assert_eq!(requests, 1, "{kind}");
        }
        case.control(&[("fail_next", "0"), ("expire_tokens", "1")])
            .await;
        let (result, requests) = check(&case, &grant).await;
        assert!(matches!(result, Err(CallError::Bearer(_))), "{result:?}");
        assert_eq!(requests, 1);
    })
    .await;
}
