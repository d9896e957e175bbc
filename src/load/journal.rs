//! The log of a load while it runs: what came is gathered into blocks, and written a few times a second.
//!
//! A block is written before the record that counts it. So a load that is taken up goes on from what its record
//! counts, and what was not counted is fetched again.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use super::LoadError;
use super::blocks::{Arrival, Block};
use super::report::Load;
use super::snapshot::Writer;
use crate::item::Item;

/// The first pages are written as they come, so that somebody sees them at once; then this often.
const EVERY: Duration = Duration::from_millis(200);
/// A block takes more until it has so many items. A page of the table reads a block for each row at worst, so they
/// are small.
const BLOCK: usize = 200;
/// While so many items wait to be written, no more are fetched.
const BACKLOG: usize = 4_000;

type Writing<'a> = Pin<Box<dyn Future<Output = Result<(), LoadError>> + Send + 'a>>;

/// See the module.
pub(super) struct Journal<'a> {
    writer: &'a Writer<'a>,
    gathered: BTreeMap<String, Vec<Block>>,
    /// Items that are gathered or being written.
    items: usize,
    /// Something is to be written: blocks, or only how far the load is.
    changed: bool,
    /// When the next write may begin.
    next: Instant,
    writing: Option<Writing<'a>>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(writer: &'a Writer<'a>) -> Self {
        Self {
            writer,
            gathered: BTreeMap::new(),
            items: 0,
            changed: false,
            next: Instant::now(),
            writing: None,
        }
    }

    /// Takes in a step that is over.
    pub(super) fn add(&mut self, stream: &str, arrival: Arrival, items: Vec<Item>) {
        self.changed = true;
        self.items += items.len();
        let blocks = self.gathered.entry(stream.to_owned()).or_default();
        match blocks.last_mut() {
            Some(last) if last.items.len() + items.len() <= BLOCK => {
                last.arrivals.push(arrival);
                last.items.extend(items);
            }
            _ => blocks.push(Block {
                arrivals: vec![arrival],
                items,
            }),
        }
    }

    /// Notes that the record of the load says something new.
    pub(super) fn touch(&mut self) {
        self.changed = true;
    }

    /// Whether so much waits to be written that fetching more would only fill the memory.
    pub(super) fn is_full(&self) -> bool {
        self.items >= BACKLOG
    }

    /// Waits until there is something to do: [`Journal::turn`]. For ever, while there is nothing.
    pub(super) async fn ready(&mut self) -> Result<(), LoadError> {
        if let Some(writing) = &mut self.writing {
            let written = writing.await;
            self.writing = None;
            let gathered = self.gathered.values().flatten();
            self.items = gathered.map(|block| block.items.len()).sum();
            return written;
        }
        match self.changed {
            true => tokio::time::sleep_until(self.next).await,
            false => std::future::pending().await,
        }
        Ok(())
    }

    /// Begins to write, if it is time to.
    pub(super) fn turn(&mut self, load: &mut Load) {
        let now = Instant::now();
        if self.changed && self.writing.is_none() && self.next <= now {
            self.next = now + EVERY;
            self.writing = Some(self.write(load));
        }
    }

    /// Writes all that was gathered, to the end.
    pub(super) async fn close(&mut self, load: &mut Load) -> Result<(), LoadError> {
        if let Some(writing) = self.writing.take() {
            writing.await?;
        }
        self.write(load).await
    }

    /// Counts the gathered blocks in the load, and writes both.
    fn write(&mut self, load: &mut Load) -> Writing<'a> {
        let mut numbered = Vec::new();
        for (stream, blocks) in std::mem::take(&mut self.gathered) {
            let Some(part) = load.part_mut(&stream) else {
                continue;
            };
            let run = part.run_mut(&self.writer.run);
            for block in blocks {
                let number = run.numbers().end;
                run.count(&block.items);
                numbered.push((stream.clone(), number, block));
            }
        }
        self.changed = false;
        let (writer, load) = (self.writer, load.clone());
        Box::pin(async move {
            for (stream, number, block) in &numbered {
                writer.block(&writer.run, stream, *number, block).await?;
            }
            writer.progress(&load).await
        })
    }
}
