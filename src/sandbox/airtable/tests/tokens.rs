//! The token endpoint, as an app meets it.

use actix_web::http::Method;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use serde_json::{Value, json};

use super::support::{Bench, REDIRECT, SCOPES, VERIFIER, access, exchange_of, fields, fixture};
use crate::sandbox::store::Store;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[actix_web::test]
async fn answers_have_the_keys_and_the_lengths_of_the_recorded_ones() {
    let bench = Bench::new();
    let first = bench.tokens("").await;
    assert_eq!(fields(&first), fields(&fixture("token_success")));
    assert_eq!(
        (
            &first["token_type"],
            &first["scope"],
            &first["expires_in"],
            &first["refresh_expires_in"]
        ),
        (
            &"Bearer".into(),
            &SCOPES.into(),
            &3_600.into(),
            &5_184_000.into()
        )
    );
    let token = access(&first);
    let grant = token.split('.').next().unwrap();
    assert!(grant.starts_with("oaa") && grant.len() == 17 && token.len() == 330);
    assert_eq!(first["refresh_token"].as_str().map(str::len), Some(360));
    assert!(['+', '/', '='].iter().all(|odd| token.contains(*odd)));
    let second = bench.refresh(&first["refresh_token"]).await.json();
    assert_eq!(fields(&second), fields(&fixture("token_refresh_success")));
    // The grant stays, both tokens are new.
    assert!(access(&second).starts_with(grant));
    assert_ne!(first["refresh_token"], second["refresh_token"]);
}

#[actix_web::test]
async fn controls_change_what_is_issued() {
    let bench = Bench::new();
    bench
        .control("odd_tokens=off&trailing_space=on&expires_in=7&refresh_expires_in=9")
        .await;
    let tokens = bench.tokens("").await;
    assert_eq!(
        tokens["token_type"],
        fixture("token_success_documented_trailing_space")["token_type"]
    );
    assert_eq!(
        (&tokens["expires_in"], &tokens["refresh_expires_in"]),
        (&7.into(), &9.into())
    );
    assert!(!access(&tokens).contains(['+', '/', '=']));
    assert_eq!(
        bench.get(&access(&tokens), "/v0/meta/whoami").await.status,
        200
    );
    bench.control("shift_s=7").await;
    assert_eq!(
        bench.get(&access(&tokens), "/v0/meta/whoami").await.status,
        401
    );
    bench.control("shift_s=9").await;
    assert_eq!(bench.refresh(&tokens["refresh_token"]).await.status, 400);
}

#[actix_web::test]
async fn an_integration_with_a_secret_must_show_it_and_in_the_header_only() {
    let bench = Bench::new();
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let right = basic("app:secret");
    let tokens = bench.tokens("").await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let with = |more: &[(&'static str, &'static str)]| [&pairs[..], more].concat();
    for (header, pairs) in [
        (None, with(&[])),
        (None, with(&[("client_id", "app")])),
        (
            None,
            with(&[("client_id", "app"), ("client_secret", "secret")]),
        ),
        (Some(right.clone()), with(&[("client_secret", "secret")])),
        (Some(right.clone()), with(&[("client_id", "other")])),
        (Some(basic("app:wrong")), with(&[])),
        (Some(basic("other:secret")), with(&[])),
        (Some("Basic ???".to_owned()), with(&[])),
        (Some("Bearer x".to_owned()), with(&[])),
    ] {
        let header = header.as_deref().map(|value| ("authorization", value));
        let headers: Vec<_> = [FORM].into_iter().chain(header).collect();
        let answer = bench.token_form(&headers, &pairs).await;
        assert_eq!(answer.status, 401, "{pairs:?}");
        assert_eq!(
            fields(&answer.json()),
            fields(&fixture("token_error_invalid_client"))
        );
        assert_eq!(answer.json()["error"], "invalid_client");
    }
    bench.control("client_secret_valid=off").await;
    assert_eq!(bench.token_call(&pairs).await.status, 401);
    bench.control("client_secret_valid=on").await;
    let url_alphabet = format!("Basic {}", URL_SAFE.encode("app:secret"));
    let headers = [FORM, ("authorization", url_alphabet.as_str())];
    let answer = bench
        .token_form(&headers, &with(&[("client_id", "app")]))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[actix_web::test]
async fn an_integration_without_a_secret_must_not_show_one_and_must_name_itself() {
    let bench = Bench::new();
    bench.control("secret=off").await;
    let code = bench.code("").await;
    let named = [&exchange_of(&code)[..], &[("client_id", "app")]].concat();
    let tokens = bench.bare_token_call(&named).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    let token = tokens.json()["refresh_token"].clone();
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str().unwrap()),
    ];
    let with = |name, value| [&pairs[..], &[(name, value)]].concat();
    assert_eq!(
        bench.token_call(&with("client_id", "app")).await.status,
        401
    );
    for (pairs, status, error) in [
        (pairs.to_vec(), 400, "invalid_request"),
        (with("client_id", "other"), 401, "invalid_client"),
        (
            [
                &with("client_id", "app")[..],
                &[("client_secret", "secret")],
            ]
            .concat(),
            401,
            "invalid_client",
        ),
        (with("client_id", "app"), 200, ""),
    ] {
        let answer = bench.bare_token_call(&pairs).await;
        assert_eq!(answer.status, status, "{pairs:?}");
        assert_eq!(answer.json()["error"].as_str().unwrap_or_default(), error);
    }
}

#[actix_web::test]
async fn a_code_is_spent_by_any_exchange() {
    let bench = Bench::new();
    let good = bench.code("").await;
    for (name, value, status, error) in [
        ("code_verifier", "", 400, "invalid_request"),
        ("code_verifier", "short", 400, "invalid_request"),
        (
            "code_verifier",
            &VERIFIER.replace('-', "~") as &str,
            400,
            "invalid_request",
        ),
        ("code_verifier", &"v".repeat(43), 400, "invalid_grant"),
        ("code_verifier", &"v".repeat(129), 400, "invalid_request"),
        ("redirect_uri", "", 400, "invalid_request"),
        (
            "redirect_uri",
            "http://localhost:8000/other",
            400,
            "invalid_grant",
        ),
        ("client_id", "other", 401, "invalid_client"),
    ] {
        let code = bench.code("").await;
        let pairs = exchange_of(&code).into_iter().filter(|pair| pair.0 != name);
        let more = [(name, value)]
            .into_iter()
            .filter(|pair| !pair.1.is_empty());
        let answer = bench
            .token_call(&pairs.chain(more).collect::<Vec<_>>())
            .await;
        assert_eq!(answer.status, status, "{name}={value}");
        assert_eq!(answer.json()["error"], error, "{name}={value}");
        assert_eq!(
            bench.exchange(&code).await.json(),
            fixture("token_error_invalid_grant")
        );
    }
    // What happened to the others did nothing to this one.
    assert_eq!(bench.exchange(&good).await.status, 200);
    assert_eq!(bench.exchange(&good).await.status, 400);
}

#[actix_web::test]
async fn the_text_about_the_verifier_is_the_one_that_was_quoted() {
    let bench = Bench::new();
    let code = bench.code("").await;
    let mut pairs = exchange_of(&code);
    let verifier = VERIFIER.replace('-', "~");
    pairs[3].1 = &verifier;
    assert_eq!(
        bench.token_call(&pairs).await.json(),
        fixture("token_error_invalid_request_code_verifier")
    );
}

#[actix_web::test]
async fn malformed_calls_are_refused() {
    let bench = Bench::new();
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let json = [("content-type", "application/json")];
    assert_eq!(
        bench.token_form(&json, &pairs).await.json()["error"],
        "invalid_request"
    );
    let twice = [&pairs[..], &pairs[1..]].concat();
    for (pairs, error) in [
        (twice.as_slice(), "invalid_request"),
        (&pairs[..1], "invalid_request"),
        (&[("grant_type", "password")], "unsupported_grant_type"),
        (&[], "invalid_request"),
        (&pairs[..], "invalid_grant"),
    ] {
        let answer = bench.token_call(pairs).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &error.into())
        );
    }
    let refused = bench.token_call(&[("grant_type", "password")]).await.json();
    assert_eq!(
        fields(&refused),
        fields(&fixture("token_error_unsupported_grant_type"))
    );
    let query = "/oauth2/v1/token?grant_type=refresh_token&refresh_token=x";
    let answer = bench.call(Method::POST, query, &[FORM], "").await;
    assert_eq!(answer.json()["error"], "invalid_request");
    for path in ["/oauth2/v1/revoke", "/oauth2/v1/introspect"] {
        let answer = bench.call(Method::POST, path, &[FORM], "token=x").await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (404, fixture("error_404_string"))
        );
    }
}

#[actix_web::test]
async fn a_second_refresh_is_a_conflict_first_and_an_error_later() {
    let bench = Bench::new();
    let first = bench.tokens("").await;
    let second = bench.refresh(&first["refresh_token"]).await.json();
    // The old access token has died with the refresh, the new one lives.
    let refused = bench.get(&access(&first), "/v0/meta/whoami").await;
    assert_eq!(refused.json(), fixture("error_401_invalid_token"));
    assert_eq!(
        bench.get(&access(&second), "/v0/meta/whoami").await.status,
        200
    );
    let conflict = bench.refresh(&first["refresh_token"]).await;
    assert_eq!(conflict.status, 409);
    let expected = fixture("token_error_409_conflict");
    assert_eq!(fields(&conflict.json()), fields(&expected));
    assert_eq!(conflict.json()["error"], expected["error"]);
    bench.control("grace_s=0").await;
    let late = bench.refresh(&first["refresh_token"]).await;
    assert_eq!(
        (late.status.as_u16(), late.json()),
        (400, fixture("token_error_invalid_grant"))
    );
    // Neither has hurt the grant.
    assert_eq!(bench.refresh(&second["refresh_token"]).await.status, 200);
    assert_eq!(bench.report().await["counters"]["conflict"], 1);
}

#[actix_web::test]
async fn eleven_refreshes_in_a_second_revoke_the_grant() {
    let bench = Bench::new();
    let tokens = bench.tokens("").await;
    let other = bench.tokens("").await;
    let second = bench.refresh(&tokens["refresh_token"]).await.json();
    for _ in 0..9 {
        assert_eq!(bench.refresh(&tokens["refresh_token"]).await.status, 409);
    }
    assert_eq!(bench.refresh(&tokens["refresh_token"]).await.status, 400);
    assert_eq!(bench.refresh(&second["refresh_token"]).await.status, 400);
    assert_eq!(
        bench.get(&access(&second), "/v0/meta/whoami").await.status,
        401
    );
    // The same person's other grant is another one.
    assert_eq!(
        bench.get(&access(&other), "/v0/meta/whoami").await.status,
        200
    );
}

#[actix_web::test]
async fn a_refresh_may_ask_for_less_and_not_for_more() {
    let bench = Bench::new();
    let tokens = bench.tokens("withhold_records=1").await;
    let ask = |token: Value, scope: &'static str| {
        let bench = &bench;
        async move {
            let token = token.as_str().unwrap();
            let pairs = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
                ("scope", scope),
            ];
            bench.token_call(&pairs).await
        }
    };
    let more = ask(tokens["refresh_token"].clone(), "data.records:read").await;
    assert_eq!(
        (more.status.as_u16(), &more.json()["error"]),
        (400, &"invalid_request".into())
    );
    let less = ask(tokens["refresh_token"].clone(), "schema.bases:read")
        .await
        .json();
    assert_eq!(less["scope"], "schema.bases:read");
    let who = bench.read(&access(&less), "/v0/meta/whoami").await;
    assert_eq!(who["scopes"], json!(["schema.bases:read"]));
    let whole = bench.refresh(&less["refresh_token"]).await.json();
    assert_eq!(whole["scope"], "schema.bases:read user.email:read");
}

#[actix_web::test]
async fn grants_end_by_the_tester_s_hand() {
    let bench = Bench::new();
    let tokens = bench.tokens("").await;
    bench.control("expire_tokens=1").await;
    assert_eq!(
        bench.get(&access(&tokens), "/v0/meta/whoami").await.status,
        401
    );
    let again = bench.refresh(&tokens["refresh_token"]).await.json();
    assert_eq!(
        bench.get(&access(&again), "/v0/meta/whoami").await.status,
        200
    );
    bench.control("withdraw=1").await;
    assert_eq!(
        bench.get(&access(&again), "/v0/meta/whoami").await.status,
        401
    );
    assert_eq!(bench.refresh(&again["refresh_token"]).await.status, 400);
}

#[actix_web::test]
async fn a_lost_answer_has_rotated_the_tokens() {
    let bench = Bench::new();
    let tokens = bench.tokens("").await;
    bench
        .control("fail_next=1&fail_kind=lost&fail_on=token")
        .await;
    assert!(
        bench
            .refresh(&tokens["refresh_token"])
            .await
            .body
            .is_empty()
    );
    assert_eq!(bench.refresh(&tokens["refresh_token"]).await.status, 409);
    assert_eq!(
        bench.get(&access(&tokens), "/v0/meta/whoami").await.status,
        401
    );
}

#[actix_web::test]
async fn grants_and_controls_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Store::open(Some(folder.path().join("state.json"))).unwrap();
    let before = Bench::with_store(open());
    let tokens = before.tokens("").await;
    before.control("bases=2&unreadable=off").await;
    let after = Bench::with_store(open());
    let list = after.read(&access(&tokens), "/v0/meta/bases").await;
    assert_eq!(list["bases"].as_array().map(Vec::len), Some(2));
    assert_eq!(after.refresh(&tokens["refresh_token"]).await.status, 200);
    assert_eq!(REDIRECT.len(), 58);
}
