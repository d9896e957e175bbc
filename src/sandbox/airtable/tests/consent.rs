//! The authorize address and the consent page, as a browser and an app meet them.

use actix_web::http::Method;

use super::support::{
    Bench, REDIRECT, SCOPES, STATE, access, back, fields, fixture, person, query,
};
use crate::sandbox::params::Params;

async fn ask(bench: &Bench, query: &str) -> crate::sandbox::bench::Answer {
    let uri = format!("/oauth2/v1/authorize?{query}");
    bench.call(Method::GET, &uri, &[], "").await
}

#[actix_web::test]
async fn the_page_shows_what_is_asked_and_carries_it_on() {
    let bench = Bench::new();
    let page = ask(&bench, &query(&[])).await;
    assert_eq!(page.status, 200);
    for part in [
        "id=\"allow\"",
        "id=\"deny\"",
        "name=\"account\"",
        "name=\"share\"",
        "withhold_records",
        STATE,
        person(2),
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    assert_eq!(bench.report().await["counters"]["authorize"], 1);
}

#[actix_web::test]
async fn a_stranger_is_told_on_a_page_and_never_by_a_redirect() {
    let bench = Bench::new();
    for wrong in [
        query(&[("client_id", "other")]),
        query(&[("client_id", "")]),
        query(&[("redirect_uri", "")]),
        query(&[("redirect_uri", &format!("{REDIRECT}/"))]),
        // Registered, but against the rules for registering.
        query(&[("redirect_uri", "http://10.0.0.1/callback")]),
        format!("{}&client_id=app", query(&[])),
        // Who asks comes before what is asked.
        query(&[("client_id", "other"), ("scope", "nonsense")]),
    ] {
        let answer = ask(&bench, &wrong).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, None),
            "{wrong}"
        );
        assert!(answer.text().contains("authorize-error"), "{wrong}");
    }
}

#[actix_web::test]
async fn every_other_problem_goes_back_to_the_app() {
    let bench = Bench::new();
    let long = "s".repeat(1_025);
    let cases: [(&[(&str, &str)], &str); 17] = [
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "schema.bases:read nonsense")], "invalid_scope"),
        (
            &[("scope", "schema.bases:read  data.records:read")],
            "invalid_scope",
        ),
        (
            &[("scope", "data.records:read data.records:read")],
            "invalid_scope",
        ),
        (&[("state", "")], "invalid_request"),
        (&[("state", "fifteen-letters")], "invalid_request"),
        (&[("state", &long)], "invalid_request"),
        (&[("state", "sixteen~letters~")], "invalid_request"),
        (&[("state", "sixteen letters+")], "invalid_request"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("code_challenge", &"+".repeat(43))], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        // The first problem counts.
        (
            &[("response_type", "token"), ("scope", "")],
            "unsupported_response_type",
        ),
    ];
    for (changes, error) in cases {
        let told = back(&ask(&bench, &query(changes)).await);
        assert_eq!(told.text("error"), error, "{changes:?}");
        assert!(!told.text("error_description").is_empty() && !told.has("code"));
        let sent = changes.iter().find(|(name, _)| *name == "state");
        let expected = sent.map_or(STATE, |(_, state)| *state);
        assert_eq!(
            (told.text("state"), told.has("state")),
            (expected, !expected.is_empty())
        );
    }
    let repeated = format!("{}&state={STATE}", query(&[]));
    assert_eq!(
        back(&ask(&bench, &repeated).await).text("error"),
        "invalid_request"
    );
}

fn names(params: &Params) -> Vec<String> {
    let mut names: Vec<String> = params.iter().map(|(name, _)| format!("/{name}")).collect();
    names.sort();
    names
}

#[actix_web::test]
async fn the_callback_has_the_parameters_of_the_reference() {
    let bench = Bench::new();
    let allowed = bench.decide("decision=allow").await;
    assert_eq!(names(&allowed), fields(&fixture("callback_success_query")));
    assert_eq!(
        (allowed.text("state"), allowed.text("code_challenge_method")),
        (STATE, "S256")
    );
    let denied = bench.decide("decision=deny").await;
    assert_eq!(
        names(&denied),
        fields(&fixture("callback_error_access_denied_query"))
    );
    assert_eq!(denied.text("error"), "access_denied");
    let counters = &bench.report().await["counters"];
    assert_eq!(
        (&counters["allowed"], &counters["denied"]),
        (&1.into(), &1.into())
    );
}

#[actix_web::test]
async fn the_page_escapes_what_the_app_sends_and_a_foreign_page_cannot_consent() {
    let bench = Bench::new();
    let uri = format!("{}&nonce=%22%3E%3Cscript%3E", query(&[]));
    assert!(!ask(&bench, &uri).await.text().contains("<script>"));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "http://evil.example"),
    ];
    let body = format!("{}&decision=allow", query(&[]));
    let answer = bench
        .call(Method::POST, "/oauth2/v1/authorize", &headers, &body)
        .await;
    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn person_scopes_and_bases_follow_the_consent() {
    let bench = Bench::new();
    bench.control("rate_limit=off").await;
    for (more, bases, email) in [
        ("account=usrSampleUser0001&share=all".to_owned(), 9, true),
        (format!("account={}&share=all", person(1)), 9, true),
        (format!("account={}&share=all", person(2)), 0, true),
        ("share=some&withhold_email=1".to_owned(), 5, false),
        ("share=none".to_owned(), 0, true),
    ] {
        let tokens = bench.tokens(&more).await;
        let token = access(&tokens);
        let list = bench.read(&token, "/v0/meta/bases").await;
        assert_eq!(
            list["bases"].as_array().map(Vec::len),
            Some(bases),
            "{more}"
        );
        let who = bench.read(&token, "/v0/meta/whoami").await;
        assert_eq!(who["email"].is_string(), email, "{more}");
        assert_eq!(
            tokens["scope"]
                .as_str()
                .unwrap()
                .contains("user.email:read"),
            email
        );
    }
}

#[actix_web::test]
async fn a_withheld_scope_is_a_403_and_not_a_401() {
    let bench = Bench::new();
    let token = access(&bench.tokens("withhold_schema=1").await);
    let answer = bench.get(&token, "/v0/meta/bases").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (403, fixture("error_403_model_not_found"))
    );
    let schema = access(&bench.tokens("withhold_records=1").await);
    let bases = bench.read(&schema, "/v0/meta/bases").await;
    let base = bases["bases"][0]["id"].as_str().unwrap();
    let tables = bench
        .read(&schema, &format!("/v0/meta/bases/{base}/tables"))
        .await;
    let table = tables["tables"][0]["id"].as_str().unwrap();
    assert_eq!(
        bench
            .get(&schema, &format!("/v0/{base}/{table}"))
            .await
            .status,
        403
    );
    assert_eq!(SCOPES.split(' ').count(), 3);
}
