//! Whether the provider may have done what was asked: answers that do not come, come in part, or come too late.

use super::*;
use crate::outbound::Outbound;
use crate::testing::outbound_within;

/// Long enough for any answer of loopback, short enough to be waited for.
fn impatient() -> Outbound {
    outbound_within(Duration::from_millis(1_500))
}

/// What a refresh with little patience comes to.
async fn refused(client: &Client) -> GrantError {
    let token = SecretString::from(format!("{SECRET}-refresh"));
    let error = client.refresh(&impatient(), &token).await;
    let error = error.err().expect("a failure");
    says_nothing_secret(&error);
    error
}

#[tokio::test]
async fn what_was_sent_and_not_answered_whole_may_have_been_done() {
    for reply in [
        Reply::Silence,
        Reply::Close,
        Reply::Reset,
        Reply::Stall(TOKENS),
        Reply::CutOff(TOKENS),
    ] {
        let server = Server::in_turn([reply.clone()]).await;
        let error = refused(&client(&server.url)).await;
        assert!(matches!(error, GrantError::Lost), "{reply:?}: {error:?}");
        assert!(error.outcome_unknown());
        assert_eq!(server.seen().len(), 1, "{reply:?} is not sent again");
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let error = refused(&client(&Server::nowhere().await)).await;
    assert!(matches!(error, GrantError::NotSent), "{error:?}");
    assert!(!error.outcome_unknown());
}

/// The server takes the connection and says nothing of TLS, so that the request never leaves.
#[tokio::test]
async fn a_connection_that_does_not_come_to_stand_in_time_sent_nothing() {
    let server = Server::in_turn([Reply::Silence]).await;
    let mut client = client(&server.url);
    client.token_url.set_scheme("https").expect("a scheme");
    let error = refused(&client).await;
    assert!(matches!(error, GrantError::NotSent), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_refusal_tells_whether_it_came_before_the_work() {
    let refusal = |status, word| GrantError::Refused {
        status,
        error: Option::map(word, str::to_owned),
        code: None,
        retry_after: None,
        reference: None,
    };
    for (status, word, unknown) in [
        (200, Some("invalid_grant"), false),
        (200, Some("server_error"), true),
        (302, None, false),
        (400, Some("invalid_grant"), false),
        (400, None, false),
        (401, Some("invalid_client"), false),
        (409, None, false),
        (423, None, false),
        (429, None, false),
        (477, None, false),
        (500, None, true),
        (502, None, true),
        (503, Some("temporarily_unavailable"), true),
        (529, Some("service_overload"), true),
    ] {
        let error = refusal(status, word);
        assert_eq!(error.outcome_unknown(), unknown, "{error:?}");
    }
    assert!(GrantError::Broken.outcome_unknown());
}
