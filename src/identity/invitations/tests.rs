//! Invitations in a Redis of their own, with a clock that is moved.

use super::*;
use crate::testing::{self, redis::Redis};

fn inviting(org: &str) -> Inviting {
    Inviting {
        id: "0123456789ab".to_owned(),
        org: org.to_owned(),
        role: Role::Admin,
        email: None,
        by: By::operator(),
    }
}

#[tokio::test]
async fn an_invitation_is_taken_once_and_can_be_put_back() {
    let redis = Redis::start();
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let all = Invitations::new(testing::store(&redis), clock, entropy);
    let (made, token) = all.invite(inviting("acme")).await.expect("made");
    let token = token.expose_secret();
    assert_eq!(all.find(token).await.expect("read"), Some(made.clone()));
    let (one, other) = tokio::join!(all.take(token), all.take(token));
    let (one, other) = (one.expect("asked"), other.expect("asked"));
    assert!(one.is_some() != other.is_some());
    assert_eq!(all.find(token).await.expect("read"), None);
    let taken = one.or(other).expect("one of them");
    all.put_back(taken).await.expect("put back");
    assert_eq!(
        all.of("acme").await.expect("a list"),
        std::slice::from_ref(&made)
    );
    assert_eq!(
        all.revoke("other", &made.id, &By::operator())
            .await
            .expect("asked"),
        None
    );
    let revoked = all
        .revoke("acme", &made.id, &By::operator())
        .await
        .expect("asked");
    assert_eq!(revoked.map(|it| it.role()), Some(Role::Admin));
    assert!(all.take(token).await.expect("asked").is_none());
}

#[tokio::test]
async fn it_ends_after_a_week() {
    let redis = Redis::start();
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let all = Invitations::new(testing::store(&redis), clock.clone(), entropy);
    let (_, token) = all.invite(inviting("acme")).await.expect("made");
    clock.shift(SignedDuration::from_hours(24 * 7 - 1));
    assert!(
        all.find(token.expose_secret())
            .await
            .expect("read")
            .is_some()
    );
    clock.shift(SignedDuration::from_hours(1));
    assert!(
        all.find(token.expose_secret())
            .await
            .expect("read")
            .is_none()
    );
    assert!(
        all.take(token.expose_secret())
            .await
            .expect("read")
            .is_none()
    );
}
