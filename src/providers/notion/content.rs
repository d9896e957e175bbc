//! What stands on a page: its blocks, and those that lie in them, in the order in which a person reads them.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

use super::super::{Account, Block, BlockKind, Content, ContentError, Contents, Stop};
use super::Notion;
use super::blocks::{Meaning, RawBlock};
use super::wire::{Page, Problem};
use crate::outbound::{Call, CallError, Request};

/// A person reads it, and waits for it.
const BLOCKS: usize = 500;
const LEVELS: u8 = 8;
const CALLS: u32 = 40;
const TIME: Duration = Duration::from_secs(25);
/// The most that a list gives at once.
const PAGE_SIZE: &str = "100";

#[async_trait]
impl Contents for Notion {
    fn kinds(&self) -> &'static [&'static str] {
        &["Page"]
    }

    async fn read(
        &self,
        call: &Call,
        _account: &Account,
        kind: &str,
        id: &str,
    ) -> Result<Content, ContentError> {
        let is_id = id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if !is_id || !(32..=36).contains(&id.len()) || !self.kinds().contains(&kind) {
            return Err(ContentError::NotFound);
        }
        let mut walk = Walk::begin(call, id);
        walk.all().await?;
        Ok(walk.content)
    }
}

/// A way through a document.
struct Walk<'a> {
    call: &'a Call,
    content: Content,
    /// The lists that are open, the innermost last.
    open: Vec<List>,
    calls: u32,
    until: Instant,
}

/// The blocks of a page or a block.
struct List {
    of: String,
    depth: u8,
    blocks: std::vec::IntoIter<RawBlock>,
    next: Next,
}

/// What of a list is to be asked for next.
enum Next {
    First,
    After(String),
    Nothing,
}

impl List {
    fn new(of: &str, depth: u8) -> Self {
        Self {
            of: of.to_owned(),
            depth,
            blocks: Vec::new().into_iter(),
            next: Next::First,
        }
    }

    fn request(&self) -> Option<Request> {
        let request = Request::get("/v1/blocks").at(&self.of).at("children");
        let request = request.with("page_size", PAGE_SIZE).for_a_person();
        match &self.next {
            Next::First => Some(request),
            Next::After(cursor) => Some(request.with("start_cursor", cursor)),
            Next::Nothing => None,
        }
    }
}

impl<'a> Walk<'a> {
    fn begin(call: &'a Call, id: &str) -> Self {
        Self {
            call,
            content: Content::default(),
            open: vec![List::new(id, 0)],
            calls: 0,
            until: Instant::now() + TIME,
        }
    }

    /// Goes on until the end of the document or of what is read of one.
    async fn all(&mut self) -> Result<(), ContentError> {
        while let Some(list) = self.open.last_mut() {
            let depth = list.depth;
            if let Some(block) = list.blocks.next() {
                if self.content.blocks.len() >= BLOCKS {
                    return self.stop(Stop::Blocks(BLOCKS));
                }
                self.take(&block, depth);
            } else if let Some(request) = list.request() {
                if self.calls >= CALLS {
                    return self.stop(Stop::Calls(CALLS));
                }
                let asked = self.call.read::<Page<RawBlock>>(&request);
                self.calls += 1;
                match timeout_at(self.until, asked).await {
                    Ok(Ok(page)) => self.turn(page),
                    Ok(Err(error)) if self.calls == 1 => return Err(explain(error)),
                    Ok(Err(CallError::Status { .. })) => self.skip(depth),
                    Ok(Err(error)) => return self.stop(Stop::Failed(error)),
                    Err(_) => return self.stop(Stop::Time(TIME)),
                }
            } else {
                self.open.pop();
            }
        }
        Ok(())
    }

    fn stop(&mut self, stop: Stop) -> Result<(), ContentError> {
        self.content.stops.push(stop);
        Ok(())
    }

    /// A page of the innermost list.
    fn turn(&mut self, page: Page<RawBlock>) {
        if let Some(list) = self.open.last_mut() {
            list.next = page.next().map_or(Next::Nothing, Next::After);
            list.blocks = page.results.into_iter();
        }
    }

    /// Leaves out the rest of the innermost list: a block that others share may not be shared with Patchbay.
    fn skip(&mut self, depth: u8) {
        self.open.pop();
        self.content.blocks.push(Block {
            depth,
            kind: BlockKind::Unread,
            text: String::new(),
            link: None,
            item: None,
        });
    }

    fn take(&mut self, block: &RawBlock, depth: u8) {
        let inner = match block.meaning(depth) {
            Meaning::Nothing => return,
            Meaning::Holds => depth,
            Meaning::Said(said) => {
                self.content.blocks.push(said);
                depth + 1
            }
        };
        if !block.leads_on() {
            return;
        }
        // What only holds others is no level for people, but one for a document that never ends.
        if inner < LEVELS && self.open.len() < usize::from(LEVELS) * 3 {
            self.open.push(List::new(&block.id, inner));
        } else if !self
            .content
            .stops
            .iter()
            .any(|stop| matches!(stop, Stop::Levels(_)))
        {
            self.content.stops.push(Stop::Levels(LEVELS));
        }
    }
}

fn explain(error: CallError) -> ContentError {
    let CallError::Status { status, body } = &error else {
        return error.into();
    };
    match status {
        403 if Problem::read(&body.0).is("restricted_resource") => {
            ContentError::Unreadable("does not let this connection read content")
        }
        404 => ContentError::NotFound,
        _ => error.into(),
    }
}
