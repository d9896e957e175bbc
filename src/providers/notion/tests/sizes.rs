//! A search that takes Notion itself too long is asked for fewer rows at a time.

use super::*;
use crate::outbound::CallError;

/// Answers searches of up to `size` rows; to larger ones it says that they took too long.
async fn quick_up_to(size: u64) -> Server {
    let page = reply("search_2026-03-11_last.json");
    let slow = reply("error_gateway_timeout.json");
    Server::start(move |request| {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        let asked = body["page_size"].as_u64().expect("a size");
        let answer = if asked <= size { &page } else { &slow };
        answer.clone()
    })
    .await
}

fn sizes(server: &Server) -> Vec<u64> {
    let bodies = server.seen().into_iter().map(|seen| seen.body);
    let bodies = bodies.map(|body| serde_json::from_str::<Value>(&body).expect("JSON"));
    assert!(
        bodies.clone().all(|body| body["start_cursor"] == "c"),
        "the cursor stays"
    );
    bodies
        .filter_map(|body| body["page_size"].as_u64())
        .collect()
}

#[tokio::test]
async fn a_504_asks_for_fewer_rows_down_to_ten() {
    let all = [100, 50, 25, 10];
    for (size, asked) in [(100, 1), (50, 2), (25, 3), (10, 4)] {
        let server = quick_up_to(size).await;
        let step = Fetch::first("pages").page_at("c");
        let fetched = fetch(&server, &step).await.expect("a page");
        assert_eq!(fetched.items.len(), 10);
        assert_eq!(sizes(&server), all[..asked]);
    }
}

#[tokio::test]
async fn what_is_too_slow_for_ten_rows_fails_after_the_usual_tries() {
    let server = quick_up_to(9).await;
    let step = Fetch::first("pages").page_at("c");
    let error = fetch(&server, &step).await.expect_err("a failure");
    assert!(
        matches!(
            error,
            FetchError::Call(CallError::Failing { status: 504, .. })
        ),
        "{error:?}"
    );
    assert_eq!(sizes(&server), [100, 50, 25, 10, 10, 10, 10, 10, 10]);
}

#[tokio::test]
async fn what_fewer_rows_do_not_mend_is_tried_like_any_call() {
    let failing = Reply::new(503, "{}");
    let limited = Reply::new(429, "{}").with("retry-after", "0");
    for trouble in [failing, limited, Reply::Reset] {
        let mut replies = vec![trouble; 5];
        replies.push(reply("search_2026-03-11_last.json"));
        let server = Server::in_turn(replies).await;
        let step = Fetch::first("pages").page_at("c");
        let fetched = fetch(&server, &step).await.expect("a page");
        assert_eq!(fetched.items.len(), 10);
        assert_eq!(sizes(&server), [100; 6]);
    }
}

#[tokio::test]
async fn a_failure_in_between_does_not_end_the_search_for_a_size() {
    let replies = [503, 504, 504, 503, 503, 504, 504].map(|status| Reply::new(status, "{}"));
    let last = reply("search_2026-03-11_last.json");
    let server = Server::in_turn(replies.into_iter().chain([last])).await;
    let step = Fetch::first("pages").page_at("c");
    let fetched = fetch(&server, &step).await.expect("a page");
    assert_eq!(fetched.items.len(), 10);
}
