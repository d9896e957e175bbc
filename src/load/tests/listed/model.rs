//! Any snapshots, any filters, any changes before and between the pages, pages of any size: whatever is there from the
//! beginning of a list to its end comes exactly once, in its place and as it is then.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::super::looks::bench;
use super::super::model::{Name, change, item, left, model, name, query, stored};
use super::super::{Bench, owner};
use super::list;
use crate::item::Item;
use crate::items::{Order, Query};
use crate::load::{Change, Listing, Position, Shown};

/// How often everything is made up anew.
const CASES: usize = 60;

type Changes = Vec<(String, Change)>;

/// What is done in a case.
#[derive(Debug, Clone)]
struct Case {
    items: Vec<Item>,
    query: Query,
    before: Changes,
    /// The sizes of the pages, and what is done after each.
    steps: Vec<(u32, Changes)>,
}

prop_compose! {
    fn case()(
        items in prop::collection::vec(item(), 0..60),
        query in prop_oneof![Just(Query::default()), query()],
        before in prop::collection::vec(change(), 0..12),
        steps in prop::collection::vec((1u32..9, prop::collection::vec(change(), 0..4)), 0..20),
    ) -> Case {
        Case { items, query, before, steps }
    }
}

/// A list that is read, and what is known of it.
struct Reading<'a> {
    bench: &'a Bench,
    shown: Vec<Shown>,
    loaded: Vec<Item>,
    query: Query,
    changes: Changes,
    seen: Vec<Name>,
    /// What was there at each look so far.
    always: Option<BTreeSet<Name>>,
}

impl Reading<'_> {
    async fn change(&mut self, changes: Changes) {
        for (provider, change) in changes {
            let loads = &self.bench.loads;
            let noted = loads.note_change(&owner(), &provider, change.clone()).await;
            noted.expect("noted");
            self.changes.push((provider, change));
        }
    }

    /// Reads a page; answers where it goes on.
    async fn look(&mut self, most: u32, after: Option<&Position>) -> Option<Position> {
        let there = left(&model(&self.loaded, &self.changes), &self.query);
        let there: BTreeMap<Name, Item> =
            there.into_iter().map(|item| (name(&item), item)).collect();
        let names = there.keys().cloned();
        self.always = Some(match self.always.take() {
            None => names.collect(),
            Some(always) => names.filter(|name| always.contains(name)).collect(),
        });
        let listing = Listing {
            query: self.query.clone(),
            order: Order::AsLoaded,
            most,
        };
        let listed = list(&self.bench.loads, &self.shown, &listing, after).await;
        let listed = listed.expect("a page");
        assert_eq!(listed.total, there.len() as u64);
        assert!(listed.items.len() == most as usize || listed.next.is_none());
        for item in &listed.items {
            assert_eq!(there.get(&name(item)), Some(item), "as it is now");
        }
        self.seen.extend(listed.items.iter().map(name));
        listed.next
    }

    /// Where an item stands: behind those of its provider that were loaded, if it was not.
    fn rank(&self, (provider, kind, id): &Name) -> (usize, usize) {
        let of = self.shown.iter().position(|one| one.provider == *provider);
        let is = |item: &Item| (&item.provider, &item.kind, &item.id) == (provider, kind, id);
        let row = self.loaded.iter().position(is);
        (of.expect("one of both"), row.unwrap_or(usize::MAX))
    }

    fn check(&self) {
        let once: BTreeSet<&Name> = self.seen.iter().collect();
        assert_eq!(once.len(), self.seen.len(), "twice: {:?}", self.seen);
        for name in self.always.iter().flatten() {
            assert!(once.contains(name), "{name:?} is not in {:?}", self.seen);
        }
        let ranks = self.seen.iter().map(|name| self.rank(name));
        assert!(ranks.is_sorted(), "{:?}", self.seen);
    }
}

async fn read(bench: &Bench, number: usize, case: Case) {
    let (shown, loaded) = stored(bench, number, case.items).await;
    let mut reading = Reading {
        bench,
        shown,
        loaded,
        query: case.query,
        changes: Vec::new(),
        seen: Vec::new(),
        always: None,
    };
    reading.change(case.before).await;
    let (mut steps, mut after) = (case.steps.into_iter(), None);
    loop {
        let (most, changes) = steps.next().unwrap_or((7, Vec::new()));
        after = reading.look(most, after.as_ref()).await;
        if after.is_none() {
            break;
        }
        reading.change(changes).await;
    }
    reading.check();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_there_all_along_comes_exactly_once_and_in_its_place() {
    let bench = bench().await;
    let mut runner = TestRunner::deterministic();
    for number in 0..CASES {
        let case = case().new_tree(&mut runner).expect("a case").current();
        read(&bench, number, case).await;
        for provider in ["notion", "hubspot"] {
            let withdrawn = bench.loads.withdraw(&owner(), provider).await;
            withdrawn.expect("withdrawn");
        }
    }
}
