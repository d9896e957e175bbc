//! The pages: chains of ten, pages in blocks, rows of data sources, in groups of twenty-four.

use jiff::Timestamp;

use super::{Id, Kind, Odd, Parent, Source, Space, Title, minutes_ago, title};

/// The pages of a group. The first is a page of the workspace; the rest hangs on it or in data sources.
const GROUP: u64 = 24;
/// The place of a group whose page is in the trash: a row, so that nothing hangs on it.
const TRASHED: u64 = GROUP - 1;

/// One page. A smaller index was edited later.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub space: Space,
    pub index: u64,
}

impl Page {
    pub fn id(self) -> Id {
        self.space.id(Kind::Page, self.index)
    }

    pub fn is_trashed(self) -> bool {
        self.index % GROUP == TRASHED
    }

    /// What is awkward about the page, if anything.
    pub fn odd(self) -> Option<Odd> {
        if self.is_trashed() {
            return None;
        }
        Odd::of(self.index, self.draw(1))
    }

    /// Several pages share a minute: equal times are common.
    pub fn edited(self) -> Timestamp {
        minutes_ago(self.minutes())
    }

    pub fn created(self) -> Timestamp {
        minutes_ago(self.minutes() + self.draw(2) % 500_000)
    }

    pub fn title(self) -> Title {
        let odd = self.odd().and_then(Odd::title);
        odd.unwrap_or_else(|| title::ordinary(self.draw(3), self.index))
    }

    /// Where the page is. Clients must cope with parents that are not shared or of an unknown kind.
    pub fn parent(self) -> Parent {
        match self.odd() {
            Some(Odd::AgentParent) => Parent::Stranger("agent_id", self.index),
            Some(Odd::UnknownParent) => Parent::Stranger("orbit_id", self.index),
            Some(Odd::ForeignParent) => Parent::Foreign(self.index),
            _ => self.ordinary_parent(),
        }
    }

    fn ordinary_parent(self) -> Parent {
        let place = self.index % GROUP;
        let root = self.index - place;
        match place {
            0 => Parent::Workspace,
            // Pages in pages, ten deep with their root.
            1..=9 => Parent::Page(self.index - 1),
            10 => Parent::Block(self.index),
            11 => Parent::Page(root),
            _ => self
                .source()
                .map_or(Parent::Page(root), |source| Parent::Source(source.ordinal)),
        }
    }

    /// The data source whose row the page is.
    pub fn row_of(self) -> Option<Source> {
        match self.parent() {
            Parent::Source(ordinal) => self.space.source(ordinal),
            _ => None,
        }
    }

    /// The pages that hang on this one. They follow it closely.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let near = self.index + 1..self.index + 12;
        near.filter_map(move |index| self.space.page(index))
            .filter(move |page| page.hangs_on(self.index))
    }

    fn hangs_on(self, index: u64) -> bool {
        match self.parent() {
            Parent::Page(parent) => parent == index,
            Parent::Block(block) => block == index + 1,
            _ => false,
        }
    }

    /// A data source that is not in the trash, as far as there are any.
    fn source(self) -> Option<Source> {
        let count = self.space.sources();
        let first = self.draw(4).checked_rem(count)?;
        let is_live = |source: &Source| !source.is_trashed();
        (first..first + count)
            .filter_map(|ordinal| self.space.source(ordinal % count))
            .find(is_live)
    }

    fn minutes(self) -> u64 {
        self.index / 3 * 7
    }

    /// A number that depends on the page and on what it is drawn for.
    pub fn draw(self, salt: u64) -> u64 {
        self.space.draw(Kind::Page, salt, self.index)
    }
}

/// The root page of some group, to put databases on.
pub fn root(space: Space, draw: u64) -> Option<u64> {
    draw.checked_rem(space.pages.div_ceil(GROUP))
        .map(|group| group * GROUP)
}
