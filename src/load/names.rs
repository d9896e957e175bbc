//! The names of parents, for items that came before what they lie in, or from another list.
//!
//! A provider that knows only a parent's id leaves the name open. When all blocks are stored they are read
//! again: once for the names that are asked for, and once to write them in. What is kept meanwhile grows with
//! the number of parents, not of items.

use std::collections::{HashMap, HashSet};

use super::LoadError;
use super::dedup::hash;
use super::report::{Load, Outcome, Part, Run};
use super::snapshot::Writer;
use crate::item::Item;
use crate::providers::Place;

/// Steps up from a place without a name to one that has one.
const HIGHEST: usize = 8;

/// The parents whose names are open.
#[derive(Default)]
pub(super) struct Names {
    /// Whether some name is not known yet.
    open: bool,
    wanted: HashSet<u128>,
    /// What lies in what, of things that are no items.
    lies_in: HashMap<u128, u128>,
    known: HashMap<u128, Box<str>>,
}

impl Names {
    /// Notes an item's parent. Also one whose name is known: it is marked as having children.
    pub(super) fn ask(&mut self, item: &Item) {
        if let Some(parent) = &item.parent_id {
            self.wanted.insert(hash(parent));
            self.open |= item.parent_path_or_name.is_none();
        }
    }

    /// Notes what places lie in.
    pub(super) fn note(&mut self, places: &[Place]) {
        for place in places {
            if let Some(above) = &place.lies_in {
                self.open = true;
                self.wanted.insert(hash(above));
                self.lies_in.insert(hash(&place.id), hash(above));
            }
        }
    }

    /// Whether there are any to fill in.
    pub(super) fn are_open(&self) -> bool {
        self.open
    }

    /// Writes the names into the blocks that the load brought.
    pub(super) async fn write(mut self, writer: &Writer<'_>, load: &Load) -> Result<(), LoadError> {
        let fresh = |part: &&Part| part.outcome == Outcome::Done;
        for part in load.parts.iter().filter(fresh) {
            for run in &part.runs {
                self.learn(writer, &part.stream, run).await?;
            }
        }
        for part in load.parts.iter().filter(fresh) {
            for run in part.runs.iter().filter(|run| load.is_own(run)) {
                self.fill_in(writer, &part.stream, run).await?;
            }
        }
        Ok(())
    }

    async fn learn(
        &mut self,
        writer: &Writer<'_>,
        stream: &str,
        run: &Run,
    ) -> Result<(), LoadError> {
        for numbers in run.bundles() {
            let blocks = writer.read(stream, &run.of, numbers).await?;
            for item in blocks.into_iter().flat_map(|block| block.items) {
                let id = hash(&item.id);
                if self.wanted.contains(&id) {
                    self.known.insert(id, item.name.into());
                }
            }
        }
        Ok(())
    }

    async fn fill_in(&self, writer: &Writer<'_>, stream: &str, run: &Run) -> Result<(), LoadError> {
        for numbers in run.bundles() {
            let blocks = writer.read(stream, &run.of, numbers.clone()).await?;
            for (number, mut block) in numbers.zip(blocks) {
                let mut changed = false;
                for item in &mut block.items {
                    changed |= self.complete(item);
                }
                if changed {
                    writer.block(&run.of, stream, number, &block).await?;
                }
            }
        }
        Ok(())
    }

    /// Gives an item its parent's name, and marks it if it is a parent itself; tells whether it changed.
    fn complete(&self, item: &mut Item) -> bool {
        let mut changed = false;
        if let (Some(parent), None) = (&item.parent_id, &item.parent_path_or_name)
            && let Some(name) = self.name(hash(parent))
        {
            item.parent_path_or_name = Some(name.to_owned());
            changed = true;
        }
        if !item.directory && self.wanted.contains(&hash(&item.id)) {
            item.directory = true;
            changed = true;
        }
        changed
    }

    /// The name of a thing, or of the nearest named one that it lies in.
    fn name(&self, id: u128) -> Option<&str> {
        std::iter::successors(Some(id), |id| self.lies_in.get(id).copied())
            .take(HIGHEST)
            .find_map(|id| self.known.get(&id))
            .map(|name| &**name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, parent: Option<&str>) -> Item {
        let mut item = Item::new("test", "Page", id, format!("name of {id}"));
        item.parent_id = parent.map(str::to_owned);
        item
    }

    fn place(id: &str, lies_in: &str) -> Place {
        Place {
            of: "item".to_owned(),
            id: id.to_owned(),
            lies_in: Some(lies_in.to_owned()),
        }
    }

    fn names(items: &[Item], places: &[Place]) -> Names {
        let mut names = Names::default();
        items.iter().for_each(|item| names.ask(item));
        names.note(places);
        for item in items
            .iter()
            .filter(|item| names.wanted.contains(&hash(&item.id)))
        {
            names.known.insert(hash(&item.id), item.name.clone().into());
        }
        names
    }

    #[test]
    fn a_child_gets_its_parents_name_whatever_came_first() {
        let mut items = [item("child", Some("top")), item("top", None)];
        let names = names(&items, &[]);
        assert!(items.iter_mut().all(|item| names.complete(item)));
        assert_eq!(items[0].parent_path_or_name.as_deref(), Some("name of top"));
        assert!(items[1].directory && !items[0].directory);
        assert!(!items.iter_mut().any(|item| names.complete(item)));
    }

    #[test]
    fn what_lies_in_a_nameless_place_is_shown_in_the_one_above() {
        let mut items = [item("source", Some("database")), item("top", None)];
        let names = names(&items, &[place("database", "top")]);
        names.complete(&mut items[0]);
        assert_eq!(items[0].parent_path_or_name.as_deref(), Some("name of top"));
        assert_eq!(items[0].parent_id.as_deref(), Some("database"));
    }

    #[test]
    fn places_in_a_circle_come_to_an_end() {
        let mut items = [item("child", Some("a"))];
        let names = names(&items, &[place("a", "b"), place("b", "a")]);
        assert!(!names.complete(&mut items[0]));
        assert_eq!(items[0].parent_path_or_name, None);
    }
}
