//! A call: what it sends, what it repeats, and when it gives up.

use super::*;
use crate::outbound::retry::TRIES;

fn spoilt(status: u16) -> Reply {
    Reply::new(status, format!("<h1>{SECRET}</h1>"))
}

#[tokio::test]
async fn the_token_goes_in_the_header_and_the_parameters_in_the_query() {
    let server = Server::in_turn([ok()]).await;
    let (call, _) = call(&server);
    assert_eq!(get(&call).await.expect("an answer")["fine"], true);
    let request = server.only();
    assert_eq!(
        (request.method.as_str(), request.path()),
        ("GET", "/things")
    );
    assert_eq!(
        request.query(),
        crate::testing::http::expected(&[("limit", "100"), ("q", "a b&c")])
    );
    let header = format!("Bearer {SECRET}-0");
    assert_eq!(request.header("authorization"), Some(header.as_str()));
    assert!(
        request
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("Patchbay/"))
    );
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_counted() {
    let server = Server::in_turn([
        spoilt(500),
        Reply::new(200, r#"{"fine": tr"#),
        Reply::Reset,
        Reply::CutOff(r#"{"fine": true}"#),
        spoilt(423),
        ok(),
    ])
    .await;
    let (call, tokens) = call(&server);
    assert_eq!(get(&call).await.expect("an answer")["fine"], true);
    assert_eq!(server.seen().len(), 6);
    assert_eq!((call.counts().requests(), call.counts().retries()), (6, 5));
    assert_eq!((call.counts().limited(), tokens.replaced()), (0, 0));
}

#[tokio::test]
async fn it_gives_up_after_the_bounded_tries() {
    let kinds = [
        (spoilt(500), "failing 500"),
        (spoilt(503), "failing 503"),
        (spoilt(200), "broken"),
        (Reply::new(200, ""), "broken"),
        (
            Reply::Reset,
            "no answer: no whole answer: the connection broke off",
        ),
    ];
    for (reply, expected) in kinds {
        let server = Server::in_turn([reply]).await;
        let (call, _) = call(&server);
        assert_eq!(name(&failure(&call).await), expected);
        assert_eq!(server.seen().len(), TRIES as usize);
        assert_eq!(call.counts().requests(), u64::from(TRIES));
        assert_eq!(call.counts().retries(), u64::from(TRIES - 1));
    }
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_tried_as_often() {
    let tokens: Arc<Tokens> = Arc::default();
    let call = Call::new(outbound(), target(Server::nowhere().await), tokens);
    assert_eq!(name(&failure(&call).await), "no answer: no connection");
    assert_eq!(call.counts().requests(), u64::from(TRIES));
}

#[tokio::test]
async fn what_will_not_change_is_not_tried_again() {
    for status in [400, 403, 404, 409, 410, 422] {
        let server = Server::in_turn([spoilt(status), ok()]).await;
        let (call, _) = call(&server);
        let error = failure(&call).await;
        assert_eq!(name(&error), format!("status {status}"));
        let CallError::Status { body, .. } = error else {
            panic!("a status");
        };
        assert!(String::from_utf8_lossy(&body.0).contains(SECRET));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn json_of_another_shape_says_where_but_not_what() {
    let server = Server::in_turn([Reply::new(200, format!(r#"["{SECRET}"]"#))]).await;
    let (call, _) = call(&server);
    let error = call
        .read::<u32>(&Request::get("/"))
        .await
        .expect_err("a failure");
    says_nothing_secret(&error);
    assert!(error.to_string().contains("another shape"), "{error}");
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    struct Nothing;
    #[async_trait]
    impl Bearer for Nothing {
        async fn token(&self) -> Result<SecretString, BearerError> {
            Err(BearerError::None(
                "access was withdrawn: reconnect".to_owned(),
            ))
        }
        async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
            self.token().await
        }
        async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
            Ok(false)
        }
    }
    let server = Server::in_turn([ok()]).await;
    let call = Call::new(outbound(), target(server.url.clone()), Arc::new(Nothing));
    let error = failure(&call).await;
    assert_eq!(error.to_string(), "access was withdrawn: reconnect");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_token_that_would_break_the_header_is_not_sent() {
    struct Broken;
    #[async_trait]
    impl Bearer for Broken {
        async fn token(&self) -> Result<SecretString, BearerError> {
            Ok(SecretString::from(format!("{SECRET}\r\nx-more: 1")))
        }
        async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
            self.token().await
        }
        async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
            Ok(false)
        }
    }
    let server = Server::in_turn([ok()]).await;
    let call = Call::new(outbound(), target(server.url.clone()), Arc::new(Broken));
    assert_eq!(name(&failure(&call).await), "broken");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_dropped_and_not_asked_for_again() {
    let size = super::super::ANSWER_BYTES + 1;
    let server = Server::in_turn([Reply::new(200, vec![b' '; size])]).await;
    let (call, _) = call(&server);
    assert_eq!(
        name(&failure(&call).await),
        "no answer: an answer of more than 32 MiB"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_takes_the_token_nowhere() {
    let elsewhere = Server::in_turn([ok()]).await;
    for status in [301, 302, 307, 308] {
        let reply = Reply::new(status, SECRET).with("location", elsewhere.url.as_str());
        let server = Server::in_turn([reply]).await;
        let (call, _) = call(&server);
        assert_eq!(name(&failure(&call).await), format!("status {status}"));
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_failure_keeps_the_providers_own_id_of_it() {
    for status in [404, 500] {
        let body = format!(r#"{{"message": "{SECRET}", "request_id": "a001"}}"#);
        let server = Server::in_turn([Reply::new(status, body)]).await;
        let (call, _) = call(&server);
        let error = failure(&call).await;
        assert_eq!(error.reference().as_deref(), Some("a001"), "{error:?}");
    }
    let server = Server::in_turn([spoilt(404)]).await;
    let (call, _) = call(&server);
    assert_eq!(failure(&call).await.reference(), None);
}

#[tokio::test]
async fn a_check_asks_once_and_takes_any_json() {
    for (reply, expected) in [
        (Reply::new(200, r#"["anything"]"#), None),
        (Reply::new(200, "<html>"), Some("broken")),
        (
            Reply::new(429, "").with("retry-after", "30"),
            Some("too many"),
        ),
        (spoilt(403), Some("status 403")),
        (spoilt(500), Some("failing 500")),
        (spoilt(423), Some("failing 423")),
        (
            Reply::Close,
            Some("no answer: no whole answer: the connection broke off"),
        ),
    ] {
        let server = Server::in_turn([reply]).await;
        let (call, _) = call(&server);
        let error = call.check(Request::get("/me")).await.err();
        assert_eq!(error.as_ref().map(name).as_deref(), expected);
        assert_eq!(server.only().path(), "/me");
    }
}
