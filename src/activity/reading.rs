//! The streams of an org's trail read as one, the newest entry first, page by page.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::stream::{KEPT, Stream};
use super::{Activity, Entry, Filter, Noted, written};
use crate::store::{Fields, Mark, Span, Store, StoreError};

/// Entries of a stream that are read at once.
const AT_ONCE: usize = 500;

/// Entries that are looked at for a page at most: so many are read well before a request's time for the store is over.
pub(super) const LOOKED_AT: usize = 5_000;

/// Whose entries somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Those of the whole org.
    All,
    /// Those that concern one user.
    Of {
        /// Their id.
        user: String,
        /// Since when they have their account, where there are accounts: somebody else may have had the id before.
        since: Option<Timestamp>,
    },
}

/// A place in the trail, which stays where it is while entries are added: a page begins behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    mark: Mark,
    /// The number of its stream: entries of several can have the same mark.
    stream: usize,
}

/// A page of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its entries, the newest first.
    pub entries: Vec<Noted>,
    /// Behind which place there are more.
    pub next: Option<Place>,
}

impl Activity {
    /// The newest entries that somebody sees and `filter` lets through: the `most` behind the filter's place, or behind
    /// the beginning. A search that finds few of many stops on its way: there may be more behind a page of none.
    pub async fn page(
        &self,
        org: &str,
        sight: &Sight,
        filter: &Filter,
        most: usize,
    ) -> Result<Page, StoreError> {
        let mut merged = Merged::new(org, filter, self.oldest_ms());
        let mut page = Page {
            entries: Vec::new(),
            next: None,
        };
        // The last entry on the page, and the last one that was looked at.
        let (mut shown, mut seen) = (None, None);
        for looked_at in 0.. {
            let Some((place, fields)) = merged.next(&self.store).await? else {
                break;
            };
            if looked_at == LOOKED_AT {
                page.next = seen;
                break;
            }
            seen = Some(place);
            let read = written::read(org, &fields);
            let read = read.filter(|(at, entry)| sight.has(*at, entry) && filter.has(entry));
            let Some((at, entry)) = read else {
                continue;
            };
            if page.entries.len() == most {
                page.next = shown;
                break;
            }
            page.entries.push(Noted { at, entry });
            shown = seen;
        }
        Ok(page)
    }

    /// What is older has ended, although it may not have been cleared away yet.
    fn oldest_ms(&self) -> i64 {
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        self.clock.now().as_millisecond().saturating_sub(kept)
    }
}

impl Sight {
    fn has(&self, at: Timestamp, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Of { user, since } => {
                entry.concerns(user) && since.is_none_or(|since| since <= at)
            }
        }
    }
}

impl Place {
    /// Right before the first entry of a time.
    pub(super) fn at(ms: u64) -> Self {
        let mark = Mark { ms, number: 0 };
        Self { mark, stream: 0 }
    }

    /// The first mark in a stream that does not lie before this place.
    fn mark_in(self, stream: usize) -> Mark {
        match stream < self.stream {
            true => self.mark.next(),
            false => self.mark,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mark { ms, number } = self.mark;
        write!(f, "{ms}-{number}-{}", self.stream)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers: Vec<&str> = text.split('-').collect();
        let &[ms, number, stream] = &numbers[..] else {
            return Err(());
        };
        let read = |text: &str| text.parse::<u64>().map_err(|_| ());
        let stream = usize::try_from(read(stream)?).map_err(|_| ())?;
        let place = Self {
            mark: Mark {
                ms: read(ms)?,
                number: read(number)?,
            },
            stream,
        };
        // Nothing that could be written in another way: no signs, no zeros in front. Nothing comes before the first time.
        let ours = stream < Stream::ALL.len() && place.mark.ms > 0 && place.to_string() == text;
        ours.then_some(place).ok_or(())
    }
}

/// The streams of an org as one.
struct Merged {
    sources: [Source; Stream::ALL.len()],
}

/// A stream, and how far it is read.
struct Source {
    /// What is not read of it yet; `None` where nothing is left.
    rest: Option<Span>,
    read: VecDeque<(Mark, Fields)>,
}

impl Merged {
    fn new(org: &str, filter: &Filter, oldest_ms: i64) -> Self {
        let before = filter.begins_before();
        let since_ms = filter.since_ms().unwrap_or(oldest_ms).max(oldest_ms);
        let mut number = 0..;
        let sources = Stream::ALL.map(|stream| {
            let number = number.next().unwrap_or_default();
            let rest = Span {
                stream: stream.key(org),
                before: before.map(|place| place.mark_in(number)),
                since_ms,
            };
            Source {
                rest: Some(rest),
                read: VecDeque::new(),
            }
        });
        Self { sources }
    }

    /// The next entry, the newest of those that were not given yet.
    async fn next(&mut self, store: &Store) -> Result<Option<(Place, Fields)>, StoreError> {
        self.fill(store).await?;
        let sources = self.sources.iter().enumerate();
        let heads = sources.filter_map(|(stream, source)| {
            let (mark, _) = source.read.front()?;
            Some(Place {
                mark: *mark,
                stream,
            })
        });
        let Some(place) = heads.max() else {
            return Ok(None);
        };
        let source = self.sources.get_mut(place.stream);
        let taken = source.and_then(|source| source.read.pop_front());
        Ok(taken.map(|(_, fields)| (place, fields)))
    }

    /// Reads on in all streams of which nothing is at hand: which entry comes next is known only then.
    async fn fill(&mut self, store: &Store) -> Result<(), StoreError> {
        let empty = |source: &&mut Source| source.read.is_empty() && source.rest.is_some();
        let mut wanting: Vec<&mut Source> = self.sources.iter_mut().filter(empty).collect();
        let spans: Vec<Span> = wanting.iter().filter_map(|it| it.rest.clone()).collect();
        let found = store.newest(&spans, AT_ONCE).await?;
        for (source, found) in wanting.iter_mut().zip(found) {
            source.take(found);
        }
        Ok(())
    }
}

impl Source {
    fn take(&mut self, found: Vec<(Mark, Fields)>) {
        let whole = found.len() == AT_ONCE;
        let last = found.last().map(|(mark, _)| *mark);
        match (&mut self.rest, last) {
            (Some(rest), Some(last)) if whole => rest.before = Some(last),
            _ => self.rest = None,
        }
        self.read.extend(found);
    }
}
