//! The page of an item in every state.

use askama::Template;

use super::super::item::{Children, Document, ItemPage, Other};
use super::{ODD, items, profiles};
use crate::connections::NoContent;
use crate::item::Item;
use crate::providers::{Block, BlockKind, Content, Stop};
use crate::web::samples::{frame, keep, now};

/// What stands in an item: every kind of block, the offer of it, or why it cannot be had.
fn document(name: &str) -> Option<Document> {
    let profile = profiles().into_iter().next()?;
    let kinds = [
        BlockKind::Heading(3),
        BlockKind::Heading(1),
        BlockKind::Paragraph,
        BlockKind::Bulleted,
        BlockKind::Numbered,
        BlockKind::ToDo(true),
        BlockKind::ToDo(false),
        BlockKind::Quote,
        BlockKind::Callout,
        BlockKind::Code(Some("rust".to_owned())),
        BlockKind::Divider,
        BlockKind::TableRow(vec!["a".to_owned(), "b".to_owned()]),
        BlockKind::Image,
        BlockKind::File,
        BlockKind::Bookmark,
        BlockKind::ChildPage,
        BlockKind::ChildDatabase,
        BlockKind::Equation,
        BlockKind::Toggle,
        BlockKind::Unsupported,
        BlockKind::Unread,
    ];
    let blocks = kinds.into_iter().zip((0..=8).cycle());
    let blocks = blocks.map(|(kind, depth)| Block {
        depth,
        link: matches!(kind, BlockKind::Image).then(|| "https://example.com/a.png".to_owned()),
        item: matches!(kind, BlockKind::ChildPage).then(|| "1".to_owned()),
        kind,
        text: format!("{ODD} some words of a document"),
    });
    let content = Content {
        blocks: blocks.collect(),
        stops: vec![Stop::Blocks(500), Stop::Levels(8)],
    };
    let places = [(
        "1".to_owned(),
        "/connections/sample/items/Page/1".to_owned(),
    )]
    .into();
    match name {
        "full" => Document::new(Ok(content), profile, &places).ok(),
        "orphan" => Document::new(Err(NoContent::Gone), profile, &places).ok(),
        _ => Some(Document::Offered),
    }
}

#[test]
fn samples_of_one_item_render() {
    let profile = profiles().into_iter().next().expect("a provider");
    let all = items(profile, 4);
    let (Some(parent), Some(odd)) = (all.get(1), all.first()) else {
        panic!("there are four");
    };
    let children = || Children {
        first: all.iter().map(Other::new).collect(),
        total: "4".to_owned(),
        all: Some("/connections/sample/items?parent_id=1".to_owned()),
        more: false,
        unreadable: false,
    };
    for (name, item, parent, children) in [
        ("full", odd, Some(parent), children()),
        ("orphan", odd, None, Children::default()),
        (
            "of a long id",
            odd,
            None,
            Children {
                all: None,
                ..children()
            },
        ),
        (
            "alone",
            odd,
            None,
            Children {
                unreadable: true,
                ..Children::default()
            },
        ),
        (
            "bare",
            &Item::new(profile.id, "Thing", "1", "Bare"),
            None,
            Children::default(),
        ),
    ] {
        let mut page = ItemPage::new(frame("items"), profile, item, parent, children, now());
        page.document = document(name);
        page.work = (name == "full").then(|| "/connections/sample/contacts/1".to_owned());
        let page = page.render().expect("a page");
        keep(&format!("item {name}"), &page);
        assert!(!page.contains("<script>alert"));
        let none = ["orphan", "bare"].contains(&name);
        assert_eq!(page.contains("Nothing that was loaded."), none);
        assert_eq!(page.contains("cannot be read"), name == "alone");
        assert_eq!(page.contains("in the table"), name == "full");
    }
}
