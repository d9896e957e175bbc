//! The walk of a list: which pages it has seen, and whether it gets anywhere.

use std::collections::HashSet;

use super::blocks::Arrival;
use super::dedup::Seen;
use crate::item::Item;
use crate::providers::{Fetch, Fetched};

/// Empty pages of a list that lead to themselves: a provider that is not ready says so.
const ASKED_AGAIN: u32 = 5;
/// Pages in a row that bring nothing new. A provider whose pages shift repeats a few, not so many.
const NOTHING_NEW: u32 = 100;
/// How often a list is begun again whose cursors die.
const BEGUN_AGAIN: u32 = 2;

/// What the walk of a list remembers beside its stream's report.
#[derive(Default)]
pub(super) struct Walk {
    /// Steps that are queued or under way.
    pub(super) open: usize,
    seen: Seen,
    cursors: HashSet<Option<String>>,
    asked_again: u32,
    begun_again: u32,
    nothing_new: u32,
    /// Pages that will come again, after the list was begun again.
    behind: u32,
    came: u32,
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
        let own = || fetched.next.iter().filter(|next| is_of(next, step));
        if !own().any(|next| self.cursors.contains(&next.cursor)) {
            return Way::On;
        }
        let to_itself = own().all(|next| next.cursor == step.cursor);
        if to_itself && fetched.items.is_empty() && self.asked_again < ASKED_AGAIN {
            self.asked_again += 1;
            return Way::Again;
        }
        Way::Nowhere("answered with a page that leads back to an earlier one")
    }

    /// Pages that came since the list was begun, or begun again.
    pub(super) fn came(&self) -> u64 {
        self.came.into()
    }

    /// Whether something of the list came.
    pub(super) fn has_brought(&self) -> bool {
        self.came > 0 || self.behind > 0
    }

    /// How often the list has been begun again.
    pub(super) fn number(&self) -> u32 {
        self.begun_again
    }

    /// Takes in a page that came before the load was taken up.
    pub(super) fn replay(&mut self, arrival: &Arrival, items: &[Item]) {
        while self.begun_again < arrival.walk {
            self.begin_again();
        }
        self.cursors.insert(arrival.cursor.clone());
        self.came += 1;
        if items.is_empty() {
            self.behind = self.behind.saturating_sub(1);
        }
        for item in items {
            self.seen.insert(&item.id);
        }
    }

    /// Lets the list be begun again after its cursor died; `false` if that has happened too often.
    pub(super) fn begin_again(&mut self) -> bool {
        self.begun_again += 1;
        self.cursors.clear();
        self.behind = std::mem::take(&mut self.came);
        self.begun_again <= BEGUN_AGAIN
    }

    /// Leaves the items that have not come before; a reason, if nothing new has come for too long.
    pub(super) fn keep_new(&mut self, items: &mut Vec<Item>) -> Result<(), &'static str> {
        self.came += 1;
        items.retain(|item| self.seen.insert(&item.id));
        if !items.is_empty() {
            self.nothing_new = 0;
        } else if self.behind > 0 {
            self.behind -= 1;
        } else {
            self.nothing_new += 1;
        }
        if self.nothing_new > NOTHING_NEW {
            return Err("answers with pages on which nothing is new, without end");
        }
        Ok(())
    }
}

/// Whether a step is of the same list as another.
pub(super) fn is_of(next: &Fetch, step: &Fetch) -> bool {
    next.stream == step.stream && next.list == step.list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(cursor: &str) -> Fetch {
        Fetch {
            cursor: (!cursor.is_empty()).then(|| cursor.to_owned()),
            ..Fetch::first("contacts")
        }
    }

    fn page(items: usize, next: &str) -> Fetched {
        Fetched {
            items: (0..items)
                .map(|n| Item::new("test", "Contact", n.to_string(), "name"))
                .collect(),
            next: vec![step(next)],
            ..Fetched::default()
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

    #[test]
    fn steps_into_other_lists_lead_nowhere_back() {
        let mut walk = Walk::default();
        walk.enter(&step(""));
        let other = Fetch {
            list: "table".to_owned(),
            ..step("")
        };
        let fetched = Fetched {
            next: vec![other],
            ..page(1, "x")
        };
        assert!(matches!(walk.way(&step(""), &fetched), Way::On));
    }

    #[test]
    fn a_list_is_begun_again_a_few_times_and_may_repeat_itself() {
        let mut walk = Walk::default();
        walk.enter(&step(""));
        for _ in 0..2 * NOTHING_NEW {
            walk.came += 1;
        }
        for _ in 0..BEGUN_AGAIN {
            assert!(walk.begin_again());
            walk.came = 2 * NOTHING_NEW;
        }
        for _ in 0..2 * NOTHING_NEW {
            assert!(walk.keep_new(&mut Vec::new()).is_ok());
        }
        assert!(!walk.begin_again());
    }
}
