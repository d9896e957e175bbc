//! The authorize address and the consent page, as an app and a browser meet them.

use actix_web::http::Method;

use super::support::{Bench, fixture, query};
use crate::sandbox::params::Params;

async fn ask(bench: &Bench, query: &str) -> super::support::Answer {
    let uri = format!("/v1/oauth/authorize?{query}");
    bench.call(Method::GET, &uri, &[], "").await
}

#[actix_web::test]
async fn the_page_offers_workspaces_and_pages_and_ignores_pkce() {
    let bench = Bench::new();
    let asked = format!(
        "{}&state=a%20b&code_challenge=x&code_challenge_method=S256",
        query()
    );
    let page = ask(&bench, &asked).await;
    assert_eq!(page.status, 200);
    for part in [
        "id=\"allow\"",
        "id=\"deny\"",
        ">Cancel<",
        "name=\"account\"",
        "value=\"second\"",
        "value=\"empty\"",
        "name=\"share\"",
        "value=\"a b\"",
        "not Notion",
    ] {
        assert!(page.text().contains(part), "{part}");
    }
    assert!(!page.text().contains("code_challenge"));
}

#[actix_web::test]
async fn a_wrong_client_or_redirect_is_never_told_to_the_app() {
    let bench = Bench::new();
    for wrong in [
        query().replace("client_id=app", "client_id=other"),
        query().replace("oauth2callback", "elsewhere"),
        query().replace("oauth2callback", "oauth2callback%2F"),
        query().replace("redirect_uri", "redirect"),
    ] {
        for answer in [
            ask(&bench, &wrong).await,
            bench
                .form("/v1/oauth/authorize", &format!("{wrong}&decision=allow"))
                .await,
        ] {
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (400, None),
                "{wrong}"
            );
            assert!(answer.text().contains("id=\"authorize-error\""));
        }
    }
}

#[actix_web::test]
async fn other_faults_of_a_request_go_back() {
    let bench = Bench::new();
    for (wrong, error) in [
        (
            query().replace("=code", "=token"),
            "unsupported_response_type",
        ),
        (
            query().replace("owner=user", "owner=workspace"),
            "invalid_request",
        ),
        (
            query().replace("&response_type=code", ""),
            "invalid_request",
        ),
    ] {
        let answer = ask(&bench, &wrong).await;
        assert!(
            answer
                .header("location")
                .unwrap()
                .ends_with(&format!("?error={error}&state="))
        );
    }
}

#[actix_web::test]
async fn what_comes_back_is_as_documented() {
    let bench = Bench::new();
    let expected = fixture("callback_queries");
    let names = |query: &Params| {
        query
            .iter()
            .map(|(name, _)| name.to_owned())
            .collect::<Vec<_>>()
    };
    for (decision, name) in [
        ("state=FAKE-state-1&decision=allow", "approved"),
        ("state=FAKE-state-1&decision=deny", "denied"),
        ("decision=deny", "denied_without_state"),
    ] {
        let back = bench.decide(decision).await;
        let documented = Params::parse(expected[name].as_str().unwrap().as_bytes());
        assert_eq!(names(&back), names(&documented));
        for part in ["error", "state"] {
            assert_eq!(back.text(part), documented.text(part));
        }
    }
}

#[actix_web::test]
async fn a_consent_is_checked_again() {
    let bench = Bench::new();
    for more in [
        "decision=allow&account=nowhere",
        "decision=allow&share=some",
        "decision=maybe",
        "",
    ] {
        let answer = bench
            .form("/v1/oauth/authorize", &format!("{}&{more}", query()))
            .await;
        assert!(answer.text().contains("authorize-error"), "{more}");
    }
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "http://evil.example"),
    ];
    let body = format!("{}&decision=allow", query());
    let answer = bench
        .call(Method::POST, "/v1/oauth/authorize", &headers, &body)
        .await;
    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn the_page_escapes_what_the_app_sends() {
    let page = ask(
        &Bench::new(),
        &format!("{}&state=%22%3E%3Cscript%3E", query()),
    )
    .await;
    assert!(!page.text().contains("<script>"));
}
