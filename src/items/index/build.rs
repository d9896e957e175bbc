//! Building the index of a snapshot, block by block.
//!
//! What the orders are computed of takes about 75 bytes an item while it is built, 165 at most where all names are long,
//! and is dropped with the end.

use super::digests::Digests;
use super::keys::{Labels, Names, cut, micros};
use super::order::{self, Order};
use super::portrait::Months;
use super::properties::Properties;
use super::{Found, Index, Orders, Texts};
use crate::items::fold::{fold, fold_into};
use crate::items::packed::{Block, Row, Unreadable};

/// Parts the provider and the type in a label. No provider's id holds it.
const PART: char = '\0';

/// See the module.
pub struct Builder {
    starts: Vec<u32>,
    kinds: Labels,
    names: Names,
    parents: Labels,
    created: Vec<Option<i64>>,
    modified: Vec<Option<i64>>,
    digests: Digests,
    months: [Months; 2],
    properties: Properties,
    hidden: Vec<usize>,
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
            digests: Digests::default(),
            months: Default::default(),
            properties: Properties::default(),
            hidden: Vec::new(),
            texts: Some(Texts::default()),
            most_texts,
            folded: String::new(),
        }
    }

    /// Adds the next block, as it was packed.
    pub fn push(&mut self, block: &[u8]) -> Result<(), Unreadable> {
        self.push_where(block, |_, _| true)
    }

    /// Adds the next block, of which those rows are hidden that `shows`, which is told their numbers, does not show: they
    /// keep these, and are found by nothing.
    pub fn push_where(
        &mut self,
        block: &[u8],
        mut shows: impl FnMut(u32, &Row<'_>) -> bool,
    ) -> Result<(), Unreadable> {
        let rows = self.created.len();
        if rows >= order::MOST / 2 {
            return Err(Unreadable);
        }
        let first = u32::try_from(rows).map_err(|_| Unreadable)?;
        self.starts.push(first);
        for (number, row) in (first..).zip(Block::read(block)?.rows()) {
            let row = row?;
            match shows(number, &row) {
                true => self.row(&row),
                false => self.hide(),
            }
            if let Some(texts) = &mut self.texts {
                texts.push(&row);
            }
        }
        let most = self.most_texts;
        self.texts.take_if(|texts| texts.size() > most);
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>) {
        self.kind(row);
        fold_into(&mut self.folded, row.name);
        self.names.push(cut(&self.folded));
        let parent = row.parent.map(|parent| {
            fold_into(&mut self.folded, parent);
            cut(&self.folded)
        });
        self.parents.push(parent);
        self.created.push(row.created.map(micros));
        self.modified.push(row.modified.map(micros));
        self.digests.push(row);
        for (months, at) in self.months.iter_mut().zip([row.created, row.modified]) {
            at.into_iter().for_each(|at| months.count(at));
        }
    }

    fn kind(&mut self, row: &Row<'_>) {
        self.folded.clear();
        self.folded.push_str(row.provider);
        self.folded.push(PART);
        self.folded.push_str(row.kind);
        let kind = self.kinds.push(Some(&self.folded));
        self.properties.note(kind, row);
    }

    fn hide(&mut self) {
        self.hidden.push(self.created.len());
        self.kinds.push(None);
        self.names.push("");
        self.parents.push(None);
        self.created.push(None);
        self.modified.push(None);
        self.digests.push_none();
    }

    /// The index, and the texts if they were not too large.
    pub fn finish(self) -> Result<(Index, Option<Texts>), Unreadable> {
        let hidden = Found::of(&self.hidden, self.created.len());
        let kinds = self.kinds.list();
        let kinds = kinds.iter().filter_map(|kind| kind.split_once(PART));
        let folded: Vec<String> = kinds.clone().map(|(_, kind)| fold(kind)).collect();
        let [created_in, modified_in] = self.months;
        let orders = Orders {
            name: Order::by_key(self.names.keys(), &hidden),
            kind: self.kinds.order(&folded, &hidden),
            parent: self.parents.order(&self.parents.list(), &hidden),
            created: Order::by_key(self.created.into_iter(), &hidden),
            modified: Order::by_key(self.modified.into_iter(), &hidden),
        };
        let index = Index {
            starts: self.starts,
            kind_of: self.kinds.narrow()?,
            kinds: kinds
                .map(|(provider, kind)| (provider.to_owned(), kind.to_owned()))
                .collect(),
            digests: self.digests.shrunk(),
            orders,
            properties: self.properties.by_kind(),
            created_in,
            modified_in,
            texts_kept: self.texts.is_some(),
        };
        Ok((index, self.texts.map(Texts::shrunk)))
    }
}
