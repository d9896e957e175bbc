//! The lives of codes and tokens, with a told time.

use jiff::Timestamp;

use crate::sandbox::{
    clock::{from_ms, plus_ms},
    notion::{
        codes::{Codes, Refused},
        grants::{Consent, Grants, Policy, RefreshTokens, Share},
    },
};

const POLICY: Policy = Policy {
    refresh_tokens: RefreshTokens::On,
    same_token: false,
};

fn consent(workspace: &str) -> Consent {
    Consent {
        workspace: workspace.to_owned(),
        share: Share::All,
    }
}

fn start() -> Timestamp {
    from_ms(1_795_000_000_000)
}

#[test]
fn a_code_lives_ten_minutes_and_works_once() {
    let mut codes = Codes::default();
    let redirect = "https://a.example/cb";
    let mut make = || codes.make(consent("acme"), redirect.to_owned(), start());
    let (one, two) = (make(), make());
    let at = |ms| plus_ms(start(), ms);
    assert_eq!(
        codes.take(&one, "https://a.example/", at(1)),
        Err(Refused::Redirect)
    );
    assert_eq!(codes.take(&one, redirect, at(599_999)), Ok(consent("acme")));
    assert_eq!(codes.take(&one, redirect, at(599_999)), Err(Refused::Code));
    assert_eq!(codes.take(&two, redirect, at(600_000)), Err(Refused::Code));
    assert_eq!(codes.take("made up", redirect, at(0)), Err(Refused::Code));
}

#[test]
fn a_refresh_replaces_both_tokens_at_once() {
    let mut grants = Grants::default();
    let first = grants.grant(consent("acme"), POLICY, start());
    let old = first.refresh_token.clone().unwrap();
    let second = grants.refresh(&old, POLICY, start()).unwrap();
    assert_eq!(second.number, first.number);
    assert!(
        grants.access(&first.access_token).is_none()
            && grants.access(&second.access_token).is_some()
    );
    assert!(grants.refresh(&old, POLICY, start()).is_none());
    grants.expire_access();
    assert!(grants.access(&second.access_token).is_none());
    assert_eq!((grants.live(), grants.live_access()), (1, 0));
    let third = grants
        .refresh(second.refresh_token.as_deref().unwrap(), POLICY, start())
        .unwrap();
    grants.revoke(&third.access_token);
    assert!(
        grants
            .refresh(third.refresh_token.as_deref().unwrap(), POLICY, start())
            .is_none()
    );
}
