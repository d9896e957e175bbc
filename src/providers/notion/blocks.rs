//! Notion's blocks as they come, and what a person reads of one.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::lenient::or_default;
use super::super::{Block, BlockKind};
use super::streams::{NAMELESS, link};
use super::wire::{Run, text};

/// The longest text of a block in characters; a hundred runs of 2,000 are possible.
const TEXT_LENGTH: usize = 20_000;

/// A block. What is in it stands under the name of its type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawBlock {
    #[serde(deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    has_children: bool,
    #[serde(deserialize_with = "or_default")]
    in_trash: bool,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// What a block is for who walks through a document.
pub(super) enum Meaning {
    /// It says something; what is nested lies one level deeper.
    Said(Block),
    /// It only holds others, which lie where it lies: a table, a column.
    Holds,
    /// There is nothing to read: it is in the trash, or shows what stands elsewhere on the page.
    Nothing,
}

impl RawBlock {
    /// Whether others lie in it that are to be read. A page or a database that lies here is a document of its own.
    pub(super) fn leads_on(&self) -> bool {
        let own = matches!(self.kind.as_str(), "child_page" | "child_database");
        self.has_children && !own && !self.id.is_empty() && !self.in_trash
    }

    /// What it is.
    pub(super) fn meaning(&self, depth: u8) -> Meaning {
        if self.in_trash {
            return Meaning::Nothing;
        }
        match self.kind.as_str() {
            "column_list" | "column" | "synced_block" | "table" | "tab" => Meaning::Holds,
            "breadcrumb" | "table_of_contents" => Meaning::Nothing,
            kind => Meaning::Said(self.said(kind, depth)),
        }
    }

    fn said(&self, kind: &str, depth: u8) -> Block {
        let (kind, words) = match kind {
            "child_page" => (BlockKind::ChildPage, Some(self.title())),
            "child_database" => (BlockKind::ChildDatabase, Some(self.title())),
            "equation" => (BlockKind::Equation, self.field("expression")),
            "link_to_page" => (BlockKind::ChildPage, Some("A page elsewhere")),
            "bookmark" | "embed" | "link_preview" => (BlockKind::Bookmark, None),
            "image" => (BlockKind::Image, None),
            "file" | "pdf" | "video" | "audio" => (BlockKind::File, self.field("name")),
            other => (self.text_kind(other), None),
        };
        let runs = ["rich_text", "caption"].iter();
        let runs = runs.map(|name| text(&self.runs(name)));
        let said = runs.into_iter().find(|text| !text.trim().is_empty());
        let named = || words.unwrap_or_default().to_owned();
        let what = || match kind {
            BlockKind::Unsupported => self.kind.replace('_', " "),
            _ => named(),
        };
        Block {
            depth,
            text: readable(&said.unwrap_or_else(what)),
            link: self.address().as_deref().and_then(link),
            item: self.item(),
            kind,
        }
    }

    /// The kinds that are told by their text.
    fn text_kind(&self, kind: &str) -> BlockKind {
        match kind {
            "paragraph" | "template" => BlockKind::Paragraph,
            "heading_1" => BlockKind::Heading(1),
            "heading_2" => BlockKind::Heading(2),
            "heading_3" | "heading_4" => BlockKind::Heading(3),
            "bulleted_list_item" => BlockKind::Bulleted,
            "numbered_list_item" => BlockKind::Numbered,
            "to_do" => {
                BlockKind::ToDo(self.inside("checked").and_then(Value::as_bool) == Some(true))
            }
            "quote" => BlockKind::Quote,
            "callout" => BlockKind::Callout,
            "code" => BlockKind::Code(self.field("language").map(readable)),
            "divider" => BlockKind::Divider,
            "table_row" => BlockKind::TableRow(self.cells()),
            "toggle" => BlockKind::Toggle,
            _ => BlockKind::Unsupported,
        }
    }

    fn cells(&self) -> Vec<String> {
        let cells = self.inside("cells").and_then(Value::as_array);
        let cells = cells.into_iter().flatten();
        cells.map(|cell| readable(&text(&runs(cell)))).collect()
    }

    /// The address of what it shows: of a file, at Notion or elsewhere, or of a link.
    fn address(&self) -> Option<String> {
        let places = ["file", "external"].iter();
        let file = places.filter_map(|place| self.inside(place)?.get("url"));
        let mut all = self.inside("url").into_iter().chain(file);
        all.find_map(Value::as_str).map(str::to_owned)
    }

    /// The page or database that it stands for: itself, or one that it names.
    fn item(&self) -> Option<String> {
        let named = || {
            let mut names = ["page_id", "database_id"].iter();
            names.find_map(|name| self.field(name))
        };
        let id = match self.kind.as_str() {
            "child_page" | "child_database" => Some(self.id.as_str()),
            "link_to_page" => named(),
            _ => None,
        };
        id.filter(|id| !id.is_empty()).map(str::to_owned)
    }

    fn title(&self) -> &str {
        let title = self.field("title").filter(|title| !title.trim().is_empty());
        title.unwrap_or(NAMELESS)
    }

    fn inside(&self, name: &str) -> Option<&Value> {
        self.rest.get(&self.kind)?.get(name)
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.inside(name)?.as_str()
    }

    fn runs(&self, name: &str) -> Vec<Run> {
        self.inside(name).map(runs).unwrap_or_default()
    }
}

fn runs(value: &Value) -> Vec<Run> {
    let runs = value.as_array().into_iter().flatten();
    runs.filter_map(|run| Run::deserialize(run).ok()).collect()
}

/// A text that pages can show: of bounded length, lines kept, without other control characters.
fn readable(text: &str) -> String {
    let shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut clean = text.trim_end().chars().filter(shown);
    let mut kept: String = clean.by_ref().take(TEXT_LENGTH).collect();
    if clean.next().is_some() {
        kept.push('…');
    }
    kept
}
