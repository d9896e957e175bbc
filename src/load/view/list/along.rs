//! A list in the order in which the items lie in their snapshots, one after the other. Of each, what was made since
//! comes behind what was loaded.

use std::ops::Range;

use super::position::{At, Misplaced, Spot};
use super::{Indexed, Page};
use crate::items::{Found, Query};
use crate::load::source;
use crate::load::view::Shown;

/// See the module.
pub(super) struct Along {
    /// The snapshots that are not behind it.
    snapshots: Vec<Snapshot>,
    /// Where it goes on in the first of them.
    from: Spot,
}

/// One of the snapshots that are listed.
struct Snapshot {
    provider: String,
    load: String,
    /// Its blocks, by their numbers in the index.
    blocks: Range<usize>,
}

/// A row that comes, and where.
struct Step<'a> {
    of: &'a Snapshot,
    spot: Spot,
    row: u32,
}

impl Along {
    /// From a position on, or from the beginning.
    pub(super) fn new(shown: &[Shown], at: Option<&At>) -> Result<Self, Misplaced> {
        let all = snapshots(shown);
        let (provider, load, from) = match at {
            None => {
                let (snapshots, from) = (all, Spot::Row(0));
                return Ok(Self { snapshots, from });
            }
            Some(At::Start { provider }) => (provider, None, Spot::Row(0)),
            Some(At::Within {
                provider,
                load,
                from,
            }) => (provider, Some(load), *from),
            Some(At::Behind { .. }) => return Err(Misplaced::Unknown),
        };
        let is_behind = |one: &Snapshot| one.provider != *provider;
        let snapshots: Vec<Snapshot> = all.into_iter().skip_while(is_behind).collect();
        match snapshots.first() {
            Some(first) if load.is_none_or(|load| *load == first.load) => {
                Ok(Self { snapshots, from })
            }
            _ => Err(Misplaced::Over),
        }
    }

    /// The next rows, and how many there are in all.
    pub(super) fn page(
        &self,
        indexed: &Indexed,
        query: &Query,
        found: Option<&Found>,
        most: u32,
    ) -> Result<(Page, u64), Misplaced> {
        self.check(indexed)?;
        let selects = indexed.index.selects(query, found);
        let mut steps = self.steps(indexed).filter(|step| selects(step.row));
        let page: Vec<Step<'_>> = steps.by_ref().take(most as usize).collect();
        let next = page.last().zip(steps.next());
        let page = Page {
            next: next.map(|(last, next)| last.until(&next)),
            rows: page.into_iter().map(|step| step.row).collect(),
        };
        Ok((page, indexed.index.total(query, found)))
    }

    /// No list goes on behind the end of the rows that it is in.
    fn check(&self, indexed: &Indexed) -> Result<(), Misplaced> {
        match (self.from, self.snapshots.first()) {
            (Spot::Row(row), Some(first)) if row > first.count(indexed) => Err(Misplaced::Unknown),
            _ => Ok(()),
        }
    }

    fn steps<'a>(&'a self, indexed: &'a Indexed) -> impl Iterator<Item = Step<'a>> {
        let begin = std::iter::once(self.from).chain(std::iter::repeat(Spot::Row(0)));
        let all = self.snapshots.iter().zip(begin);
        all.flat_map(|(of, from)| of.loaded(indexed, from).chain(of.made(indexed, from)))
    }
}

impl Snapshot {
    /// How many rows were loaded.
    fn count(&self, indexed: &Indexed) -> u32 {
        let rows = self.rows(indexed);
        rows.end.saturating_sub(rows.start)
    }

    /// Its loaded rows, by their numbers in the index.
    fn rows(&self, indexed: &Indexed) -> Range<u32> {
        let Range { start, end } = self.blocks;
        indexed.index.first_row(start)..indexed.index.first_row(end)
    }

    fn loaded<'a>(
        &'a self,
        indexed: &'a Indexed,
        from: Spot,
    ) -> impl Iterator<Item = Step<'a>> + use<'a> {
        let from = match from {
            Spot::Row(row) => row,
            Spot::After(_) => u32::MAX,
        };
        let rows = self.rows(indexed);
        let first = rows.start;
        (first.saturating_add(from)..rows.end).filter_map(move |loaded| {
            Some(Step {
                of: self,
                spot: Spot::Row(loaded - first),
                row: indexed.instead.shown(&indexed.index, loaded)?,
            })
        })
    }

    fn made<'a>(
        &'a self,
        indexed: &'a Indexed,
        from: Spot,
    ) -> impl Iterator<Item = Step<'a>> + use<'a> {
        let made = indexed.instead.made(&self.provider);
        let begin = match from {
            Spot::Row(_) => 0,
            Spot::After(last) => made.partition_point(|(digest, _)| *digest <= last),
        };
        made.iter().skip(begin).map(|(digest, row)| Step {
            of: self,
            spot: Spot::After(*digest),
            row: *row,
        })
    }
}

impl Step<'_> {
    /// The position between this step and the one that follows. Where that begins another snapshot, this one need not
    /// be there any more, and nothing has been seen of the other.
    fn until(&self, next: &Step<'_>) -> At {
        let provider = next.of.provider.clone();
        if self.of.provider != provider {
            return At::Start { provider };
        }
        At::Within {
            provider,
            load: self.of.load.clone(),
            from: match self.spot {
                Spot::Row(row) => Spot::Row(row.saturating_add(1)),
                made @ Spot::After(_) => made,
            },
        }
    }
}

/// The snapshots, whose blocks are numbered one after the other.
fn snapshots(shown: &[Shown]) -> Vec<Snapshot> {
    let mut start = 0;
    let all = shown.iter().map(|one| {
        let blocks = start..start + source::count(one);
        start = blocks.end;
        Snapshot {
            provider: one.provider.clone(),
            load: one.load.run_id(),
            blocks,
        }
    });
    all.collect()
}
