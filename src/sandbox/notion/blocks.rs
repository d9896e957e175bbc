//! `GET /v1/blocks/{id}/children`: what stands on a page or in a block, one level deep.

use serde_json::{Value, json};

use super::{
    data::{Database, Id, Kind, Page, Parent, Space, Within, index_of},
    failure::Failure,
    guard::Caller,
    lists,
    write::{self, Block},
};

/// The children. A page's id works as a block's.
///
/// # Errors
///
/// 404 when there is neither, 400 for wrong paging.
pub fn children(caller: &Caller, id: Id, query: &str) -> Result<Value, Failure> {
    let space = caller.space;
    let found = match space.page_of(id) {
        Some(page) => Some(on_page(page)),
        None => {
            index_of(space.workspace.seed, Kind::Block, id).and_then(|block| in_block(space, block))
        }
    };
    let found =
        found.ok_or_else(|| Failure::not_found("block", &id.to_string(), space.workspace))?;
    let written = found
        .iter()
        .map(|block| write::block(space, block, caller.version));
    lists::page(written.collect(), "block", query)
}

fn on_page(page: Page) -> Vec<Block> {
    let (space, on) = (page.space, Parent::Page(page.index));
    let mut found = vec![paragraph(page)];
    found.extend(prose(page));
    found.extend(page.children().map(|child| match child.parent() {
        Parent::Block(index) => holder(child, index, on),
        _ => child_page(child, on),
    }));
    let databases = (0..space.databases).filter_map(|index| space.database(index));
    let here = databases.filter(|database| database.parent() == on);
    found.extend(here.map(|database| child_database(database, on)));
    found
}

fn in_block(space: Space, block: u64) -> Option<Vec<Block>> {
    let inside = Parent::Block(block);
    let child = match Within::of_block(block) {
        Within::Page(index) => child_page(
            space.page(index).filter(|page| page.parent() == inside)?,
            inside,
        ),
        Within::Database(index) => {
            let database = space
                .database(index)
                .filter(|database| database.parent() == inside)?;
            child_database(database, inside)
        }
    };
    Some(vec![child])
}

fn paragraph(page: Page) -> Block {
    let text = write::text("Something to read.");
    Block {
        // Text blocks have ids of their own, beside those of blocks that hold something.
        id: page.space.id(Kind::Stranger, (1 << 33) + page.index),
        parent: Parent::Page(page.index),
        created: page.created(),
        edited: page.edited(),
        kind: "paragraph",
        inside: json!({ "rich_text": text, "icon": null, "color": "default" }),
        has_children: false,
    }
}

/// On every third page there is a block of each sort that holds text.
fn prose(page: Page) -> Vec<Block> {
    if !page.index.is_multiple_of(3) {
        return Vec::new();
    }
    let blocks = sorts().into_iter().zip(1..);
    let block = |((kind, inside), place): ((&'static str, Value), u64)| Block {
        id: page
            .space
            .id(Kind::Stranger, (1 << 34) + page.index * 64 + place),
        kind,
        inside,
        ..paragraph(page)
    };
    blocks.map(block).collect()
}

/// What is in a block of each sort.
fn sorts() -> Vec<(&'static str, Value)> {
    let said = |text: &str| json!({ "rich_text": write::text(text), "color": "default" });
    let to_do = |text: &str, done: bool| json!({ "rich_text": write::text(text), "checked": done });
    let outside = |url: &str, caption: &str| json!({ "type": "external", "external": { "url": url }, "caption": write::text(caption) });
    vec![
        ("heading_1", said("What was agreed")),
        ("heading_2", said("First <b>of all</b> & more")),
        ("bulleted_list_item", said("A point")),
        ("numbered_list_item", said("A first step")),
        ("to_do", to_do("Done by now", true)),
        ("to_do", to_do("Still to do", false)),
        ("quote", said("Somebody said it")),
        ("callout", said("Mind the gap")),
        (
            "code",
            json!({ "rich_text": write::text("fn main() {\n    work();\n}"), "language": "rust", "caption": [] }),
        ),
        ("divider", json!({})),
        ("equation", json!({ "expression": "E = mc^2" })),
        (
            "image",
            outside("https://www.example.com/picture.png", "A picture"),
        ),
        ("image", outside("javascript:alert(1)", "Not a picture")),
        (
            "bookmark",
            json!({ "url": "https://www.example.org/", "caption": [] }),
        ),
        ("unsupported", json!({})),
    ]
}

/// A block that only holds a page.
fn holder(child: Page, index: u64, on: Parent) -> Block {
    Block {
        id: child.space.id(Kind::Block, index),
        kind: "toggle",
        inside: json!({ "rich_text": write::text("More"), "color": "default" }),
        has_children: true,
        ..child_page(child, on)
    }
}

fn child_page(child: Page, parent: Parent) -> Block {
    Block {
        id: child.id(),
        parent,
        created: child.created(),
        edited: child.edited(),
        kind: "child_page",
        inside: json!({ "title": child.title().text() }),
        has_children: false,
    }
}

fn child_database(child: Database, parent: Parent) -> Block {
    Block {
        id: child.id(),
        parent,
        created: child.created(),
        edited: child.edited(),
        kind: "child_database",
        inside: json!({ "title": child.title().text() }),
        has_children: false,
    }
}
