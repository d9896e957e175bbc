//! Faults on demand, and the tester's own pages.

use actix_web::http::Method;

use super::support::Bench;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

#[actix_web::test]
async fn each_fault_is_what_it_says() {
    let bench = Bench::new();
    let token = bench.token().await;
    for (kind, status) in [
        ("429", 429),
        ("429daily", 429),
        ("500", 500),
        ("502html", 502),
        ("423", 423),
        ("477", 477),
        ("html200", 200),
        ("truncated", 200),
        ("emptypage", 200),
        ("extra", 200),
    ] {
        bench
            .control(&format!("fail_next=1&fail_kind={kind}&fail_on=contacts"))
            .await;
        // A call of another target does not take the fault.
        assert_eq!(
            bench.get(&token, "/crm/objects/2026-09/deals").await.status,
            200
        );
        let answer = bench.get(&token, CONTACTS).await;
        assert_eq!(answer.status.as_u16(), status, "{kind}");
        assert!(
            answer.header("x-hubspot-correlation-id").is_some(),
            "{kind}"
        );
        match kind {
            "477" => assert_eq!(answer.header("retry-after"), Some("10")),
            "429daily" => assert_eq!(answer.json()["policyName"], "DAILY"),
            "502html" | "html200" => assert_eq!(
                answer.header("content-type"),
                Some("text/html;charset=utf-8")
            ),
            "truncated" => assert!(answer.json().is_null() && !answer.body.is_empty()),
            "extra" => assert!(answer.json()["results"][0]["fieldOfTomorrow"].is_object()),
            _ => {}
        }
        assert_eq!(
            bench.get(&token, CONTACTS).await.json()["results"]
                .as_array()
                .map(Vec::len),
            Some(10)
        );
    }
}

#[actix_web::test]
async fn an_empty_page_leads_on_to_the_page_it_replaced() {
    let bench = Bench::new();
    let token = bench.token().await;
    let real = bench.get(&token, CONTACTS).await.json();
    bench.control("fail_next=1&fail_kind=emptypage").await;
    let empty = bench.get(&token, CONTACTS).await.json();
    assert_eq!(empty["results"].as_array().map(Vec::len), Some(0));
    let after = empty["paging"]["next"]["after"]
        .as_str()
        .unwrap()
        .replace('=', "%3D");
    let next = bench
        .get(&token, &format!("{CONTACTS}?after={after}"))
        .await
        .json();
    assert_eq!(next["results"], real["results"]);
}

#[actix_web::test]
async fn a_failed_token_call_does_no_work() {
    let bench = Bench::new();
    let code = bench.code().await;
    bench
        .control("fail_next=1&fail_kind=500&fail_on=token")
        .await;
    assert_eq!(bench.exchange(&code).await.status, 500);
    assert_eq!(bench.exchange(&code).await.status, 200);
}

#[actix_web::test]
async fn the_state_counts_and_keeps_secrets() {
    let bench = Bench::new();
    let tokens = bench.exchange(&bench.code().await).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    bench.refresh(&tokens["refresh_token"]).await;
    bench.get(access, CONTACTS).await;
    bench
        .api(access, Method::POST, &format!("{CONTACTS}/search"), "{}")
        .await;
    let answer = bench.call(Method::GET, "/_sandbox/state", &[], "").await;
    let state = answer.json();
    for (name, count) in [
        ("token", 2),
        ("token_authorization_code", 1),
        ("token_refresh", 1),
        ("list_contacts", 1),
        ("search", 1),
    ] {
        assert_eq!(state["counters"][name], count, "{name}");
    }
    assert_eq!(
        (&state["grants"], &state["access_tokens"]),
        (&1.into(), &2.into())
    );
    assert_eq!(state["controls"]["contacts"], 2_500);
    for secret in ["access_token", "refresh_token"] {
        assert!(!answer.text().contains(tokens[secret].as_str().unwrap()));
    }
}

#[actix_web::test]
async fn the_controls_answer_people_and_programs() {
    let bench = Bench::new();
    let page = bench.call(Method::GET, "/_sandbox", &[], "").await;
    assert!(page.text().contains("name=\"fail_kind\""));
    let form = ("content-type", "application/x-www-form-urlencoded");
    let json = [form, ("accept", "application/json")];
    let answer = bench
        .call(Method::POST, "/_sandbox/controls", &json, "deals=9")
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["deals"]),
        (200, &9.into())
    );
    assert_eq!(
        bench
            .call(Method::POST, "/_sandbox/controls", &json, "deal=9")
            .await
            .status,
        400
    );
    for (origin, status) in [
        ("http://evil.example", 403),
        ("null", 403),
        ("http://localhost:1", 303),
    ] {
        let answer = bench
            .call(
                Method::POST,
                "/_sandbox/controls",
                &[form, ("origin", origin)],
                "",
            )
            .await;
        assert_eq!(answer.status.as_u16(), status, "{origin}");
    }
}

#[actix_web::test]
async fn a_reset_keeps_the_grants() {
    let bench = Bench::new();
    let token = bench.token().await;
    bench.control("contacts=5&burst=2").await;
    bench
        .api(
            &token,
            Method::DELETE,
            &format!("{CONTACTS}/713000037703"),
            "",
        )
        .await;
    bench.control("reset=1").await;
    let page = bench.get(&token, &format!("{CONTACTS}?limit=100")).await;
    assert_eq!(page.json()["results"].as_array().map(Vec::len), Some(100));
    assert_eq!(page.header("x-hubspot-ratelimit-remaining"), Some("109"));
}
