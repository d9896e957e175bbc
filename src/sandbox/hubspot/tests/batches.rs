//! Batch reads.

use actix_web::http::Method;
use serde_json::json;

use super::support::Bench;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

#[actix_web::test]
async fn a_batch_gives_what_is_there() {
    let bench = Bench::new();
    let token = bench.token().await;
    let page = bench
        .get(&token, &format!("{CONTACTS}?limit=2"))
        .await
        .json();
    let ids: Vec<&str> = (0..2)
        .map(|place| page["results"][place]["id"].as_str().unwrap())
        .collect();
    let ask = |ids: Vec<&str>| json!({ "inputs": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    let uri = format!("{CONTACTS}/batch/read");
    let all = bench
        .api(&token, Method::POST, &uri, &ask(ids.clone()).to_string())
        .await;
    assert_eq!(
        (
            all.status.as_u16(),
            all.json()["results"].as_array().map(Vec::len)
        ),
        (200, Some(2))
    );
    assert_eq!(all.json()["status"], "COMPLETE");
    let some = bench
        .api(
            &token,
            Method::POST,
            &uri,
            &ask(vec![ids[0], "999999999999"]).to_string(),
        )
        .await;
    assert_eq!(
        (some.status.as_u16(), &some.json()["numErrors"]),
        (207, &1.into())
    );
    assert_eq!(
        some.json()["errors"][0],
        json!({ "status": "error", "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",
        "context": { "ids": ["999999999999"] } })
    );
    let many = ask(vec![ids[0]; 101]).to_string();
    assert_eq!(
        bench.api(&token, Method::POST, &uri, &many).await.status,
        400
    );
}
