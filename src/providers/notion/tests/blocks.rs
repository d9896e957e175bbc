//! What a person reads of a block.

use proptest::prelude::*;

use super::contents::{block, list, read, said};
use super::*;
use crate::providers::BlockKind;
use crate::providers::notion::blocks::{Meaning, RawBlock};
use crate::providers::testing::any_json;

#[tokio::test]
async fn each_kind_of_block_says_what_a_person_reads() {
    let cells = json!({"cells": [[{"plain_text": "a"}], [], [{"plain_text": "b\u{0}c"}]]});
    let file = json!({"type": "file", "file": {"url": "https://files.example.com/x?signed"}, "name": "x.pdf", "caption": []});
    let rows = [
        (
            block("heading_3", said("H")),
            BlockKind::Heading(3),
            "H",
            None,
        ),
        (
            block(
                "to_do",
                json!({"checked": true, "rich_text": [{"plain_text": "T"}]}),
            ),
            BlockKind::ToDo(true),
            "T",
            None,
        ),
        (
            block("to_do", json!({"rich_text": null})),
            BlockKind::ToDo(false),
            "",
            None,
        ),
        (
            block(
                "code",
                json!({"language": "rust", "rich_text": [{"plain_text": "a\n  b\n"}]}),
            ),
            BlockKind::Code(Some("rust".to_owned())),
            "a\n  b",
            None,
        ),
        (block("divider", json!({})), BlockKind::Divider, "", None),
        (
            block("equation", json!({"expression": "x^2"})),
            BlockKind::Equation,
            "x^2",
            None,
        ),
        (
            block("table_row", cells),
            BlockKind::TableRow(vec!["a".into(), String::new(), "bc".into()]),
            "",
            None,
        ),
        (
            block("pdf", file),
            BlockKind::File,
            "x.pdf",
            Some("https://files.example.com/x?signed"),
        ),
        (
            block("bookmark", json!({"url": "https://example.com/"})),
            BlockKind::Bookmark,
            "",
            Some("https://example.com/"),
        ),
        (
            block("embed", json!({"url": "javascript:alert(1)"})),
            BlockKind::Bookmark,
            "",
            None,
        ),
        (
            block("image", json!({"external": {"url": "http://example.com/"}})),
            BlockKind::Image,
            "",
            None,
        ),
        (
            block("child_page", json!({"title": " "})),
            BlockKind::ChildPage,
            "Untitled",
            None,
        ),
        (
            block("holo_deck", json!({})),
            BlockKind::Unsupported,
            "holo deck",
            None,
        ),
        (
            json!({"id": "b", "type": null}),
            BlockKind::Unsupported,
            "",
            None,
        ),
    ];
    let blocks: Vec<Value> = rows.iter().map(|row| row.0.clone()).collect();
    let server = Server::in_turn([list(&blocks, None)]).await;
    let content = read(&server).await.expect("content");
    assert_eq!(content.blocks.len(), rows.len());
    for (found, (_, kind, text, link)) in content.blocks.iter().zip(rows) {
        assert_eq!(
            (&found.kind, found.text.as_str(), found.link.as_deref()),
            (&kind, text, link)
        );
    }
}

const WORDS: &[&str] = &[
    "id",
    "type",
    "paragraph",
    "rich_text",
    "plain_text",
    "table_row",
    "cells",
    "image",
    "external",
    "url",
    "has_children",
    "child_page",
    "title",
];

proptest! {
    #[test]
    fn any_block_is_read_or_passed_over(json in any_json(WORDS), kind in prop::sample::select(WORDS), text in "\\PC{0,30}") {
        for value in [json.clone(), block(kind, json), block("paragraph", said(&text))] {
            let Ok(raw) = serde_json::from_value::<RawBlock>(value) else { continue };
            let Meaning::Said(said) = raw.meaning(0) else { continue };
            prop_assert!(said.link.is_none_or(|link| link.starts_with("https://")));
            prop_assert!(!said.text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
