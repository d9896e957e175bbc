//! Refusals, and answers that are neither a grant nor a refusal.

use super::*;

#[tokio::test]
async fn a_refusal_keeps_status_words_and_wait_and_nothing_else() {
    let body = r#"{"error": "invalid_grant", "status": "BAD_REFRESH_TOKEN",
        "error_description": "hush-hush", "message": "hush-hush"}"#;
    let reply = Reply::new(400, body).with("retry-after", "7");
    let GrantError::Refused {
        status,
        error,
        code,
        retry_after,
        reference,
    } = failure(reply).await
    else {
        panic!("a refusal");
    };
    assert_eq!((status, error.as_deref()), (400, Some("invalid_grant")));
    assert_eq!(code.as_deref(), Some("BAD_REFRESH_TOKEN"));
    assert_eq!(retry_after, Some(Duration::from_secs(7)));
    assert_eq!(reference, None);
}

#[tokio::test]
async fn a_refusal_need_not_be_json() {
    for status in [302, 400, 401, 403, 429, 500, 503] {
        let reply = Reply::new(status, "<h1>hush-hush</h1>").with("location", "/oauth/elsewhere");
        let refusal = failure(reply).await;
        assert_eq!(refusal.to_string(), format!("refused with status {status}"));
    }
}

#[tokio::test]
async fn a_providers_word_cannot_break_a_line_or_flood_a_message() {
    for word in [r"one\ntwo", &"x".repeat(500)] {
        let body = format!(r#"{{"error": "{word}", "status": 7}}"#);
        let text = failure(Reply::new(400, body)).await.to_string();
        assert_eq!(text, "refused with status 400");
    }
}

#[tokio::test]
async fn an_answer_without_tokens_is_broken() {
    let bodies = [
        "",
        "<html>hush-hush</html>",
        "{}",
        "[]",
        r#"{"access_token": 7, "token_type": "bearer"}"#,
        r#"{"access_token": null, "token_type": "bearer"}"#,
        r#"{"access_token": "", "token_type": "bearer"}"#,
        r#"{"access_token": "hush-hush", "token_type": "bea"#,
        r#"{"access_token": ["hush-hush"], "refresh_token": "hush-hush"}"#,
    ];
    for body in bodies {
        let error = failure(Reply::new(200, body)).await;
        assert!(matches!(error, GrantError::Broken), "{body}: {error:?}");
    }
}

/// The words of a refusal that must come of this answer.
async fn words(reply: Reply) -> (u16, Option<String>, Option<String>) {
    match failure(reply).await {
        GrantError::Refused {
            status,
            error,
            code,
            ..
        } => (status, error, code),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refusal_with_the_status_of_a_success_is_a_refusal() {
    let word = |text: &str| Some(text.to_owned());
    for (body, error, code) in [
        (r#"{"error": "invalid_grant"}"#, "invalid_grant", None),
        (
            r#"{"error": "invalid_grant", "status": "BAD_REFRESH_TOKEN", "access_token": null}"#,
            "invalid_grant",
            Some("BAD_REFRESH_TOKEN"),
        ),
        (
            r#"{"code": "invalid_client", "access_token": ""}"#,
            "invalid_client",
            None,
        ),
    ] {
        for status in [200, 201, 202] {
            let found = words(Reply::new(status, body)).await;
            assert_eq!(found, (status, word(error), code.map(str::to_owned)));
        }
    }
}

#[tokio::test]
async fn an_error_beside_a_token_costs_nothing() {
    for body in [
        r#"{"access_token": "fresh", "token_type": "bearer", "error": "none"}"#,
        r#"{"access_token": "fresh", "token_type": "bearer", "error": null, "code": 0}"#,
    ] {
        for status in [200, 201] {
            let server = Server::in_turn([Reply::new(status, body)]).await;
            let grant = refresh(&client(&server.url)).await.expect("a grant");
            assert_eq!(grant.access.expose_secret(), "fresh");
        }
    }
}

#[tokio::test]
async fn a_success_with_an_error_that_is_no_word_is_broken() {
    for body in [
        r#"{"error": ""}"#,
        r#"{"error": null}"#,
        r#"{"error": {"type": "hush-hush"}}"#,
        r#"{"code": 7}"#,
        r#"{"status": "error"}"#,
    ] {
        let error = failure(Reply::new(200, body)).await;
        assert!(matches!(error, GrantError::Broken), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_providers_own_id_of_it() {
    let long = "7".repeat(500);
    for (field, id, kept) in [
        ("correlationId", "0000-a001", Some("0000-a001")),
        ("request_id", "b002", Some("b002")),
        ("request_id", r"one\ntwo\u202e <3>", Some("onetwo<3>")),
        ("correlationId", &long, Some(&long[..80])),
        ("correlationId", r"\u0000 \n", None),
        ("trace", "c003", None),
    ] {
        let body = format!(r#"{{"error": "invalid_grant", "{field}": "{id}"}}"#);
        for status in [200, 400, 503] {
            let error = failure(Reply::new(status, body.clone())).await;
            let GrantError::Refused { reference, .. } = error else {
                panic!("{error:?}");
            };
            assert_eq!(reference.as_deref(), kept, "{body}");
        }
    }
}

/// Some endpoints answer with what they were sent.
#[tokio::test]
async fn a_refusal_that_repeats_the_request_repeats_no_secret() {
    let form = format!("invalid_client client_id=x&client_secret={SECRET}-client");
    let long = SECRET.repeat(20);
    for echo in [&form, &format!("{SECRET}-1"), &long] {
        for field in ["error", "code", "status"] {
            let body = format!(r#"{{"{field}": "{echo}"}}"#);
            let error = failure(Reply::new(400, body)).await;
            let GrantError::Refused { error, code, .. } = error else {
                panic!("{error:?}");
            };
            assert_eq!((error, code), (None, None), "{echo}");
        }
    }
}
