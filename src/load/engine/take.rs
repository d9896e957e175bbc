//! Taking in what a step brought.

use super::Engine;
use crate::item::Item;
use crate::load::LoadError;
use crate::load::report::Cut;
use crate::load::walk::Way;
use crate::providers::{Fetch, FetchError, Fetched, Place};

impl Engine<'_> {
    /// Takes in what a step brought.
    pub(super) async fn arrived(
        &mut self,
        step: &Fetch,
        result: Result<Fetched, FetchError>,
    ) -> Result<(), LoadError> {
        self.course.leave(step);
        if self.takes(&step.stream) {
            match result {
                Ok(fetched) => self.take(step, fetched).await?,
                Err(error) => self.failed(step, &error),
            }
        }
        self.course.forget(step);
        Ok(())
    }

    async fn take(&mut self, step: &Fetch, fetched: Fetched) -> Result<(), LoadError> {
        match self.course.walk(step).way(step, &fetched) {
            Way::On => {}
            Way::Again => {
                self.asked_in_vain(step);
                self.course.follow(Some(step), fetched.next);
                return Ok(());
            }
            Way::Nowhere(why) => {
                self.give_up(step, why);
                return Ok(());
            }
        }
        if let Some(run) = self.course.run(&step.stream) {
            run.came += 1;
        }
        if let Some(part) = self.part(&step.stream).filter(|_| step.list.is_empty()) {
            part.total = fetched.total.or(part.total);
        }
        if let Some(why) = fetched.incomplete {
            self.miss_rest(step, why);
        }
        let leads_on = self.keep(step, fetched.items, fetched.places).await?;
        // Where the page limit was met meanwhile, what lies in this page is read all the same.
        if leads_on && self.takes(&step.stream) {
            self.course.follow(Some(step), fetched.next);
        }
        Ok(())
    }

    /// Stores the items of a page that are new, as far as the limit allows; tells whether the list leads on.
    async fn keep(
        &mut self,
        step: &Fetch,
        mut items: Vec<Item>,
        mut places: Vec<Place>,
    ) -> Result<bool, LoadError> {
        let arrived = items.len();
        if let Err(why) = self.course.walk(step).keep_new(&mut items) {
            self.give_up(step, why);
            return Ok(false);
        }
        places.retain(|place| items.iter().any(|item| item.id == place.of));
        self.course.note_places(&step.stream, &places);
        self.names.note(&places);
        if self.course.is_seen(&step.stream) {
            self.store(step, items, arrived).await?;
        }
        Ok(true)
    }

    async fn store(
        &mut self,
        step: &Fetch,
        mut items: Vec<Item>,
        arrived: usize,
    ) -> Result<(), LoadError> {
        let repeated = (arrived - items.len()) as u64;
        let most = self.bounds.max_items;
        let room = most.saturating_sub(self.load.items());
        let full = items.len() as u64 > room;
        items.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        items.iter().for_each(|item| self.names.ask(item));
        let Some(part) = self.load.part_mut(&step.stream) else {
            return Ok(());
        };
        part.repeated += repeated;
        if full {
            part.cut = Some(Cut::Items(most));
        }
        if items.is_empty() {
            return Ok(());
        }
        self.writer.page(&step.stream, part.pages, &items).await?;
        part.pages += 1;
        part.items += items.len() as u64;
        for item in &items {
            *part.kinds.entry(item.kind.clone()).or_default() += 1;
        }
        Ok(())
    }

    /// A page that was not there yet does not count against the limit.
    fn asked_in_vain(&mut self, step: &Fetch) {
        if let Some(run) = self.course.run(&step.stream) {
            run.pages = run.pages.saturating_sub(1);
        }
    }

    pub(super) fn count(&mut self, stream: &str) {
        if let (Some(part), Some(call)) =
            (self.load.part_mut(stream), self.fetcher.calls.get(stream))
        {
            part.retries = call.counts().retries();
            part.limited = call.counts().limited();
        }
    }
}
