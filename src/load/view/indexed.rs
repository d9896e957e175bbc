//! The index over what was loaded and over what was changed since.

use std::sync::Arc;

use super::instead::Instead;
use crate::item::Item;
use crate::items::{Builder, Index, Row, Texts, pack};
use crate::load::LoadError;
use crate::load::changes::Changes;
use crate::load::shelf::Edition;
use crate::load::source::Visit;

/// An index, with the items that were changed since they were loaded.
pub(in crate::load) struct Indexed {
    pub(super) index: Index,
    /// The changed items, packed: the block behind all others. It is kept with the index, so that both are of one
    /// moment; empty where there are none.
    changed: Vec<u8>,
    /// What stands in the place of which loaded row.
    pub(super) instead: Instead,
    /// More was changed than could be noted.
    pub(super) more_changed: bool,
    /// Of what it is.
    pub(super) editions: Arc<[Edition]>,
}

impl Indexed {
    /// Shows the block of the changed items, whose number among the shown blocks is `at`, if there is one.
    pub(super) fn show<V: Visit>(&self, at: usize, mut visitor: V) -> Result<V, LoadError> {
        if !self.changed.is_empty() {
            visitor.visit(at, &self.changed)?;
        }
        Ok(visitor)
    }

    /// Bytes that it takes.
    pub(in crate::load) fn weight(&self) -> usize {
        self.index.weight() + self.changed.capacity() + self.instead.weight()
    }
}

/// Builds it.
pub(super) struct Build {
    builder: Builder,
    changes: Changes,
}

impl Build {
    /// Also gathers the texts, if they take no more than so many bytes.
    pub(super) fn new(most_texts: usize, changes: Changes) -> Self {
        Self {
            builder: Builder::new(most_texts),
            changes,
        }
    }

    pub(super) fn finish(
        mut self,
        editions: Arc<[Edition]>,
    ) -> Result<(Indexed, Option<Texts>), LoadError> {
        let more_changed = self.changes.more;
        let (items, instead): (Vec<Item>, Vec<_>) = self.changes.into_items().into_iter().unzip();
        let changed = match items.is_empty() {
            true => Vec::new(),
            false => pack(&items)?,
        };
        if !changed.is_empty() {
            self.builder.push(&changed)?;
        }
        let (index, texts) = self.builder.finish()?;
        let indexed = Indexed {
            instead: Instead::new(index.rows().saturating_sub(items.len()), &items, &instead),
            index,
            changed,
            more_changed,
            editions,
        };
        Ok((indexed, texts))
    }
}

impl Visit for Build {
    fn visit(&mut self, _: usize, block: &[u8]) -> Result<(), LoadError> {
        let shows = |number, row: &Row<'_>| self.changes.leave(number, row);
        Ok(self.builder.push_where(block, shows)?)
    }
}
