//! Picking a page of items out of a snapshot that is read page by page.
//!
//! No more items are kept than the pages up to the wanted one hold, however large the snapshot is.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::query::{Dir, Query, Sort};
use crate::item::Item;

/// Gives the items of a snapshot, a stored page at a time.
#[async_trait]
pub trait PageSource: Send {
    /// Why a page cannot be had.
    type Error: Send;
    /// The next stored page, `None` after the last.
    async fn next_page(&mut self) -> Result<Option<Vec<Item>>, Self::Error>;
}

/// A page of items and the numbers around it.
#[derive(Debug, Default)]
pub struct Selection {
    /// The rows of the page, without their properties.
    pub items: Vec<Item>,
    /// How many items the whole selection has.
    pub total: u64,
    /// How many items of each type the text filter leaves, whatever type is chosen.
    pub kinds: BTreeMap<String, u64>,
}

/// Picks items by a query.
pub struct Selector<'a> {
    query: &'a Query,
    needle: String,
    keep: usize,
    kept: Vec<Kept>,
    seen: u64,
    selection: Selection,
}

struct Kept {
    key: Key,
    /// Order of arrival, which decides between equals.
    number: u64,
    item: Item,
}

enum Key {
    Text(String),
    Time(Timestamp),
    Nothing,
}

impl<'a> Selector<'a> {
    /// A selector for the page that `query` asks for, of a snapshot of `items` items.
    pub fn new(query: &'a Query, items: u64) -> Self {
        let keep = query.offset().saturating_add(u64::from(query.per_page));
        // Of a page beyond the end nothing is kept.
        let keep = if query.offset() < items { keep } else { 0 };
        Self {
            query,
            needle: fold(&query.q),
            keep: usize::try_from(keep).unwrap_or(usize::MAX),
            kept: Vec::new(),
            seen: 0,
            selection: Selection::default(),
        }
    }

    /// Reads the whole snapshot and answers the page.
    pub async fn run<S: PageSource>(mut self, source: &mut S) -> Result<Selection, S::Error> {
        while let Some(items) = source.next_page().await? {
            for item in items {
                self.take(item);
            }
        }
        Ok(self.finish())
    }

    fn take(&mut self, mut item: Item) {
        self.seen += 1;
        if !holds(&item, &self.needle) {
            return;
        }
        *self.selection.kinds.entry(item.kind.clone()).or_default() += 1;
        if self
            .query
            .kind
            .as_ref()
            .is_some_and(|kind| *kind != item.kind)
        {
            return;
        }
        self.selection.total += 1;
        // Rows do not show them, and they are most of an item.
        item.properties.clear();
        let key = key(&item, self.query.sort);
        self.kept.push(Kept {
            key,
            number: self.seen,
            item,
        });
        if self.kept.len() > self.keep.saturating_mul(2).saturating_add(1000) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let dir = self.query.dir;
        if self.keep < self.kept.len() {
            self.kept
                .select_nth_unstable_by(self.keep, |a, b| compare(a, b, dir));
            self.kept.truncate(self.keep);
        }
    }

    fn finish(mut self) -> Selection {
        self.cut();
        let dir = self.query.dir;
        self.kept.sort_unstable_by(|a, b| compare(a, b, dir));
        let offset = usize::try_from(self.query.offset()).unwrap_or(usize::MAX);
        let rows = self.kept.into_iter().skip(offset);
        self.selection.items = rows.map(|kept| kept.item).collect();
        self.selection
    }
}

/// Text as it is compared: whatever its case, its accents, and the way these are written down.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether an item holds the text: in its name, its id, what it lies in, or one of its properties.
fn holds(item: &Item, needle: &str) -> bool {
    if needle.is_empty() {
        return true;
    }
    let has = |text: &str| fold(text).contains(needle);
    has(&item.name)
        || has(&item.id)
        || item.parent_path_or_name.as_deref().is_some_and(has)
        || item
            .properties
            .values()
            .any(|value| value.as_str().is_some_and(has))
}

fn key(item: &Item, sort: Sort) -> Key {
    let text = |text: &str| Key::Text(fold(text));
    let time = |time: Option<Timestamp>| time.map_or(Key::Nothing, Key::Time);
    match sort {
        Sort::Name => text(&item.name),
        Sort::Type => text(&item.kind),
        Sort::Parent => item
            .parent_path_or_name
            .as_deref()
            .map_or(Key::Nothing, text),
        Sort::Created => time(item.creation_time),
        Sort::Modified => time(item.last_modified_time),
    }
}

/// What is unknown comes last, whichever way it is sorted.
fn compare(a: &Kept, b: &Kept, dir: Dir) -> Ordering {
    let directed = |order: Ordering| match dir {
        Dir::Asc => order,
        Dir::Desc => order.reverse(),
    };
    let order = match (&a.key, &b.key) {
        (Key::Nothing, Key::Nothing) => Ordering::Equal,
        (Key::Nothing, _) => Ordering::Greater,
        (_, Key::Nothing) => Ordering::Less,
        (Key::Text(a), Key::Text(b)) => directed(a.cmp(b)),
        (Key::Time(a), Key::Time(b)) => directed(a.cmp(b)),
        (Key::Text(_), Key::Time(_)) | (Key::Time(_), Key::Text(_)) => Ordering::Equal,
    };
    order.then(a.number.cmp(&b.number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Pages(std::vec::IntoIter<Vec<Item>>);

    #[async_trait]
    impl PageSource for Pages {
        type Error = ();
        async fn next_page(&mut self) -> Result<Option<Vec<Item>>, ()> {
            Ok(self.0.next())
        }
    }

    fn items(n: usize) -> Vec<Item> {
        (0..n)
            .map(|i| {
                let kind = if i % 3 == 0 { "Company" } else { "Contact" };
                let mut item =
                    Item::new("hubspot", kind, i.to_string(), format!("N{}", i * 7919 % n));
                item.last_modified_time = (i % 5 != 0)
                    .then(|| Timestamp::from_second((i * 31 % 97) as i64).expect("time"));
                item
            })
            .collect()
    }

    fn select(all: &[Item], query: &Query) -> Selection {
        let pages: Vec<_> = all.chunks(100).map(<[Item]>::to_vec).collect();
        let mut source = Pages(pages.into_iter());
        let run = Selector::new(query, all.len() as u64).run(&mut source);
        futures_util::FutureExt::now_or_never(run)
            .expect("ready")
            .expect("no error")
    }

    #[test]
    fn pages_together_are_the_whole_each_item_once() {
        let all = items(2_345);
        for sort in [Sort::Name, Sort::Modified, Sort::Type] {
            for dir in [Dir::Asc, Dir::Desc] {
                let mut ids = Vec::new();
                for page in 1..=24 {
                    let query = Query {
                        sort,
                        dir,
                        page,
                        per_page: 100,
                        ..Query::default()
                    };
                    ids.extend(select(&all, &query).items.into_iter().map(|item| item.id));
                }
                ids.sort_by_key(|id| id.parse::<usize>().unwrap_or_default());
                let wanted: Vec<_> = (0..2_345).map(|i| i.to_string()).collect();
                assert_eq!(ids, wanted);
            }
        }
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for name in ["Zoë", "Zoe\u{308}", "ＺＯË", "zoe"] {
            let all = [Item::new("hubspot", "Contact", "1", name)];
            for q in ["zoë", "ZOE", "zoe\u{308}"] {
                let query = Query {
                    q: q.to_owned(),
                    ..Query::default()
                };
                assert_eq!(select(&all, &query).total, 1, "{q} in {name}");
            }
        }
    }

    #[test]
    fn unknown_times_come_last_both_ways() {
        let all = items(50);
        for dir in [Dir::Asc, Dir::Desc] {
            let query = Query {
                sort: Sort::Modified,
                dir,
                ..Query::default()
            };
            let times: Vec<_> = select(&all, &query)
                .items
                .iter()
                .map(|item| item.last_modified_time)
                .collect();
            assert!(
                times[..40].iter().all(Option::is_some) && times[40..].iter().all(Option::is_none)
            );
        }
    }

    #[test]
    fn counts_by_type_do_not_depend_on_the_chosen_type() {
        let all = items(90);
        let query = Query {
            kind: Some("Company".to_owned()),
            ..Query::default()
        };
        let selection = select(&all, &query);
        assert_eq!(selection.total, 30);
        assert_eq!(selection.kinds.get("Contact"), Some(&60));
    }

    #[test]
    fn a_page_beyond_the_end_is_empty() {
        let query = Query {
            page: 100,
            ..Query::default()
        };
        let selection = select(&items(10), &query);
        assert!(selection.items.is_empty());
        assert_eq!(selection.total, 10);
    }

    proptest! {
        #[test]
        fn a_page_is_the_slice_of_everything_sorted(n in 1usize..600, page in 1u32..8, per_page in 1u32..80) {
            let all = items(n);
            let whole = Query { per_page: 500, ..Query::default() };
            let query = Query { page, per_page, ..Query::default() };
            let mut sorted = select(&all, &whole).items;
            sorted.extend(select(&all, &Query { page: 2, ..whole }).items);
            let (from, to) = (query.offset() as usize, (query.offset() + u64::from(per_page)) as usize);
            let wanted = &sorted[from.min(n)..to.min(n)];
            prop_assert_eq!(&select(&all, &query).items[..], wanted);
        }
    }
}
