//! Programs that list what was loaded, some items at a time.

mod changing;
mod forged;
mod model;
mod over;

use super::looks::bench;
use super::model::{left, stored};
use super::{Bench, owner};
use crate::item::Item;
use crate::items::{Dir, Order, Query, Sort};
use crate::load::{Change, Listed, Listing, LoadError, Loads, Position, Shown};
use crate::store::keys;

/// Two snapshots, one after the other.
struct World {
    bench: Bench,
    shown: Vec<Shown>,
    /// Their items, as they were loaded.
    loaded: Vec<Item>,
}

impl World {
    async fn new(pages: usize, contacts: usize) -> Self {
        let bench = bench().await;
        let of = |provider: &'static str, kind: &'static str, count: usize| {
            (0..count).map(move |n| {
                let name = format!("{kind} {:02}", n * 7919 % count);
                let mut item = Item::new(provider, kind, format!("{kind}-{n:03}"), name);
                item.parent_id = Some(format!("in {}", n % 3));
                item
            })
        };
        let items = of("hubspot", "Contact", contacts).chain(of("notion", "Page", pages));
        let (shown, loaded) = stored(&bench, 0, items.collect()).await;
        assert_eq!(loaded.len(), pages + contacts);
        Self {
            bench,
            shown,
            loaded,
        }
    }

    async fn list(&self, listing: &Listing, after: Option<&Position>) -> Result<Listed, LoadError> {
        list(&self.bench.loads, &self.shown, listing, after).await
    }

    /// All pages of a list, which say the same of it.
    async fn pages(&self, listing: &Listing) -> Vec<Vec<Item>> {
        let (mut pages, mut after, mut totals) = (Vec::new(), None, Vec::new());
        loop {
            let listed = self.list(listing, after.as_ref()).await.expect("a page");
            pages.push(listed.items);
            totals.push(listed.total);
            after = listed.next;
            if after.is_none() {
                break;
            }
        }
        let all = pages.iter().flatten().count() as u64;
        assert!(totals.iter().all(|total| *total == all), "{totals:?}");
        pages
    }

    async fn all(&self, listing: &Listing) -> Vec<Item> {
        self.pages(listing).await.concat()
    }

    /// Does something to an item through Patchbay.
    async fn change(&self, provider: &str, change: Change) {
        let (loads, owner) = (&self.bench.loads, owner());
        let noted = loads.note_change(&owner, provider, change).await;
        noted.expect("noted");
    }

    async fn rename(&self, item: &Item, name: &str) {
        self.change(&item.provider, super::noted::put(item, name))
            .await;
    }

    async fn delete(&self, item: &Item) {
        self.change(&item.provider, super::noted::gone(item)).await;
    }
}

async fn list(
    loads: &Loads,
    shown: &[Shown],
    listing: &Listing,
    after: Option<&Position>,
) -> Result<Listed, LoadError> {
    // As it goes through a program's hands.
    let after = after.map(|after| Position::from_text(&after.to_text()).expect("a position"));
    loads.list(&owner(), shown, listing, after.as_ref()).await
}

fn as_loaded(most: u32) -> Listing {
    Listing {
        query: Query::default(),
        order: Order::AsLoaded,
        most,
    }
}

fn by(sort: Sort, dir: Dir, most: u32) -> Listing {
    Listing {
        order: Order::By(sort, dir),
        ..as_loaded(most)
    }
}

/// What each filter leaves some of.
fn queries() -> Vec<Query> {
    let text = |text: &str| Some(text.to_owned());
    let all = Query::default;
    vec![
        all(),
        Query {
            provider: text("hubspot"),
            ..all()
        },
        Query {
            kind: text("Page"),
            ..all()
        },
        Query {
            parent_id: text("in 1"),
            ..all()
        },
        Query {
            q: "1".to_owned(),
            ..all()
        },
        Query {
            q: "no such text".to_owned(),
            ..all()
        },
        Query {
            kind: text("Contact"),
            parent_id: text("in 2"),
            q: "2".to_owned(),
            ..all()
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_any_size_are_what_was_loaded_in_its_order_and_none_is_empty() {
    let world = World::new(13, 22).await;
    for (most, pages) in [
        (1, 35),
        (2, 18),
        (5, 7),
        (13, 3),
        (34, 2),
        (35, 1),
        (1_000, 1),
    ] {
        let listed = world.pages(&as_loaded(most)).await;
        assert_eq!(listed.len(), pages, "of {most}");
        assert!(listed.iter().all(|page| !page.is_empty()));
        assert_eq!(listed.concat(), world.loaded, "of {most}");
    }
    assert_eq!(world.pages(&as_loaded(0)).await.len(), 35, "at least one");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_size_may_change_from_page_to_page() {
    let world = World::new(13, 22).await;
    for listing in [as_loaded(0), by(Sort::Name, Dir::Desc, 0)] {
        let whole = world
            .all(&Listing {
                most: 100,
                ..listing.clone()
            })
            .await;
        let (mut seen, mut after) = (Vec::new(), None);
        for most in [1, 17, 3, 14] {
            let listing = Listing {
                most,
                ..listing.clone()
            };
            let listed = world.list(&listing, after.as_ref()).await.expect("a page");
            assert_eq!(listed.items.len(), most as usize);
            seen.extend(listed.items);
            after = listed.next;
        }
        assert_eq!((seen, after), (whole, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_the_same_in_every_order() {
    let world = World::new(23, 32).await;
    for query in queries() {
        let wanted = left(&world.loaded, &query);
        for most in [3, 100] {
            let listing = Listing {
                query: query.clone(),
                ..as_loaded(most)
            };
            assert_eq!(world.all(&listing).await, wanted, "{query:?}");
        }
        for (sort, dir) in [(Sort::Name, Dir::Desc), (Sort::Parent, Dir::Asc)] {
            let table = Query {
                sort,
                dir,
                per_page: 500,
                ..query.clone()
            };
            let loads = &world.bench.loads;
            let table = loads.select(&owner(), &world.shown, &table).await;
            let listing = Listing {
                query: query.clone(),
                ..by(sort, dir, 7)
            };
            assert_eq!(world.all(&listing).await, table.expect("a page").items);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_loaded_is_a_list_without_items() {
    let world = World::new(0, 0).await;
    for listing in [as_loaded(10), by(Sort::Name, Dir::Asc, 10)] {
        for shown in [&world.shown[..], &[]] {
            let listed = list(&world.bench.loads, shown, &listing, None).await;
            let listed = listed.expect("a page");
            let all = (listed.items.len(), listed.total, listed.next);
            assert_eq!(all, (0, 0, None));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_as_loaded_opens_only_the_blocks_that_it_lies_in() {
    let world = World::new(20, 40).await;
    let first = world.list(&as_loaded(20), None).await.expect("a page");
    let store = &world.bench.loads.parts.setup.store;
    for block in [0, 3] {
        let gone = keys::page("hubspot0", "contacts", block);
        assert!(store.delete(&gone).await.expect("deleted"));
    }
    let after = first.next.expect("more");
    let page = world.list(&as_loaded(20), Some(&after)).await;
    assert!(
        matches!(page, Err(LoadError::Gone)),
        "a block of it is gone"
    );
    // The pages lie in other blocks, and are there still.
    let again = world.list(&as_loaded(20), None).await.expect("a page");
    assert_eq!(again.items, first.items);
}
