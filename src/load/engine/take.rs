//! Taking in what a step brought.

use tokio::time::Instant;

use super::Engine;
use crate::item::Item;
use crate::load::blocks::Arrival;
use crate::load::report::{Cut, Wait};
use crate::load::walk::Way;
use crate::metrics;
use crate::providers::{Fetch, FetchError, Fetched};

impl Engine<'_> {
    /// Takes in what a step brought.
    pub(super) fn arrived(&mut self, step: &Fetch, result: Result<Fetched, FetchError>) {
        self.course.leave(step);
        if self.takes(&step.stream) {
            match result {
                Ok(fetched) => self.take(step, fetched),
                Err(error) => self.failed(step, &error),
            }
        }
        self.course.forget(step);
    }

    fn take(&mut self, step: &Fetch, fetched: Fetched) {
        match self.course.walk(step).way(step, &fetched) {
            Way::On => {}
            Way::Again => {
                self.asked_in_vain(step);
                self.course.follow(Some(step), fetched.next);
                return;
            }
            Way::Nowhere(why) => {
                self.give_up(step, why);
                return;
            }
        }
        if let Some(run) = self.course.run(&step.stream) {
            run.came += 1;
        }
        if let Some(part) = self.part(&step.stream) {
            part.pages += 1;
            if step.list.is_empty() {
                part.total = fetched.total.or(part.total);
            }
        }
        if let Some(why) = fetched.incomplete {
            self.miss_rest(step, why);
        }
        self.keep(step, fetched);
    }

    /// Keeps the items of a page that are new, as far as the limit allows, and follows where it leads.
    fn keep(&mut self, step: &Fetch, mut fetched: Fetched) {
        let arrived = fetched.items.len();
        let (items, places) = (&mut fetched.items, &mut fetched.places);
        if let Err(why) = self.course.walk(step).keep_new(items) {
            self.give_up(step, why);
            return;
        }
        places.retain(|place| items.iter().any(|item| item.id == place.of));
        self.course.note_places(&step.stream, places);
        self.names.note(places);
        let repeated = (arrived - items.len()) as u64;
        self.fit(step, items, repeated);
        // Where the page limit was met meanwhile, what lies in this page is read all the same.
        if !self.takes(&step.stream) {
            fetched.next.clear();
        }
        let arrival = Arrival {
            came: true,
            items: fetched.items.len(),
            next: fetched.next.clone(),
            places: fetched.places,
            ..self.over(step)
        };
        let provider = self.fetcher.provider.profile().id;
        metrics::page_came(provider, &step.stream, arrival.items as u64);
        self.journal.add(&step.stream, arrival, fetched.items);
        self.course.follow(Some(step), fetched.next);
    }

    /// Counts the items that there is room for, and drops the others; all of a stream that is not wanted itself.
    fn fit(&mut self, step: &Fetch, items: &mut Vec<Item>, repeated: u64) {
        if !self.load.is_seen(&step.stream) {
            items.clear();
            return;
        }
        let most = self.bounds.max_items;
        let room = most.saturating_sub(self.load.items());
        let full = items.len() as u64 > room;
        items.truncate(usize::try_from(room).unwrap_or(usize::MAX));
        items.iter().for_each(|item| self.names.ask(item));
        let Some(part) = self.load.part_mut(&step.stream) else {
            return;
        };
        part.repeated += repeated;
        if full {
            part.cut = Some(Cut::Items(most));
        }
        part.items += items.len() as u64;
        for item in items {
            *part.kinds.entry(item.kind.clone()).or_default() += 1;
        }
    }

    /// A step that is over, for the log; as it stands, one that failed for good.
    pub(super) fn over(&mut self, step: &Fetch) -> Arrival {
        Arrival {
            list: step.list.clone(),
            cursor: step.cursor.clone(),
            walk: self.course.walk(step).number(),
            came: false,
            items: 0,
            next: Vec::new(),
            places: Vec::new(),
        }
    }

    /// A page that was not there yet does not count against the limit.
    pub(super) fn asked_in_vain(&mut self, step: &Fetch) {
        if let Some(run) = self.course.run(&step.stream) {
            run.pages = run.pages.saturating_sub(1);
        }
    }

    pub(super) fn count(&mut self, stream: &str) {
        let (Some(part), Some(call)) = (self.load.part_mut(stream), self.fetcher.calls.get(stream))
        else {
            return;
        };
        let (retries, limited) = self.before.get(stream).copied().unwrap_or_default();
        part.retries = retries + call.counts().retries();
        part.limited = limited + call.counts().limited();
        part.waits = call.counts().waiting().map(|waiting| Wait {
            until: self.writer.setup.clock.now() + waiting.until.duration_since(Instant::now()),
            why: waiting.why,
        });
    }
}
