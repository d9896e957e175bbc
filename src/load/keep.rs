//! Items of an earlier load that are kept, because they could not be brought anew. They are marked as what they are.

use std::collections::HashSet;
use std::ops::Range;

use super::LoadError;
use super::blocks::{Arrival, Block};
use super::dedup;
use super::report::{Cut, Load, Part, Run};
use super::snapshot::Writer;
use crate::item::Item;

/// Items in a block of kept ones.
const BLOCK: usize = 200;

/// Gives a part that did not load what the snapshot before had, or nothing.
pub(super) fn stream(part: &mut Part, old: Option<&Part>) {
    let empty = || Part::new(&part.stream, &part.title);
    let mut kept = old.cloned().unwrap_or_else(empty);
    let loaded_at = kept.loaded_at;
    for run in &mut kept.runs {
        run.keep(loaded_at);
    }
    *part = Part {
        outcome: part.outcome.clone(),
        retries: part.retries,
        limited: part.limited,
        waits: None,
        ..kept
    };
}

/// Keeps what `old` had of these lists, apart from what came of them, as far as there is room for so many items. It is
/// written once more, as a run of its own.
pub(super) async fn lists(
    writer: &Writer<'_>,
    part: &mut Part,
    old: &Part,
    lists: &HashSet<String>,
    room: u64,
) -> Result<(), LoadError> {
    if lists.is_empty() {
        return Ok(());
    }
    let mut came = HashSet::new();
    let of_lists = |arrival: &Arrival| lists.contains(&arrival.list);
    for block in own_blocks(part) {
        let block = block.read(writer, &part.stream).await?;
        let items = block
            .into_iter()
            .flat_map(|block| kept_of(block, &of_lists).items);
        came.extend(items.map(|item| dedup::hash(&item.id)));
    }
    let mut copy = Copy::new(writer, part, room);
    for block in own_blocks(old) {
        for block in block.read(writer, &part.stream).await? {
            let mut kept = kept_of(block, &of_lists);
            kept.drop_those(&came);
            copy.add(kept).await?;
        }
    }
    copy.finish(part, old).await
}

/// Drops what is kept and would go beyond the limit of items; answers it, each with its stream.
pub(super) fn fit(load: &mut Load, most: u64) -> Vec<(String, Run)> {
    let mut dropped = Vec::new();
    let mut beyond = load.items().saturating_sub(most);
    for part in load.parts.iter_mut().rev() {
        while beyond > 0
            && let Some(at) = part.runs.iter().rposition(|run| run.kept.is_some())
        {
            let run = part.drop_run(at);
            part.cut = Some(Cut::Items(most));
            beyond = beyond.saturating_sub(run.items);
            dropped.push((part.stream.clone(), run));
        }
    }
    dropped
}

/// Some blocks of a run, which are read at once.
struct Bundle<'a> {
    of: &'a str,
    numbers: Range<u32>,
}

impl Bundle<'_> {
    async fn read(&self, writer: &Writer<'_>, stream: &str) -> Result<Vec<Block>, LoadError> {
        writer.read(stream, self.of, self.numbers.clone()).await
    }
}

/// All blocks of a part, in bundles.
fn own_blocks(part: &Part) -> Vec<Bundle<'_>> {
    let runs = part.runs.iter();
    let bundles = runs.flat_map(|run| {
        run.bundles().map(move |numbers| Bundle {
            of: &run.of,
            numbers,
        })
    });
    bundles.collect()
}

/// What a block has of some lists.
fn kept_of(block: Block, wanted: &impl Fn(&Arrival) -> bool) -> Block {
    let mut items = block.items.into_iter();
    let mut kept = Block::default();
    for arrival in block.arrivals {
        let own: Vec<Item> = items.by_ref().take(arrival.items).collect();
        if wanted(&arrival) {
            kept.items.extend(own);
            kept.arrivals.push(arrival);
        }
    }
    kept
}

impl Block {
    /// Drops the items of these ids.
    fn drop_those(&mut self, ids: &HashSet<u128>) {
        let mut items = std::mem::take(&mut self.items).into_iter();
        for arrival in &mut self.arrivals {
            let own = items.by_ref().take(arrival.items);
            let before = self.items.len();
            self.items
                .extend(own.filter(|item| !ids.contains(&dedup::hash(&item.id))));
            arrival.items = self.items.len() - before;
        }
    }
}

/// Kept items that are being written once more.
struct Copy<'a> {
    writer: &'a Writer<'a>,
    stream: String,
    run: Run,
    gathered: Block,
    room: u64,
    full: bool,
}

impl<'a> Copy<'a> {
    fn new(writer: &'a Writer<'a>, part: &Part, room: u64) -> Self {
        let own = part.runs.iter().filter(|run| run.of == writer.run);
        Self {
            writer,
            stream: part.stream.clone(),
            run: Run {
                first: own.map(|run| run.numbers().end).max().unwrap_or(0),
                ..Run::new(&writer.run)
            },
            gathered: Block::default(),
            room,
            full: false,
        }
    }

    /// What its arrivals led to stays with them: the next load may need to know.
    async fn add(&mut self, kept: Block) -> Result<(), LoadError> {
        let mut items = kept.items.into_iter();
        for mut arrival in kept.arrivals {
            let fits = usize::try_from(self.room).unwrap_or(usize::MAX);
            let own: Vec<Item> = items.by_ref().take(arrival.items).collect();
            self.full |= own.len() > fits;
            arrival.items = own.len().min(fits);
            self.room -= arrival.items as u64;
            self.gathered.items.extend(own.into_iter().take(fits));
            self.gathered.arrivals.push(arrival);
        }
        if self.gathered.items.len() >= BLOCK {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), LoadError> {
        let block = std::mem::take(&mut self.gathered);
        let number = self.run.numbers().end;
        let (of, stream) = (&self.run.of, &self.stream);
        self.writer.block(of, stream, number, &block).await?;
        self.run.count(&block.items);
        Ok(())
    }

    /// Names the run in the part, if there is anything in it.
    async fn finish(mut self, part: &mut Part, old: &Part) -> Result<(), LoadError> {
        if !self.gathered.items.is_empty() {
            self.write().await?;
        }
        if self.full {
            part.cut = Some(Cut::Items(self.writer.setup.bounds.max_items));
        }
        if self.run.items > 0 {
            let earlier = old.kept().filter_map(|(_, kept)| kept.loaded_at).min();
            self.run.keep(earlier.or(old.loaded_at));
            part.begun_at = part.begun_at.min(old.begun_at).or(part.begun_at);
            part.items += self.run.items;
            for (kind, items) in &self.run.kinds {
                *part.kinds.entry(kind.clone()).or_default() += items;
            }
            part.runs.push(self.run);
        }
        Ok(())
    }
}

/// Goes through how the blocks of some runs came, in order.
pub(super) async fn arrivals(
    writer: &Writer<'_>,
    part: &Part,
    wanted: impl Fn(&Run) -> bool,
    mut each: impl FnMut(Arrival),
) -> Result<(), LoadError> {
    for run in part.runs.iter().filter(|run| wanted(run)) {
        for numbers in run.bundles() {
            let blocks = writer.read(&part.stream, &run.of, numbers).await?;
            let arrivals = blocks.into_iter().flat_map(|block| block.arrivals);
            arrivals.for_each(&mut each);
        }
    }
    Ok(())
}
