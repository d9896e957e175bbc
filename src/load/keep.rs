//! Items of an earlier load that are kept, because they could not be brought anew. They are marked as what they are.

use std::collections::HashSet;
use std::ops::Range;

use super::LoadError;
use super::blocks::{Arrival, Block};
use super::dedup;
use super::report::{Cut, Load, Part, Run};
use super::snapshot::Writer;
use crate::item::Item;
use crate::providers::Fetch;

/// Blocks that are read at once.
const AT_ONCE: u32 = 32;
/// Items in a block of kept ones.
const BLOCK: usize = 200;

/// Gives a part that did not load what the snapshot before had, or nothing.
pub(super) fn stream(part: &mut Part, old: Option<&Part>) {
    let empty = || Part::new(&part.stream, &part.title);
    let mut kept = old.cloned().unwrap_or_else(empty);
    let loaded_at = kept.loaded_at;
    for run in &mut kept.runs {
        run.keep(loaded_at, None);
    }
    *part = Part {
        outcome: part.outcome.clone(),
        retries: part.retries,
        limited: part.limited,
        ..kept
    };
}

/// Keeps what `old` had of these lists, apart from what came of them. It is written once more.
pub(super) async fn lists(
    writer: &Writer<'_>,
    part: &mut Part,
    old: &Part,
    lists: &HashSet<String>,
) -> Result<(), LoadError> {
    let mut came = HashSet::new();
    for name in lists {
        let found = list(writer, part, name).await?;
        came.extend(found.items.iter().map(|item| dedup::hash(&item.id)));
    }
    for name in lists {
        let mut kept = list(writer, old, name).await?;
        kept.items
            .retain(|item| !came.contains(&dedup::hash(&item.id)));
        write(writer, part, kept, (old, name)).await?;
    }
    Ok(())
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

/// What a part has of one list.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) items: Vec<Item>,
    /// The steps into other lists that it led to.
    pub(super) next: Vec<Fetch>,
}

/// What a part has of one list.
pub(super) async fn list(
    writer: &Writer<'_>,
    part: &Part,
    name: &str,
) -> Result<Listed, LoadError> {
    let mut listed = Listed::default();
    for run in &part.runs {
        let of = run.kept.as_ref().and_then(|kept| kept.list.as_deref());
        if of.is_none_or(|of| of == name) {
            blocks(writer, &part.stream, run, |block| {
                listed.take(block, name, of.is_some());
            })
            .await?;
        }
    }
    Ok(listed)
}

/// Goes through the blocks of a run.
pub(super) async fn blocks(
    writer: &Writer<'_>,
    stream: &str,
    run: &Run,
    mut each: impl FnMut(Block),
) -> Result<(), LoadError> {
    for numbers in bundles(run.numbers()) {
        let blocks = writer.read(stream, &run.of, numbers).await?;
        blocks.into_iter().for_each(&mut each);
    }
    Ok(())
}

impl Listed {
    /// Takes what a block has of a list, or `all`.
    fn take(&mut self, block: Block, name: &str, all: bool) {
        let mut items = block.items.into_iter();
        for arrival in block.arrivals {
            let own = items.by_ref().take(arrival.items);
            if all || arrival.list == name {
                self.items.extend(own);
                let others = arrival.next.into_iter();
                self.next.extend(others.filter(|next| next.list != name));
            } else {
                own.for_each(drop);
            }
        }
        if all {
            self.items.extend(items);
        }
    }
}

/// Writes kept items of a list as a run of their own.
async fn write(
    writer: &Writer<'_>,
    part: &mut Part,
    listed: Listed,
    (old, list): (&Part, &str),
) -> Result<(), LoadError> {
    let own = part.runs.iter().filter(|run| run.of == writer.run);
    let mut run = Run {
        first: own.map(|run| run.numbers().end).max().unwrap_or(0),
        ..Run::new(&writer.run)
    };
    let mut next = listed.next;
    let mut items = listed.items;
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(BLOCK));
        let items = std::mem::replace(&mut items, rest);
        let block = kept_block(list, items, std::mem::take(&mut next));
        let number = run.numbers().end;
        writer.block(&run.of, &part.stream, number, &block).await?;
        run.count(&block.items);
        for item in block.items {
            *part.kinds.entry(item.kind).or_default() += 1;
        }
    }
    if run.blocks > 0 {
        let earlier = old
            .kept()
            .find(|(_, kept)| kept.list.as_deref() == Some(list));
        let loaded_at = earlier.map_or(old.loaded_at, |(_, kept)| kept.loaded_at);
        run.keep(loaded_at, Some(list.to_owned()));
        part.items += run.items;
        part.runs.push(run);
    }
    Ok(())
}

/// A block of kept items. The first of a list also says where it led: the next load may need to know.
fn kept_block(list: &str, items: Vec<Item>, next: Vec<Fetch>) -> Block {
    let arrival = Arrival {
        list: list.to_owned(),
        cursor: None,
        walk: 0,
        came: true,
        items: items.len(),
        next,
        places: Vec::new(),
    };
    Block {
        arrivals: vec![arrival],
        items,
    }
}

fn bundles(numbers: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let end = numbers.end;
    let starts = numbers.step_by(AT_ONCE as usize);
    starts.map(move |from| from..end.min(from.saturating_add(AT_ONCE)))
}
