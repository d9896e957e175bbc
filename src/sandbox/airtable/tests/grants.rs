//! The lives of codes and tokens, with a told time.

use jiff::Timestamp;

use crate::sandbox::{
    airtable::grants::{Claim, Consent, Grants, Issued, Policy, Share, Unrefreshed},
    clock::{from_ms, plus_ms},
    opaque,
};

const POLICY: Policy = Policy {
    life_ms: 3_600_000,
    refresh_life_ms: 5_184_000_000,
    grace_ms: 10_000,
    odd: true,
};
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn start() -> Timestamp {
    from_ms(1_795_000_000_000)
}

fn after(ms: i64) -> Timestamp {
    plus_ms(start(), ms)
}

fn code(grants: &mut Grants) -> String {
    let consent = Consent {
        client_id: "app".to_owned(),
        user: "usr".to_owned(),
        scopes: vec!["schema.bases:read".to_owned()],
        share: Share::All,
    };
    let challenge = opaque::s256(VERIFIER);
    grants.code(
        consent,
        "https://a.example/cb".to_owned(),
        challenge,
        start(),
    )
}

fn exchange(grants: &mut Grants, code: &str, now: Timestamp) -> Option<Issued> {
    let claim = Claim {
        client_id: "app",
        redirect_uri: "https://a.example/cb",
        verifier: VERIFIER,
    };
    let code = grants.spend(code)?;
    grants.exchange(code, &claim, POLICY, now)
}

fn refresh(grants: &mut Grants, token: &str, now: Timestamp) -> Result<Issued, Unrefreshed> {
    grants.refresh(token, "app", None, POLICY, now)
}

#[test]
fn a_code_works_once_for_ten_minutes() {
    let mut grants = Grants::default();
    let (one, two) = (code(&mut grants), code(&mut grants));
    assert!(exchange(&mut grants, &one, after(599_999)).is_some());
    assert!(exchange(&mut grants, &one, after(599_999)).is_none());
    assert!(exchange(&mut grants, &two, after(600_000)).is_none());
}

#[test]
fn an_access_token_lives_an_hour_and_a_refresh_token_sixty_days() {
    let mut grants = Grants::default();
    let code = code(&mut grants);
    let first = exchange(&mut grants, &code, start()).unwrap();
    assert!(
        grants
            .access(&first.access_token, after(3_599_999))
            .is_some()
    );
    assert!(
        grants
            .access(&first.access_token, after(3_600_000))
            .is_none()
    );
    let second = refresh(&mut grants, &first.refresh_token, after(5_183_999_999)).unwrap();
    // Each refresh starts another sixty days.
    let end = 5_183_999_999 + 5_184_000_000;
    assert_eq!(
        (grants.live(after(end - 1)), grants.live(after(end))),
        (1, 0)
    );
    let late = refresh(&mut grants, &second.refresh_token, after(end));
    assert_eq!(late.unwrap_err(), Unrefreshed::Unknown);
}

#[test]
fn a_used_token_conflicts_for_ten_seconds() {
    let mut grants = Grants::default();
    let code = code(&mut grants);
    let first = exchange(&mut grants, &code, start()).unwrap();
    let second = refresh(&mut grants, &first.refresh_token, start()).unwrap();
    for (ms, refused) in [
        (9_999, Unrefreshed::Conflict),
        (10_000, Unrefreshed::Unknown),
        (20_000, Unrefreshed::Unknown),
    ] {
        let again = refresh(&mut grants, &first.refresh_token, after(ms));
        assert_eq!(again.unwrap_err(), refused);
    }
    assert!(refresh(&mut grants, &second.refresh_token, after(20_001)).is_ok());
}

#[test]
fn ten_refreshes_in_a_second_are_fine() {
    let mut grants = Grants::default();
    let code = code(&mut grants);
    let mut token = exchange(&mut grants, &code, start()).unwrap().refresh_token;
    for ms in 0..10 {
        token = refresh(&mut grants, &token, after(ms))
            .unwrap()
            .refresh_token;
    }
    // A second after the first one there is room again.
    token = refresh(&mut grants, &token, after(1_000))
        .unwrap()
        .refresh_token;
    assert!(refresh(&mut grants, &token, after(1_000)).is_err() || grants.live(start()) == 1);
    assert!(
        grants
            .refresh("oaaX.v1.refresh.x", "app", None, POLICY, start())
            .is_err()
    );
}

#[test]
fn a_token_is_its_client_s_alone() {
    let mut grants = Grants::default();
    let code = code(&mut grants);
    let first = exchange(&mut grants, &code, start()).unwrap();
    let other = grants.refresh(&first.refresh_token, "other", None, POLICY, start());
    assert_eq!(other.unwrap_err(), Unrefreshed::Unknown);
    // Neither kind of token passes for the other.
    assert!(grants.access(&first.refresh_token, start()).is_none());
    assert!(refresh(&mut grants, &first.access_token, start()).is_err());
}
