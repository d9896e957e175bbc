//! Notion's tokens: no permissions to ask for, no known end, and now and then nothing to refresh with.

use std::collections::BTreeMap;

use super::notion;

#[tokio::test(flavor = "multi_thread")]
async fn the_authorize_address_has_an_owner_and_no_challenge() {
    let mut case = notion().await;
    case.page().await;
    let answer = case.ada.post_once("/connections/notion/connect", &[]).await;
    let address = answer.location().expect("to Notion");
    let query: BTreeMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(query["owner"], "user");
    assert_eq!(query["response_type"], "code");
    let names: Vec<&String> = query.keys().collect();
    assert_eq!(
        names,
        [
            "client_id",
            "owner",
            "redirect_uri",
            "response_type",
            "state"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_refresh_token_the_first_refusal_asks_for_a_reconnect() {
    for kind in ["null", "absent"] {
        let mut case = notion().await;
        case.control(&[("refresh_tokens", kind)]).await;
        case.connect(&[]).await;
        let page = case.load_all().await;
        case.assert_whole(&page, kind).await;
        let before = case.ids().await;
        case.control(&[("expire_tokens", "1"), ("reset_counters", "1")])
            .await;
        let page = case.load(&["pages"]).await;
        assert_eq!(page.state(), "action_needed", "{kind}");
        assert_eq!(page.outcome("Pages"), "failed");
        let calls = (case.calls("search_pages").await, case.calls("token").await);
        assert_eq!(
            calls,
            (1, 0),
            "{kind}: one call, and nothing to refresh with"
        );
        assert_eq!(case.ids().await, before, "{kind}");
        case.load(&["pages"]).await;
        assert_eq!(
            case.calls("search_pages").await,
            1,
            "{kind}: it was tried again"
        );
        assert_eq!(case.connect(&[]).await.state(), "connected");
        let page = case.load_all().await;
        case.assert_whole(&page, kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_revokes_even_without_a_refresh_token() {
    let mut case = notion().await;
    case.control(&[("refresh_tokens", "absent")]).await;
    case.connect(&[]).await;
    assert_eq!(case.world.state_of("notion").await["grants"], 1);
    let page = case.ada.post("/connections/notion/disconnect", &[]).await;
    assert!(
        page.text_of(".banner").contains("Notion confirmed"),
        "{}",
        page.text
    );
    assert_eq!(case.calls("revoke").await, 1);
    assert_eq!(case.world.state_of("notion").await["grants"], 0);
}
