//! Items of an earlier load that are kept, because they could not be brought anew. They are marked as what they are.

use std::collections::HashSet;
use std::ops::Range;

use super::LoadError;
use super::blocks::Block;
use super::dedup;
use super::report::{Cut, Load, Part, Run};
use super::snapshot::Writer;
use crate::item::Item;

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

/// Keeps what `old` had of the lists that `part` missed, apart from what came of them. It is written once more.
pub(super) async fn lists(
    writer: &Writer<'_>,
    part: &mut Part,
    old: &Part,
) -> Result<(), LoadError> {
    let steps = part.missed.iter().filter_map(|missed| missed.step.as_ref());
    let own = steps.filter(|step| step.stream == part.stream);
    let lists: HashSet<String> = own.map(|step| step.list.clone()).collect();
    let mut came = HashSet::new();
    for list in &lists {
        walk(writer, part, list, |item| {
            came.insert(dedup::hash(&item.id));
        })
        .await?;
    }
    for list in &lists {
        let mut kept = Vec::new();
        walk(writer, old, list, |item| {
            if !came.contains(&dedup::hash(&item.id)) {
                kept.push(item);
            }
        })
        .await?;
        write(writer, part, kept, (old, list)).await?;
    }
    Ok(())
}

/// Drops what is kept and would go beyond the limit of items.
pub(super) fn fit(load: &mut Load, most: u64) {
    let mut beyond = load.items().saturating_sub(most);
    for part in load.parts.iter_mut().rev() {
        while beyond > 0
            && let Some(at) = part.runs.iter().rposition(|run| run.kept.is_some())
        {
            let run = part.runs.remove(at);
            part.items = part.items.saturating_sub(run.items);
            part.cut = Some(Cut::Items(most));
            beyond = beyond.saturating_sub(run.items);
        }
    }
}

/// Goes through the items of one list of a stream.
async fn walk(
    writer: &Writer<'_>,
    part: &Part,
    list: &str,
    mut each: impl FnMut(Item),
) -> Result<(), LoadError> {
    for run in &part.runs {
        let of = run.kept.as_ref().and_then(|kept| kept.list.as_deref());
        if of.is_some_and(|of| of != list) {
            continue;
        }
        for numbers in bundles(run.numbers()) {
            for block in writer.read(&part.stream, &run.of, numbers).await? {
                let all = of.is_some();
                of_list(block, list, all).into_iter().for_each(&mut each);
            }
        }
    }
    Ok(())
}

/// The items of a block that are of this list, or `all`.
fn of_list(block: Block, list: &str, all: bool) -> Vec<Item> {
    let mut items = block.items.into_iter();
    if all {
        return items.collect();
    }
    let mut found = Vec::new();
    for arrival in block.arrivals {
        let own = items.by_ref().take(arrival.items);
        match arrival.list == list {
            true => found.extend(own),
            false => own.for_each(drop),
        }
    }
    found
}

/// Writes kept items of a list as a run of their own.
async fn write(
    writer: &Writer<'_>,
    part: &mut Part,
    mut items: Vec<Item>,
    (old, list): (&Part, &str),
) -> Result<(), LoadError> {
    let own = part.runs.iter().filter(|run| run.of == writer.run);
    let mut run = Run {
        first: own.map(|run| run.numbers().end).max().unwrap_or(0),
        ..Run::new(&writer.run)
    };
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(BLOCK));
        let block = Block {
            arrivals: Vec::new(),
            items: std::mem::replace(&mut items, rest),
        };
        let number = run.numbers().end;
        writer.block(&run.of, &part.stream, number, &block).await?;
        run.blocks += 1;
        run.items += block.items.len() as u64;
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

fn bundles(numbers: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let end = numbers.end;
    let starts = numbers.step_by(AT_ONCE as usize);
    starts.map(move |from| from..end.min(from.saturating_add(AT_ONCE)))
}
