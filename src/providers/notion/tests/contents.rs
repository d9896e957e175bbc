//! What stands on a page.

use super::*;
use crate::outbound::CallError;
use crate::providers::{BlockKind, Content, ContentError, Contents, Stop};
use crate::testing::http::Request;

const PAGE: &str = "05806ada-5682-8a7a-af9d-53d62d79342a";

pub(super) async fn read(server: &Server) -> Result<Content, ContentError> {
    let account = Account::default();
    Notion.read(&call(server), &account, "Page", PAGE).await
}

/// A list of blocks, and where it goes on.
pub(super) fn list(blocks: &[Value], next: Option<&str>) -> Reply {
    let body = json!({"object": "list", "results": blocks, "next_cursor": next, "has_more": next.is_some()});
    Reply::new(200, body.to_string())
}

pub(super) fn block(kind: &str, inside: Value) -> Value {
    json!({"object": "block", "id": "b", "type": kind, kind: inside, "has_children": false})
}

pub(super) fn said(text: &str) -> Value {
    json!({"rich_text": [{"plain_text": text}]})
}

/// A block that others lie in, which are asked for by this id.
fn holding(id: &str, kind: &str, inside: Value) -> Value {
    let mut block = block(kind, inside);
    block["id"] = json!(id);
    block["has_children"] = json!(true);
    block
}

/// What is said, each with its depth.
fn lines(content: &Content) -> Vec<(u8, &str)> {
    let blocks = content.blocks.iter();
    blocks
        .map(|block| (block.depth, block.text.as_str()))
        .collect()
}

/// Which block's children were asked for.
fn of(request: &Request) -> &str {
    request.path().split('/').nth(3).unwrap_or_default()
}

#[tokio::test]
async fn a_recorded_page_is_read_and_what_lies_on_it_is_named() {
    let server = Server::in_turn([reply("block_children.json")]).await;
    let content = read(&server).await.expect("content");
    assert!(content.stops.is_empty());
    let expected = [
        (
            BlockKind::Paragraph,
            "Updated paragraph text from test action test",
            None,
        ),
        (
            BlockKind::ChildPage,
            "Test Page for Archive Mock",
            Some("f4f42155-5d67-80ac-ac85-fbb778606d99"),
        ),
        (
            BlockKind::ChildDatabase,
            "Test Database for Data Sources",
            Some("0b82aae4-7d0c-8a2e-add7-6d9b085d8b75"),
        ),
    ];
    for (block, (kind, text, item)) in content.blocks.iter().zip(expected) {
        assert_eq!(
            (&block.kind, block.text.as_str(), block.item.as_deref()),
            (&kind, text, item)
        );
    }
    let seen = server.only();
    assert_eq!(seen.path(), format!("/v1/blocks/{PAGE}/children"));
    assert_eq!(seen.query(), [("page_size".to_owned(), "100".to_owned())]);
}

#[tokio::test]
async fn what_is_nested_follows_what_it_lies_in() {
    let server = Server::start(|request| match (of(request), request.query().len()) {
        (PAGE, 1) => list(
            &[
                holding("toggle", "toggle", said("one")),
                holding("table", "table", json!({"table_width": 1})),
                holding("own", "child_page", json!({"title": "page"})),
            ],
            Some("more"),
        ),
        (PAGE, _) => list(
            &[
                holding("foreign", "synced_block", json!({})),
                block("paragraph", said("last")),
            ],
            None,
        ),
        ("toggle", _) => list(&[holding("deep", "quote", said("two"))], None),
        ("deep", _) => list(&[block("paragraph", said("three"))], None),
        ("table", _) => list(&[block("callout", said("row"))], None),
        ("foreign", _) => testing::reply(PROFILE.id, "error_object_not_found.json"),
        other => panic!("{other:?} was asked for"),
    })
    .await;
    let content = read(&server).await.expect("content");
    assert_eq!(
        lines(&content),
        [
            (0, "one"),
            (1, "two"),
            (2, "three"),
            (0, "row"),
            (0, "page"),
            (0, ""),
            (0, "last"),
        ]
    );
    assert_eq!(content.blocks[5].kind, BlockKind::Unread);
    assert!(content.stops.is_empty());
    let cursor = ("start_cursor".to_owned(), "more".to_owned());
    assert!(
        server
            .seen()
            .iter()
            .any(|request| request.query().contains(&cursor))
    );
}

#[tokio::test]
async fn it_ends_somewhere_and_says_where() {
    // A document that is endlessly long, deep, or in small pieces.
    let long = |_: &Request| list(&vec![block("paragraph", said("x")); 100], Some("more"));
    let deep = |_: &Request| list(&[holding("in", "toggle", said("x"))], None);
    let hollow = |_: &Request| list(&[holding("in", "column", json!({}))], None);
    let small = |_: &Request| list(&[block("paragraph", said("x"))], Some("more"));
    let server = Server::start(long).await;
    let content = read(&server).await.expect("content");
    assert_eq!((content.blocks.len(), server.seen().len()), (500, 6));
    assert!(matches!(content.stops[..], [Stop::Blocks(500)]));
    assert_eq!(
        content.stops[0].to_string(),
        "These are the first 500 blocks."
    );
    let server = Server::start(deep).await;
    let content = read(&server).await.expect("content");
    assert_eq!(
        content.blocks.iter().map(|block| block.depth).max(),
        Some(7)
    );
    assert!(matches!(content.stops[..], [Stop::Levels(8)]));
    let server = Server::start(hollow).await;
    let content = read(&server).await.expect("content");
    assert!(content.blocks.is_empty() && server.seen().len() <= 40);
    assert!(matches!(content.stops[..], [Stop::Levels(8)]));
    let server = Server::start(small).await;
    let content = read(&server).await.expect("content");
    assert_eq!((content.blocks.len(), server.seen().len()), (40, 40));
    assert!(matches!(content.stops[..], [Stop::Calls(40)]));
}

#[tokio::test]
async fn a_failure_on_the_way_leaves_what_was_read() {
    let first = list(&[block("paragraph", said("x"))], Some("more"));
    let server = Server::in_turn([first, Reply::new(401, "{}")]).await;
    let content = read(&server).await.expect("content");
    assert_eq!(lines(&content), [(0, "x")]);
    assert!(matches!(
        content.stops[..],
        [Stop::Failed(CallError::Rejected)]
    ));
}

#[tokio::test]
async fn what_cannot_be_read_at_all_says_why() {
    let server = Server::in_turn([reply("error_object_not_found.json")]).await;
    assert!(matches!(read(&server).await, Err(ContentError::NotFound)));
    let body = r#"{"code": "restricted_resource"}"#;
    let server = Server::in_turn([Reply::new(403, body)]).await;
    assert!(matches!(
        read(&server).await,
        Err(ContentError::Unreadable(_))
    ));
    let server = Server::in_turn([Reply::new(500, "<html>")]).await;
    let failed = read(&server).await;
    assert!(matches!(
        failed,
        Err(ContentError::Call(CallError::Failing { .. }))
    ));
    let server = Server::in_turn([reply("block_children.json")]).await;
    for (kind, id) in [("Page", "../users"), ("Page", ""), ("Database", PAGE)] {
        let account = Account::default();
        let result = Notion.read(&call(&server), &account, kind, id).await;
        assert!(matches!(result, Err(ContentError::NotFound)), "{kind} {id}");
    }
    assert!(server.seen().is_empty());
}
