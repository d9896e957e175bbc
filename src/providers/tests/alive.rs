//! The call behind 'Check now': what each provider is asked, and what its answers say of the token.

use super::{facts, recorded};
use crate::outbound::CallError;
use crate::providers::testing::call;
use crate::testing::http::{Reply, Server};

/// What a check of the provider `id` comes to when it is answered like this; how often it was asked.
async fn checked(id: &str, replies: Vec<Reply>) -> (Result<(), CallError>, usize) {
    let facts = facts::of(id);
    let profile = facts.provider().profile();
    let server = Server::in_turn(replies).await;
    let result = facts.provider().check(&call(profile, &server)).await;
    for request in server.seen() {
        assert_eq!(
            (&request.method[..], &request.target[..]),
            ("GET", facts.check)
        );
        let token = request.header("authorization");
        assert_eq!(token, Some("Bearer secret-access-token"));
        for (name, value) in profile.api.headers {
            assert_eq!(request.header(name), Some(*value));
        }
    }
    (result, server.seen().len())
}

/// What a check comes to and how often the provider was asked, of every provider.
async fn all_checked(reply: Reply) -> Vec<(Result<(), CallError>, usize)> {
    let mut all = Vec::new();
    for id in recorded() {
        all.push(checked(id, vec![reply.clone()]).await);
    }
    all
}

#[tokio::test]
async fn a_token_that_works_is_seen_by_one_call() {
    for (result, asked) in all_checked(Reply::new(200, "{}")).await {
        result.expect("it works");
        assert_eq!(asked, 1);
    }
}

#[tokio::test]
async fn a_401_is_believed_the_second_time() {
    for (result, asked) in all_checked(Reply::new(401, "{}")).await {
        assert!(matches!(result, Err(CallError::Rejected)), "{result:?}");
        assert_eq!(asked, 2);
    }
    for id in recorded() {
        let replies = vec![Reply::new(401, "{}"), Reply::new(200, "{}")];
        let (result, _) = checked(id, replies).await;
        result.expect("it works with another token");
    }
}

#[tokio::test]
async fn a_403_is_not_taken_for_a_dead_token() {
    for (result, asked) in all_checked(Reply::new(403, "<html>")).await {
        let is_status = matches!(result, Err(CallError::Status { status: 403, .. }));
        assert!(is_status, "{result:?}");
        assert_eq!(asked, 1);
    }
}

#[tokio::test]
async fn what_passes_is_told_at_once() {
    for status in [500, 502, 503, 504] {
        for (result, asked) in all_checked(Reply::new(status, "<html>")).await {
            let failed = matches!(result, Err(CallError::Failing { status: s, .. }) if s == status);
            assert!(failed, "{result:?}");
            assert_eq!(asked, 1);
        }
    }
    for (result, asked) in all_checked(Reply::new(429, "{}")).await {
        assert!(matches!(result, Err(CallError::TooMany)), "{result:?}");
        assert_eq!(asked, 1);
    }
    for reply in [Reply::Reset, Reply::Close] {
        for (result, asked) in all_checked(reply).await {
            assert!(matches!(result, Err(CallError::NoAnswer(_))), "{result:?}");
            assert_eq!(asked, 1);
        }
    }
}

#[tokio::test]
async fn a_page_of_somebody_else_proves_nothing() {
    for (result, asked) in all_checked(Reply::new(200, "<html>Sign in to this network")).await {
        assert!(matches!(result, Err(CallError::Broken(_))), "{result:?}");
        assert_eq!(asked, 1);
    }
}
