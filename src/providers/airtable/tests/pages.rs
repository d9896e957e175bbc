//! Lists: how they are asked for, and where their pages end.

use super::*;
use crate::outbound::CallError;
use crate::providers::airtable::wire;
use crate::testing::http::expected;

#[tokio::test]
async fn bases_are_asked_for_by_their_offset_alone() {
    let server = Server::in_turn([reply("bases_page1_with_offset.json")]).await;
    let step = Fetch::first("bases");
    let fetched = fetch(&server, &step).await.expect("a page");
    let offset = "itr23sEjsdfEr3282/appSW9R5uCNmRmfl6";
    assert_eq!(fetched.next[0], step.page_at(offset));
    fetch(&server, &fetched.next[0]).await.expect("a page");
    let seen = server.seen();
    assert_eq!(seen[0].target, "/v0/meta/bases");
    assert_eq!(
        seen[1].target,
        "/v0/meta/bases?offset=itr23sEjsdfEr3282%2FappSW9R5uCNmRmfl6"
    );
    for seen in seen {
        assert_eq!(seen.method, "GET");
        assert_eq!(
            seen.header("authorization"),
            Some("Bearer secret-access-token")
        );
        assert!(!seen.target.contains("secret"));
    }
}

#[tokio::test]
async fn tables_are_asked_for_whole() {
    let server = Server::in_turn([reply("tables_minimal.json")]).await;
    let step = tables_of(json!({"id": "app/1 ?#%", "name": "Odd"})).await;
    fetch(&server, &step).await.expect("tables");
    assert_eq!(
        server.only().target,
        "/v0/meta/bases/app%2F1%20%3F%23%25/tables"
    );
}

#[tokio::test]
async fn records_are_asked_for_by_ids_and_with_their_primary_field_alone() {
    let server = Server::in_turn([reply("records_page1_with_offset.json")]).await;
    let step = leads().await;
    let fetched = fetch(&server, &step).await.expect("a page");
    assert_eq!(fetched.items.len(), 100);
    let offset = "itrqdYWaANUFkLJQn/reczVr781Z0UPpmgU";
    assert_eq!(fetched.next, [step.page_at(offset)]);
    fetch(&server, &fetched.next[0]).await.expect("a page");
    let seen = server.seen();
    assert!(seen.iter().all(|seen| seen.path() == "/v0/app1/tbl1"));
    let mut sent = vec![
        ("pageSize", "100"),
        ("returnFieldsByFieldId", "true"),
        ("fields[]", "fld1"),
    ];
    assert_eq!(seen[0].query(), expected(&sent));
    sent.push(("offset", offset));
    assert_eq!(seen[1].query(), expected(&sent));
    assert!(
        seen[1]
            .target
            .contains("offset=itrqdYWaANUFkLJQn%2FreczVr781Z0UPpmgU")
    );
}

#[tokio::test]
async fn ids_of_any_sort_stay_one_segment() {
    let server = Server::in_turn([reply("records_empty_table.json")]).await;
    let step = records_of(json!({"id": "tbl/2 ?#%", "primaryFieldId": "a&b=c"})).await;
    fetch(&server, &step).await.expect("a page");
    assert_eq!(server.only().path(), "/v0/app1/tbl%2F2%20%3F%23%25");
    assert!(
        server
            .only()
            .query()
            .contains(&("fields[]".to_owned(), "a&b=c".to_owned()))
    );
}

#[tokio::test]
async fn without_a_primary_field_all_fields_come() {
    let server = Server::in_turn([reply("records_empty_table.json")]).await;
    for primary in [json!(null), json!(""), json!(7)] {
        let step = records_of(json!({"id": "tbl1", "primaryFieldId": primary})).await;
        fetch(&server, &step).await.expect("a page");
    }
    fetch(&server, &records_of(json!({"id": "tbl1"})).await)
        .await
        .expect("a page");
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| !seen.target.contains("fields"))
    );
}

#[tokio::test]
async fn a_list_ends_without_an_offset_and_goes_on_with_any_other() {
    let steps = [Fetch::first("bases"), leads().await];
    for (offset, next) in [
        (json!(null), None),
        (json!(""), None),
        (json!("itr/rec"), Some("itr/rec")),
    ] {
        for step in &steps {
            let body = json!({"bases": [], "records": [], "offset": offset});
            let fetched = brought(step, body).await;
            let steps: Vec<_> = next.map(|next| step.page_at(next)).into_iter().collect();
            assert_eq!(fetched.next, steps, "{offset}");
            // The same offset again is passed on: it is for the load to notice.
            let again = brought(
                &step.page_at("itr/rec"),
                json!({"bases": [], "records": [], "offset": offset}),
            )
            .await;
            assert_eq!(again.next, steps, "{offset}");
        }
    }
    for step in &steps {
        let fetched = brought(step, json!({"bases": [], "records": []})).await;
        assert!(fetched.next.is_empty() && fetched.items.is_empty());
    }
}

#[tokio::test]
async fn a_load_goes_from_bases_to_tables_to_records() {
    let server = Server::start(|request| match request.path() {
        "/v0/meta/bases" => reply("bases_single_page.json"),
        "/v0/meta/bases/appBeIpEI3hxUKRMo/tables" => reply("tables_project_management.json"),
        "/v0/appBeIpEI3hxUKRMo/tblUjn1mvv35fQ0c3" => reply("records_last_page.json"),
        other => panic!("asked for {other}"),
    })
    .await;
    let bases = fetch(&server, &Fetch::first("bases")).await.expect("bases");
    assert_eq!((bases.items.len(), bases.next.len()), (11, 11));
    let of_base = bases
        .next
        .iter()
        .find(|step| step.list == "appBeIpEI3hxUKRMo");
    let tables = fetch(&server, of_base.expect("a step"))
        .await
        .expect("tables");
    assert_eq!((tables.items.len(), tables.next.len()), (4, 4));
    let of_table = tables
        .next
        .iter()
        .find(|step| step.list.ends_with("/tblUjn1mvv35fQ0c3"));
    let of_table = of_table.expect("a step");
    assert_eq!(
        of_table.title.as_deref(),
        Some("Project Management / Tasks")
    );
    assert!(bases.next.iter().all(|step| step.lane == step.list));
    assert!(
        tables
            .next
            .iter()
            .all(|step| step.lane == "appBeIpEI3hxUKRMo")
    );
    let records = fetch(&server, of_table).await.expect("records");
    assert_eq!((records.items.len(), records.next.len()), (1, 0));
}

#[tokio::test]
async fn a_stream_that_airtable_does_not_have_is_not_asked_for() {
    let server = Server::in_turn([reply("bases_empty.json")]).await;
    let error = fetch(&server, &Fetch::first("butterflies"))
        .await
        .expect_err("a failure");
    assert!(
        matches!(error, FetchError::Call(CallError::Broken(_))),
        "{error:?}"
    );
    assert!(server.seen().is_empty());
}

#[test]
fn records_come_only_when_they_are_asked_for() {
    let by_default = PROFILE.streams.iter().filter(|stream| stream.by_default);
    let by_default: Vec<_> = by_default.map(|stream| stream.id).collect();
    assert_eq!(by_default, ["bases", "tables"]);
    let records = PROFILE.stream("records").expect("a stream");
    assert_eq!(
        records.lacks(&["schema.bases:read".to_owned()]),
        Some("data.records:read")
    );
}

#[test]
fn a_row_without_an_id_does_not_cost_the_others_and_an_odd_offset_is_no_end() {
    let rows = json!([null, 5, {"id": ""}, {"id": null}, {"name": "x"}, {"id": "1"}]);
    let bases: wire::Bases = serde_json::from_value(json!({"bases": rows})).expect("bases");
    assert_eq!(bases.bases.len(), 1);
    for offset in [json!(7), json!({}), json!(["x"])] {
        let body = json!({"bases": [], "offset": offset});
        assert!(
            serde_json::from_value::<wire::Bases>(body).is_err(),
            "{offset}"
        );
    }
}
