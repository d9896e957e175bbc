//! What stands in an item, as lines to read.

use std::collections::HashMap;

use crate::connections::NoContent;
use crate::providers::{Block, BlockKind, Content, Profile, Stop};
use crate::web::connections::{Said, no_token};
use crate::web::error::PageError;

/// The level of the headings above the document's own, which never skip one.
const ABOVE: u8 = 2;
const LOWEST: u8 = 6;

/// How a line looks.
pub enum Look {
    /// A heading of the page's outline.
    Heading(u8),
    Text,
    Quote,
    Code,
    Divider,
    Quiet,
}

/// A line of a document.
pub struct Line {
    pub look: Look,
    /// How far it is set in.
    pub depth: u8,
    /// What stands before it: `•`, `3.`
    pub mark: String,
    /// The same for who does not see it.
    pub spoken: &'static str,
    pub text: String,
    /// Where it leads outside.
    pub link: Option<String>,
    /// The page of the item that it stands for, if that was loaded.
    pub place: Option<String>,
}

/// What stands in an item, or why it cannot be shown.
pub enum Document {
    /// It can be asked for.
    Offered,
    Read {
        lines: Vec<Line>,
        /// Why there is more than this, a sentence each.
        stops: Vec<String>,
    },
    Barred(Said),
}

impl Document {
    /// `places` are the pages of the items that may lie in it, by their ids.
    pub fn new(
        read: Result<Content, NoContent>,
        profile: &Profile,
        places: &HashMap<String, String>,
    ) -> Result<Self, PageError> {
        Ok(match read {
            Ok(content) => Self::Read {
                lines: lines(&content.blocks, places),
                stops: content.stops.iter().map(Stop::to_string).collect(),
            },
            Err(why) => Self::Barred(barred(why, profile)?),
        })
    }
}

fn barred(why: NoContent, profile: &Profile) -> Result<Said, PageError> {
    let name = profile.name;
    let cannot = "What stands in it cannot be shown";
    let said = |text: String| Said::new("warn", cannot, text);
    Ok(match why {
        NoContent::NoToken(error) => no_token(profile, cannot, error)?,
        NoContent::Gone => said(format!(
            "It is not at {name} any more, or not shared with Patchbay."
        )),
        NoContent::Failed(how) => said(format!("{name} {how}. Try again in a while.")),
        NoContent::Late => said(format!(
            "{name} did not answer in time. Try again in a while."
        )),
        NoContent::NotConfigured => Said::not_configured(name),
    })
}

fn lines(blocks: &[Block], places: &HashMap<String, String>) -> Vec<Line> {
    let mut numbers = Numbers::default();
    let mut level = ABOVE;
    let mut lines = Vec::with_capacity(blocks.len());
    for block in blocks {
        let (mark, spoken) = mark(&block.kind, numbers.next(block));
        let look = look(&block.kind, &mut level);
        let item = block.item.as_ref();
        lines.push(Line {
            look,
            depth: block.depth.min(8),
            mark,
            spoken,
            text: text(block),
            link: block.link.clone(),
            place: item.and_then(|id| places.get(id)).cloned(),
        });
    }
    lines
}

/// The numbers of the numbered lists that are open, by their depths.
#[derive(Default)]
struct Numbers(HashMap<u8, u32>);

impl Numbers {
    /// The number of a block, if it is a point of a numbered list. Anything else at its depth or above ends the list.
    fn next(&mut self, block: &Block) -> u32 {
        self.0.retain(|depth, _| *depth <= block.depth);
        if block.kind != BlockKind::Numbered {
            self.0.remove(&block.depth);
            return 0;
        }
        let number = self.0.entry(block.depth).or_default();
        *number += 1;
        *number
    }
}

fn mark(kind: &BlockKind, number: u32) -> (String, &'static str) {
    match kind {
        BlockKind::Bulleted => ("•".to_owned(), ""),
        BlockKind::Numbered => (format!("{number}."), ""),
        BlockKind::ToDo(true) => ("☑".to_owned(), "Done:"),
        BlockKind::ToDo(false) => ("☐".to_owned(), "To do:"),
        BlockKind::Toggle => ("▸".to_owned(), ""),
        _ => (String::new(), ""),
    }
}

fn look(kind: &BlockKind, level: &mut u8) -> Look {
    match kind {
        BlockKind::Heading(n) => {
            *level = (ABOVE.saturating_add(*n))
                .min(*level + 1)
                .clamp(ABOVE + 1, LOWEST);
            Look::Heading(*level)
        }
        BlockKind::Quote | BlockKind::Callout => Look::Quote,
        BlockKind::Code(_) | BlockKind::Equation => Look::Code,
        BlockKind::Divider => Look::Divider,
        BlockKind::Unsupported | BlockKind::Unread => Look::Quiet,
        _ => Look::Text,
    }
}

fn text(block: &Block) -> String {
    let named = |what: &str| match block.text.is_empty() {
        true => what.to_owned(),
        false => format!("{what}: {}", block.text),
    };
    match &block.kind {
        BlockKind::TableRow(cells) => cells.join(" | "),
        BlockKind::Image => named("Picture"),
        BlockKind::File => named("File"),
        BlockKind::ChildPage => named("Page"),
        BlockKind::ChildDatabase => named("Database"),
        BlockKind::Unsupported => named("Cannot be shown here"),
        BlockKind::Unread => "What lies here could not be read.".to_owned(),
        BlockKind::Bookmark if block.text.is_empty() => block.link.clone().unwrap_or_default(),
        _ => block.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(depth: u8, kind: BlockKind) -> Block {
        Block {
            depth,
            kind,
            text: "text".to_owned(),
            link: None,
            item: None,
        }
    }

    fn marks(blocks: &[Block]) -> Vec<String> {
        let lines = lines(blocks, &HashMap::new());
        lines.into_iter().map(|line| line.mark).collect()
    }

    #[test]
    fn each_list_is_numbered_by_itself() {
        let (one, other) = (BlockKind::Numbered, BlockKind::Paragraph);
        let blocks = [
            block(0, one.clone()),
            block(1, one.clone()),
            block(1, one.clone()),
            block(0, one.clone()),
            block(1, one.clone()),
            block(0, other),
            block(0, one),
        ];
        assert_eq!(marks(&blocks), ["1.", "1.", "2.", "2.", "1.", "", "1."]);
    }

    #[test]
    fn headings_skip_no_level() {
        let mut level = ABOVE;
        let levels = [3, 1, 3, 3, 2, 1].map(|n| match look(&BlockKind::Heading(n), &mut level) {
            Look::Heading(level) => level,
            _ => 0,
        });
        assert_eq!(levels, [3, 3, 4, 5, 4, 3]);
    }
}
