//! Building the index of a snapshot, block by block.
//!
//! What the orders are computed of takes about 60 bytes an item while it is built, 150 at most where all names are long,
//! and is dropped with the end.

use super::keys::{Labels, Names, cut, micros};
use super::order::{self, Order};
use super::properties::Properties;
use super::{Index, Orders, Texts};
use crate::items::fold::{fold, fold_into};
use crate::items::packed::{Block, Row, Unreadable};

/// See the module.
pub struct Builder {
    starts: Vec<u32>,
    kinds: Labels,
    names: Names,
    parents: Labels,
    created: Vec<Option<i64>>,
    modified: Vec<Option<i64>>,
    properties: Properties,
    texts: Option<Texts>,
    most_texts: usize,
    folded: String,
}

impl Builder {
    /// A builder that also gathers the texts of the rows, unless they take more than so many bytes.
    pub fn new(most_texts: usize) -> Self {
        Self {
            starts: Vec::new(),
            kinds: Labels::default(),
            names: Names::default(),
            parents: Labels::default(),
            created: Vec::new(),
            modified: Vec::new(),
            properties: Properties::default(),
            texts: Some(Texts::default()),
            most_texts,
            folded: String::new(),
        }
    }

    /// Adds the next block, as it was packed.
    pub fn push(&mut self, block: &[u8]) -> Result<(), Unreadable> {
        let rows = self.created.len();
        if rows >= order::MOST / 2 {
            return Err(Unreadable);
        }
        self.starts
            .push(u32::try_from(rows).map_err(|_| Unreadable)?);
        for row in Block::read(block)?.rows() {
            self.row(&row?);
        }
        let most = self.most_texts;
        self.texts.take_if(|texts| texts.size() > most);
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>) {
        self.kinds.push(Some(row.kind));
        fold_into(&mut self.folded, row.name);
        self.names.push(cut(&self.folded));
        let parent = row.parent.map(|parent| {
            fold_into(&mut self.folded, parent);
            cut(&self.folded)
        });
        self.parents.push(parent);
        self.created.push(row.created.map(micros));
        self.modified.push(row.modified.map(micros));
        self.properties.note(row);
        if let Some(texts) = &mut self.texts {
            texts.push(row);
        }
    }

    /// The index, and the texts if they were not too large.
    pub fn finish(self) -> Result<(Index, Option<Texts>), Unreadable> {
        let kinds = self.kinds.list();
        let folded: Vec<String> = kinds.iter().map(|kind| fold(kind)).collect();
        let orders = Orders {
            name: Order::by_key(self.names.keys()),
            kind: self.kinds.order(&folded),
            parent: self.parents.order(&self.parents.list()),
            created: Order::by_key(self.created.into_iter()),
            modified: Order::by_key(self.modified.into_iter()),
        };
        let index = Index {
            starts: self.starts,
            kind_of: self.kinds.narrow()?,
            kinds,
            orders,
            properties: self.properties.by_kind(),
            texts_kept: self.texts.is_some(),
        };
        Ok((index, self.texts.map(Texts::shrunk)))
    }
}
