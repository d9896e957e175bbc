//! The example does what its text says, and the text shows the example.

use super::{PROFILE, Shelf};
use crate::providers::testing::call;
use crate::providers::{Account, Fetch, Provider};
use crate::testing::http::{Reply, Server};

#[tokio::test]
async fn shelves_lead_to_their_books_page_by_page() {
    let server = Server::in_turn([
        Reply::new(200, r#"{"shelves": [{"id": "s1", "label": "Sea"}]}"#),
        Reply::new(
            200,
            r#"{"books": [{"isbn": "1", "title": "Waves"}], "next": "p2"}"#,
        ),
        Reply::new(200, r#"{"books": [{"isbn": "2"}]}"#),
    ])
    .await;
    let (call, account) = (call(&PROFILE, &server), Account::default());
    let fetch = async |step: &Fetch| Shelf.fetch(&call, &account, step).await.expect("a page");

    let shelves = fetch(&Fetch::first("shelves")).await;
    let first = fetch(&shelves.next[0]).await;
    let second = fetch(&first.next[0]).await;
    assert!(second.next.is_empty());
    assert_eq!(first.items[0].parent_path_or_name.as_deref(), Some("Sea"));
    assert_eq!(second.items[0].name, "Book 2");
    let paths: Vec<String> = server
        .seen()
        .iter()
        .map(|one| one.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "/v3/shelves",
            "/v3/shelves/s1/books",
            "/v3/shelves/s1/books"
        ]
    );
}

#[tokio::test]
async fn one_call_tells_whether_a_token_works() {
    let server = Server::in_turn([Reply::new(200, r#"{"id": "7"}"#)]).await;
    let checked = Shelf.check(&call(&PROFILE, &server)).await;
    checked.expect("it works");
    assert_eq!(server.only().path(), "/v3/me");
}

/// Code in the text is code that is built.
#[test]
fn the_text_shows_what_is_here() {
    let text = include_str!("../../../docs/adding-a-provider.md");
    let files = [
        include_str!("mod.rs"),
        include_str!("oauth.rs"),
        include_str!("streams.rs"),
        include_str!("wire.rs"),
        include_str!("../registry.rs"),
    ];
    let blocks: Vec<&str> = text.split("```rust\n").skip(1).collect();
    assert!(blocks.len() >= 4, "{} blocks of code", blocks.len());
    for block in blocks {
        let code = block.split("```").next().unwrap_or_default();
        let found = files.iter().any(|file| file.contains(code.trim_end()));
        assert!(found, "not in the example: {code}");
    }
}
