//! The capability to read what stands in an item, for providers whose items hold text.

use std::time::Duration;

use async_trait::async_trait;

use super::Account;
use crate::outbound::{Call, CallError};

/// What stands in an item, as far as it was read.
#[derive(Debug, Default)]
pub struct Content {
    /// In the order of the document; what is nested follows what it lies in.
    pub blocks: Vec<Block>,
    /// Why there is more than this; none, where this is all.
    pub stops: Vec<Stop>,
}

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// How deep it lies, from 0.
    pub depth: u8,
    /// What it is.
    pub kind: BlockKind,
    /// What it says, of several lines perhaps; empty for what says nothing.
    pub text: String,
    /// Where it leads, outside; always `https`. It may be good for an hour only.
    pub link: Option<String>,
    /// The item that it stands for, by the provider's own id.
    pub item: Option<String>,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph.
    Paragraph,
    /// A heading, from 1, the highest.
    Heading(u8),
    /// A point of a list.
    Bulleted,
    /// A point of a numbered list.
    Numbered,
    /// Something to do, and whether it is done.
    ToDo(bool),
    /// A quotation.
    Quote,
    /// Something set apart from the rest.
    Callout,
    /// Program text, and its language.
    Code(Option<String>),
    /// A line between.
    Divider,
    /// The cells of a row of a table.
    TableRow(Vec<String>),
    /// A picture; the text is its caption.
    Image,
    /// A file of any other sort; the text is its caption or name.
    File,
    /// A link on a line of its own.
    Bookmark,
    /// A page that lies here, named and not opened.
    ChildPage,
    /// A database that lies here, named and not opened.
    ChildDatabase,
    /// A formula.
    Equation,
    /// What opens and closes; what is in it follows.
    Toggle,
    /// What the provider does not give out, or nobody has heard of; the text names it.
    Unsupported,
    /// What lies here could not be read.
    Unread,
}

/// Why not all was read.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// So many blocks are read at most.
    #[error("These are the first {0} blocks.")]
    Blocks(usize),
    /// What lies deeper was left out.
    #[error("What lies deeper than {0} levels is left out.")]
    Levels(u8),
    /// So many calls are made for it at most.
    #[error("Reading ended after {0} requests.")]
    Calls(u32),
    /// It took too long.
    #[error("Reading ended after {} seconds.", .0.as_secs())]
    Time(Duration),
    /// A later call failed.
    #[error("Reading ended before the rest: the provider {0}.")]
    Failed(CallError),
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// It is not there any more, or was not shared.
    #[error("it is not there any more, or not shared with Patchbay")]
    NotFound,
    /// The connection may not read it; the text follows the provider's name.
    #[error("{0}")]
    Unreadable(&'static str),
    /// The call brought nothing.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Reads what stands in items. A person waits, so it has an end, and says so where it stopped.
#[async_trait]
pub trait Contents: Send + Sync {
    /// The types of items that hold something.
    fn kinds(&self) -> &'static [&'static str];

    /// What stands in the item of this type and id.
    async fn read(
        &self,
        call: &Call,
        account: &Account,
        kind: &str,
        id: &str,
    ) -> Result<Content, ContentError>;
}
