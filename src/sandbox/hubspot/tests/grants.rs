//! The lives of codes and tokens, with a told time.

use jiff::Timestamp;

use crate::sandbox::{
    clock::{from_ms, plus_ms},
    hubspot::grants::{Claim, Consent, Grants, Issued, Policy, Refused},
};

const POLICY: Policy = Policy {
    life_ms: 1_800_000,
    rotate: false,
    share: false,
};

fn consent() -> Consent {
    Consent {
        client_id: "app".to_owned(),
        hub_id: 1,
        scopes: vec!["oauth".to_owned()],
    }
}

fn start() -> Timestamp {
    from_ms(1_795_000_000_000)
}

fn region(_: i64) -> &'static str {
    "eu1"
}

fn code(grants: &mut Grants, challenge: Option<&str>) -> String {
    grants.code(
        consent(),
        "https://a.example/cb".to_owned(),
        challenge.map(str::to_owned),
        start(),
    )
}

fn exchange(
    grants: &mut Grants,
    code: &str,
    policy: Policy,
    now: Timestamp,
) -> Result<Issued, Refused> {
    let claim = Claim {
        code,
        client_id: "app",
        redirect_uri: "https://a.example/cb",
        verifier: None,
    };
    grants.exchange(&claim, policy, region, now)
}

#[test]
fn a_code_works_once() {
    let mut grants = Grants::default();
    let code = code(&mut grants, None);
    assert!(exchange(&mut grants, &code, POLICY, start()).is_ok());
    for later in [0, 1, 700_000] {
        let again = exchange(&mut grants, &code, POLICY, plus_ms(start(), later));
        assert_eq!(again.unwrap_err(), Refused::UnknownCode);
    }
    assert_eq!(
        exchange(&mut grants, "made up", POLICY, start()).unwrap_err(),
        Refused::UnknownCode
    );
}

#[test]
fn a_code_lives_ten_minutes() {
    let mut grants = Grants::default();
    let (one, two) = (code(&mut grants, None), code(&mut grants, None));
    assert!(exchange(&mut grants, &one, POLICY, plus_ms(start(), 599_999)).is_ok());
    let late = exchange(&mut grants, &two, POLICY, plus_ms(start(), 600_000));
    assert_eq!(late.unwrap_err(), Refused::ExpiredCode);
}

#[test]
fn a_code_is_bound_to_its_app_and_its_redirect_address() {
    let mut grants = Grants::default();
    let code = code(&mut grants, None);
    let claim = Claim {
        code: &code,
        client_id: "other",
        redirect_uri: "https://a.example/cb",
        verifier: None,
    };
    assert_eq!(
        grants
            .exchange(&claim, POLICY, region, start())
            .unwrap_err(),
        Refused::UnknownCode
    );
    let claim = Claim {
        client_id: "app",
        redirect_uri: "https://a.example/cb/",
        ..claim
    };
    assert_eq!(
        grants
            .exchange(&claim, POLICY, region, start())
            .unwrap_err(),
        Refused::OtherRedirect
    );
}

#[test]
fn a_verifier_is_checked_if_there_was_a_challenge() {
    // The example of RFC 7636.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let mut grants = Grants::default();
    let code = code(&mut grants, Some(challenge));
    let mut with = |verifier| {
        let claim = Claim {
            code: &code,
            client_id: "app",
            redirect_uri: "https://a.example/cb",
            verifier,
        };
        grants.exchange(&claim, POLICY, region, start()).map(|_| ())
    };
    assert_eq!(with(None), Err(Refused::BadVerifier));
    assert_eq!(with(Some("wrong")), Err(Refused::BadVerifier));
    assert_eq!(with(Some(verifier)), Ok(()));
}

#[test]
fn a_refresh_keeps_the_token_unless_it_rotates() {
    let mut grants = Grants::default();
    let code = code(&mut grants, None);
    let first = exchange(&mut grants, &code, POLICY, start()).unwrap();
    let kept = grants
        .refresh(&first.refresh_token, "app", POLICY, region, start())
        .unwrap();
    assert_eq!(kept.refresh_token, first.refresh_token);
    assert_ne!(kept.access_token, first.access_token);

    let rotating = Policy {
        rotate: true,
        ..POLICY
    };
    let rotated = grants
        .refresh(&first.refresh_token, "app", rotating, region, start())
        .unwrap();
    assert_ne!(rotated.refresh_token, first.refresh_token);
    assert!(
        grants
            .refresh(&first.refresh_token, "app", rotating, region, start())
            .is_none()
    );
    assert!(
        grants
            .refresh(&rotated.refresh_token, "other", rotating, region, start())
            .is_none()
    );
    assert!(
        grants
            .refresh(&rotated.refresh_token, "app", rotating, region, start())
            .is_some()
    );
    assert_eq!(grants.live(), 1);
}

#[test]
fn access_outlives_a_revocation_but_not_a_withdrawal() {
    let mut grants = Grants::default();
    let code = code(&mut grants, None);
    let issued = exchange(&mut grants, &code, POLICY, start()).unwrap();
    grants.revoke(&issued.refresh_token);
    assert!(
        grants
            .refresh(&issued.refresh_token, "app", POLICY, region, start())
            .is_none()
    );
    assert_eq!(grants.live_access(plus_ms(start(), 1_799_999)), 1);
    assert_eq!(grants.live_access(plus_ms(start(), 1_800_000)), 0);
    grants.withdraw();
    assert!(grants.access(&issued.access_token).is_none());
}

#[test]
fn installs_of_one_account_can_share_a_refresh_token() {
    let mut grants = Grants::default();
    let sharing = Policy {
        share: true,
        ..POLICY
    };
    let (one, two) = (code(&mut grants, None), code(&mut grants, None));
    let one = exchange(&mut grants, &one, sharing, start()).unwrap();
    let two = exchange(&mut grants, &two, sharing, start()).unwrap();
    assert_eq!(one.refresh_token, two.refresh_token);
}
