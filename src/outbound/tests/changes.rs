//! Requests that change something: what is sent, what is repeated, and when it is not known whether it was done.

use serde_json::json;

use super::*;

/// The three kinds of changes.
fn changes() -> [(&'static str, Request); 3] {
    let body = json!({"a": "b"});
    [
        ("POST", Request::make("/things", body.clone())),
        ("PATCH", Request::patch("/things", body).at("7")),
        ("DELETE", Request::delete("/things").at("7")),
    ]
}

fn make() -> Request {
    Request::make("/things", json!({}))
}

fn spoilt(status: u16) -> Reply {
    Reply::new(status, format!("<h1>{SECRET}</h1>"))
}

/// What a change comes to, in two words, and how often it was sent.
async fn sent(
    request: &Request,
    replies: impl IntoIterator<Item = Reply>,
) -> (Result<(), String>, usize) {
    let server = Server::in_turn(replies).await;
    let (call, _) = call(&server);
    let result = call.done(request).await;
    let result = result.map_err(|error| {
        says_nothing_secret(&error);
        name(&error)
    });
    (result, server.seen().len())
}

#[tokio::test]
async fn a_change_goes_out_with_its_method_and_its_body() {
    for (method, request) in changes() {
        let server = Server::in_turn([ok()]).await;
        let (call, _) = call(&server);
        call.done(&request).await.expect("an answer");
        let seen = server.only();
        assert_eq!(seen.method, method);
        let deletes = method == "DELETE";
        assert_eq!(seen.body, if deletes { "" } else { r#"{"a":"b"}"# });
        let json = (!deletes).then_some("application/json");
        assert_eq!(seen.header("content-type"), json);
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_one() {
    for (_, request) in changes() {
        for status in [200, 202, 204] {
            assert_eq!(sent(&request, [Reply::new(status, "")]).await, (Ok(()), 1));
        }
    }
    let server = Server::in_turn([Reply::new(204, "")]).await;
    let (call, _) = call(&server);
    let none: Option<u32> = call.read(&Request::get("/")).await.expect("an answer");
    assert_eq!(none, None);
}

#[tokio::test]
async fn what_surely_was_not_done_is_sent_again() {
    let locked = || spoilt(423);
    let limited = || Reply::new(429, "").with("retry-after", "0");
    let refused = || spoilt(401);
    for (method, request) in changes() {
        for reply in [locked(), limited(), refused()] {
            let (result, times) = sent(&request, [reply, ok()]).await;
            assert_eq!((result, times), (Ok(()), 2), "{method}");
        }
    }
    let (result, times) = sent(&make(), [locked()]).await;
    assert_eq!((result, times), (Err("failing 423".to_owned()), 3));
}

#[tokio::test]
async fn what_was_made_perhaps_is_not_made_again() {
    let broke_off = "no answer: no whole answer: the connection broke off";
    for (reply, why) in [
        (spoilt(500), "failing 500"),
        (spoilt(503), "failing 503"),
        (Reply::new(201, r#"{"id": "#), "broken"),
        (Reply::Reset, broke_off),
        (Reply::CutOff("{"), broke_off),
    ] {
        let (result, times) = sent(&make(), [reply, ok()]).await;
        assert_eq!((result, times), (Err(format!("unclear: {why}")), 1));
    }
}

#[tokio::test]
async fn what_comes_to_the_same_twice_is_sent_again() {
    for (_, request) in changes().into_iter().skip(1) {
        let lost = [spoilt(502), Reply::Reset, ok()];
        assert_eq!(sent(&request, lost).await, (Ok(()), 3));
        let (result, times) = sent(&request, [spoilt(502)]).await;
        assert_eq!((result, times), (Err("unclear: failing 502".to_owned()), 3));
        // Whatever the last try says, the first may have been done.
        let (result, _) = sent(&request, [spoilt(502), spoilt(423), spoilt(423)]).await;
        assert_eq!(result, Err("unclear: failing 423".to_owned()));
        // But what the provider judges is judged.
        let (result, times) = sent(&request, [spoilt(502), spoilt(400)]).await;
        assert_eq!((result, times), (Err("status 400".to_owned()), 2));
    }
}

#[tokio::test]
async fn what_a_deletion_finds_gone_it_may_have_taken_away_itself() {
    let [_, (_, patch), (_, delete)] = changes();
    for status in [404, 410] {
        let told = |unclear: &str| Err(format!("{unclear}status {status}"));
        let twice = || [spoilt(502), spoilt(status)];
        assert_eq!(sent(&delete, twice()).await, (told("unclear: "), 2));
        assert_eq!(sent(&patch, twice()).await, (told(""), 2));
        assert_eq!(sent(&delete, [spoilt(status)]).await, (told(""), 1));
    }
}

#[tokio::test]
async fn a_refusal_is_clear() {
    for (method, request) in changes() {
        for status in [302, 400, 403, 404, 409] {
            let (result, times) = sent(&request, [spoilt(status), ok()]).await;
            assert_eq!(result, Err(format!("status {status}")), "{method}");
            assert_eq!(times, 1);
        }
        let (result, times) = sent(&request, [spoilt(401)]).await;
        assert_eq!((result, times), (Err("rejected".to_owned()), 2));
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_done() {
    for (_, request) in changes() {
        let tokens: Arc<Tokens> = Arc::default();
        let call = Call::new(outbound(), target(Server::nowhere().await), tokens);
        let error = call.done(&request).await.expect_err("a failure");
        assert_eq!(name(&error), "no answer: no connection");
        assert_eq!(call.counts().requests(), 3);
    }
}

#[tokio::test]
async fn a_pause_that_nobody_waits_for_ends_it_at_once() {
    let limited = || Reply::new(429, "").with("retry-after", "30");
    let read = Request::get("/things").for_a_person();
    for request in changes()
        .map(|(_, request)| request)
        .into_iter()
        .chain([read])
    {
        let (result, times) = sent(&request, [limited(), ok()]).await;
        assert_eq!((result, times), (Err("busy 30".to_owned()), 1));
        let moving = Reply::new(503, "").with("retry-after", "600");
        let (_, times) = sent(&request, [moving, ok()]).await;
        assert_eq!(times, 1);
    }
}

#[tokio::test]
async fn a_read_that_a_person_waits_for_is_repeated_less() {
    let (result, times) = sent(&Request::get("/").for_a_person(), [spoilt(500)]).await;
    assert_eq!((result, times), (Err("failing 500".to_owned()), 3));
}

#[tokio::test]
async fn silence_after_a_change_is_no_answer() {
    let server = Server::in_turn([Reply::Silence]).await;
    let outbound = crate::testing::outbound_within(Duration::from_millis(200));
    let call = Call::new(
        outbound,
        target(server.url.clone()),
        Arc::<Tokens>::default(),
    );
    let error = call.done(&make()).await.expect_err("a failure");
    assert_eq!(name(&error), "unclear: no answer: no whole answer in time");
    let text = error.to_string();
    assert!(
        text.ends_with("; whether the change was made is not known"),
        "{text}"
    );
    assert_eq!(server.seen().len(), 1);
}

/// No token comes, and the clock goes on by itself.
#[tokio::test(start_paused = true)]
async fn a_person_does_not_wait_for_ever() {
    struct Slow;
    #[async_trait]
    impl Bearer for Slow {
        async fn token(&self) -> Result<SecretString, BearerError> {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Err(BearerError::None("never".to_owned()))
        }
        async fn replace(&self, _: &SecretString) -> Result<SecretString, BearerError> {
            self.token().await
        }
        async fn refused(&self, _: &SecretString) -> Result<bool, BearerError> {
            Ok(false)
        }
    }
    let began = tokio::time::Instant::now();
    let url = "http://127.0.0.1:9/".parse().expect("a URL");
    let call = Call::new(outbound(), target(url), Arc::new(Slow));
    let error = call.done(&make()).await.expect_err("a failure");
    // Nothing was sent, so it is clear that nothing was done.
    assert_eq!(name(&error), "no answer: no whole answer in time");
    assert!(began.elapsed() < Duration::from_secs(16));
}
