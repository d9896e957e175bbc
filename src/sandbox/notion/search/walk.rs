//! The objects that a walk meets, newest edit first unless told otherwise: pages and data sources merged.

use serde_json::Value;

use crate::sandbox::notion::{
    data::{Page, Source, Space},
    version::Version,
    write,
};

/// Which objects are asked for.
#[derive(Debug)]
pub struct Wanted {
    pub pages: bool,
    pub sources: bool,
    /// Only rows of the data source of this ordinal.
    pub of_source: Option<u64>,
    /// Those in the trash, or those that are not.
    pub is_trashed: bool,
    /// In lower case.
    pub query: Option<String>,
    pub ascending: bool,
    pub version: Version,
}

/// How far a walk has come: so many positions of each kind lie behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    pub pages: u64,
    pub sources: u64,
}

/// So many pages and data sources, the newest ones, are not in the search yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hidden {
    pages: u64,
    sources: u64,
}

/// One object.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    Page(Page),
    Source(Source),
}

/// An object, and the place behind it.
pub type Step = (Found, Place);

impl Wanted {
    pub fn everything(version: Version) -> Self {
        Self {
            pages: true,
            sources: true,
            of_source: None,
            is_trashed: false,
            query: None,
            ascending: false,
            version,
        }
    }

    fn has_page(&self, page: Page) -> bool {
        let is_row = |ordinal| {
            page.row_of()
                .is_some_and(|source| source.ordinal == ordinal)
        };
        self.pages
            && page.is_trashed() == self.is_trashed
            && self.of_source.is_none_or(is_row)
            && self
                .query
                .as_ref()
                .is_none_or(|query| page.title().matches(query))
    }

    fn has_source(&self, source: Source) -> bool {
        let database = source.database();
        // Before 2025-09-03 databases with several data sources are missing from results.
        let is_shown = self.version.has_sources() || !database.has_several();
        let matches = |query: &String| database.title().matches(query);
        self.sources
            && is_shown
            && source.is_trashed() == self.is_trashed
            && self.query.as_ref().is_none_or(matches)
    }
}

impl Hidden {
    /// Hides `lag` objects that would be listed: pages first.
    pub fn of(space: Space, lag: u64) -> Self {
        let pages = (0..space.pages).filter_map(|index| space.page(index));
        let (pages, rest) = bound(pages.map(Page::is_trashed), lag);
        let sources = (0..space.sources()).filter_map(|ordinal| space.source(ordinal));
        let (sources, _) = bound(sources.map(Source::is_trashed), rest);
        Self { pages, sources }
    }
}

/// How many positions hold `lag` objects that are not in the trash, and how many objects are left to hide.
fn bound(trashed: impl Iterator<Item = bool>, lag: u64) -> (u64, u64) {
    let (mut positions, mut left) = (0, lag);
    for is_trashed in trashed {
        if left == 0 {
            break;
        }
        positions += 1;
        left -= u64::from(!is_trashed);
    }
    (positions, left)
}

/// The next `count` objects from a place on.
pub fn walk(space: Space, wanted: &Wanted, hidden: Hidden, from: Place, count: usize) -> Vec<Step> {
    let mut pages = pages(space, wanted, hidden, from).peekable();
    let mut sources = sources(space, wanted, hidden, from).peekable();
    let mut place = from;
    let merged = std::iter::from_fn(|| {
        let is_page_next = match (pages.peek(), sources.peek()) {
            (Some((page, _)), Some((source, _))) => {
                (page.edited() < source.edited()) == wanted.ascending
            }
            (page, _) => page.is_some(),
        };
        if is_page_next {
            let (page, behind) = pages.next()?;
            place.pages = behind;
            Some((Found::Page(page), place))
        } else {
            let (source, behind) = sources.next()?;
            place.sources = behind;
            Some((Found::Source(source), place))
        }
    });
    merged.take(count).collect()
}

/// The wanted pages from a place on, each with the place behind it.
fn pages(
    space: Space,
    wanted: &Wanted,
    hidden: Hidden,
    from: Place,
) -> impl Iterator<Item = (Page, u64)> {
    ahead(from.pages, space.pages, hidden.pages, wanted.ascending)
        .filter_map(move |(index, behind)| Some((space.page(index)?, behind)))
        .filter(|(page, _)| wanted.has_page(*page))
}

/// The wanted data sources, likewise.
fn sources(
    space: Space,
    wanted: &Wanted,
    hidden: Hidden,
    from: Place,
) -> impl Iterator<Item = (Source, u64)> {
    ahead(
        from.sources,
        space.sources(),
        hidden.sources,
        wanted.ascending,
    )
    .filter_map(move |(ordinal, behind)| Some((space.source(ordinal)?, behind)))
    .filter(|(source, _)| wanted.has_source(*source))
}

/// The positions that lie ahead, without the hidden ones, each with the place behind it.
fn ahead(from: u64, all: u64, hidden: u64, ascending: bool) -> impl Iterator<Item = (u64, u64)> {
    (from..all)
        .map(move |place| {
            let position = if ascending { all - place - 1 } else { place };
            (position, place + 1)
        })
        .filter(move |(position, _)| *position >= hidden)
}

impl Found {
    pub fn write(self, version: Version) -> Value {
        match self {
            Self::Page(page) => write::page(page, version),
            Self::Source(source) if version.has_sources() => write::source(source, version),
            Self::Source(source) => write::table(source, version),
        }
    }
}
