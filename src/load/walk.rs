//! The walk of a stream: which pages it has seen, and whether it gets anywhere.

use std::collections::HashSet;

use super::dedup::Seen;
use crate::item::Item;
use crate::providers::{Fetch, Fetched};

/// Empty pages of a stream that lead to themselves: a provider that is not ready says so.
const ASKED_AGAIN: u32 = 5;
/// Pages in a row that bring nothing new. A provider whose pages shift repeats a few, not so many.
const NOTHING_NEW: u32 = 100;

/// What the walk of a stream remembers beside its report.
#[derive(Default)]
pub(super) struct Walk {
    /// Pages that came, stored or not.
    pub(super) came: u64,
    /// Steps that are queued or under way.
    pub(super) open: usize,
    seen: Seen,
    cursors: HashSet<Option<String>>,
    asked_again: u32,
    nothing_new: u32,
}

/// What a page means for the walk.
pub(super) enum Way {
    /// On.
    On,
    /// The same page again: it was empty.
    Again,
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

impl Walk {
    /// Notes a step that will be taken.
    pub(super) fn enter(&mut self, step: &Fetch) {
        self.open += 1;
        self.cursors.insert(step.cursor.clone());
    }

    /// Where a page leads. A walk must end, whatever a provider answers.
    pub(super) fn way(&mut self, step: &Fetch, fetched: &Fetched) -> Way {
        let known = |next: &Fetch| self.cursors.contains(&next.cursor);
        if !fetched.next.iter().any(known) {
            return Way::On;
        }
        let to_itself = fetched.next.iter().all(|next| next.cursor == step.cursor);
        if to_itself && fetched.items.is_empty() && self.asked_again < ASKED_AGAIN {
            self.asked_again += 1;
            return Way::Again;
        }
        Way::Nowhere("answered with a page that leads back to an earlier one")
    }

    /// Leaves the items that have not come before; a reason, if nothing new has come for too long.
    pub(super) fn keep_new(&mut self, items: &mut Vec<Item>) -> Result<(), &'static str> {
        self.came += 1;
        items.retain(|item| self.seen.insert(&item.id));
        self.nothing_new = if items.is_empty() {
            self.nothing_new + 1
        } else {
            0
        };
        if self.nothing_new > NOTHING_NEW {
            return Err("answers with pages on which nothing is new, without end");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(cursor: &str) -> Fetch {
        Fetch {
            stream: "contacts".to_owned(),
            cursor: (!cursor.is_empty()).then(|| cursor.to_owned()),
        }
    }

    fn page(items: usize, next: &str) -> Fetched {
        Fetched {
            items: (0..items)
                .map(|n| Item::new("test", "Contact", n.to_string(), "name"))
                .collect(),
            next: vec![step(next)],
            total: None,
        }
    }

    #[test]
    fn a_page_that_leads_back_ends_the_walk() {
        let mut walk = Walk::default();
        for cursor in ["", "a", "b"] {
            walk.enter(&step(cursor));
        }
        assert!(matches!(walk.way(&step("b"), &page(1, "c")), Way::On));
        assert!(matches!(
            walk.way(&step("b"), &page(1, "a")),
            Way::Nowhere(_)
        ));
        assert!(matches!(
            walk.way(&step("b"), &page(1, "b")),
            Way::Nowhere(_)
        ));
    }

    #[test]
    fn an_empty_page_is_asked_for_again_but_not_for_ever() {
        let mut walk = Walk::default();
        walk.enter(&step("a"));
        for _ in 0..ASKED_AGAIN {
            assert!(matches!(walk.way(&step("a"), &page(0, "a")), Way::Again));
        }
        assert!(matches!(
            walk.way(&step("a"), &page(0, "a")),
            Way::Nowhere(_)
        ));
    }

    #[test]
    fn fresh_cursors_without_anything_new_end_the_walk() {
        let mut walk = Walk::default();
        let mut all = page(3, "").items;
        assert!(walk.keep_new(&mut all).is_ok() && all.len() == 3);
        for _ in 0..NOTHING_NEW {
            let mut same = page(3, "").items;
            assert!(walk.keep_new(&mut same).is_ok() && same.is_empty());
        }
        assert!(walk.keep_new(&mut page(3, "").items).is_err());
    }
}
