//! One page of a walk: where it begins, what is on it, and the cursor to the next one.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    ask::Ask,
    cursors::{Owner, Point},
    walk::{Found, Hidden, Step, walk},
};
use crate::sandbox::{
    hash::hash,
    notion::{
        controls::Controls, failure::Failure, guard::Caller, lists, state::State, version::Version,
    },
    traffic::Twist,
};

/// A query of a data source ends after so many rows, whatever there is, since April 2026.
const MAX_ROWS: u64 = 10_000;

/// One page of a walk, about to be answered.
pub struct Turn<'a> {
    caller: &'a Caller,
    ask: Ask,
    from: Point,
    controls: Controls,
}

impl<'a> Turn<'a> {
    /// Begins a walk, or goes on from a cursor.
    ///
    /// # Errors
    ///
    /// 400 for a cursor that is not live or not of this walk.
    pub fn of(
        caller: &'a Caller,
        ask: Ask,
        state: &State,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let owner = owner(caller, &ask);
        state.with(|inner| {
            let controls = &mut inner.saved.controls;
            let from = match &ask.cursor {
                None => inner.memory.cursors.begin(),
                Some(cursor) => {
                    let point = inner.memory.cursors.open(cursor, &owner, controls, now);
                    point.ok_or_else(|| Failure::cursor(cursor))?
                }
            };
            Ok(Self {
                caller,
                ask,
                from,
                controls: controls.clone(),
            })
        })
    }

    /// The page.
    pub fn answer(self, state: &State, twist: Option<Twist>, now: Timestamp) -> Value {
        let (results, next) = match twist {
            Some(Twist::Empty) => (Vec::new(), Some(further(self.from, 0))),
            _ => self.results(),
        };
        let is_cut = self.is_query() && next.is_some_and(|next| next.rows >= MAX_ROWS);
        let next = next.filter(|_| !is_cut);
        let next = next.map(|next| self.keep(next, state, now));
        let version = self.caller.version;
        let written = results.into_iter().map(|found| found.write(version));
        let mut body = lists::list(written.collect(), next.as_deref(), version.list_type());
        self.add_status(&mut body, is_cut);
        if twist == Some(Twist::NoResults)
            && let Some(object) = body.as_object_mut()
        {
            object.remove("results");
        }
        body
    }

    fn keep(&self, next: Point, state: &State, now: Timestamp) -> String {
        let owner = owner(self.caller, &self.ask);
        let style = self.controls.cursor_style;
        state.with(|inner| inner.memory.cursors.keep(next, owner, style, now))
    }

    /// The objects of the page, and where the next one begins.
    fn results(&self) -> (Vec<Found>, Option<Point>) {
        let size = self.size();
        // The last object of the page before moves into this one, as if it had been edited in between.
        let again = self.from.last.filter(|_| self.controls.shuffle && size > 1);
        let (steps, has_more) = self.steps(size - usize::from(again.is_some()));
        let rows = steps.len() as u64;
        let next = steps
            .last()
            .filter(|_| has_more)
            .map(|(last, place)| Point {
                place: *place,
                last: Some(*last),
                ..further(self.from, rows)
            });
        let mut results: Vec<Found> = steps.into_iter().map(|(found, _)| found).collect();
        if let Some(again) = again {
            results.insert(results.len() / 2, again);
        }
        (results, next)
    }

    /// At most so many objects, and whether more follow. The index lags behind for searches only.
    fn steps(&self, size: usize) -> (Vec<Step>, bool) {
        let lag = if self.is_query() {
            0
        } else {
            self.controls.index_lag
        };
        let space = self.caller.space;
        let hidden = Hidden::of(space, lag);
        let mut steps = walk(space, &self.ask.wanted, hidden, self.from.place, size + 1);
        let has_more = steps.len() > size;
        steps.truncate(size);
        (steps, has_more)
    }

    /// The most objects of the page: about every third one is short, always the same ones.
    fn size(&self) -> usize {
        let Point { place, pages, .. } = self.from;
        let draw = hash([place.pages, place.sources, pages, 7]);
        if self.controls.short_pages && draw.is_multiple_of(3) {
            self.ask.size.div_ceil(2)
        } else {
            self.ask.size
        }
    }

    fn is_query(&self) -> bool {
        self.ask.wanted.of_source.is_some()
    }

    /// Queries tell whether they are complete; recorded ones of 2025-09-03 and searches do not.
    fn add_status(&self, body: &mut Value, is_cut: bool) {
        if is_cut {
            body["request_status"] = json!({
                "type": "incomplete",
                "incomplete_reason": "query_result_limit_reached",
            });
        } else if self.is_query() && self.caller.version == Version::Newest {
            body["request_status"] = json!({ "type": "complete" });
        }
    }
}

fn owner(caller: &Caller, ask: &Ask) -> Owner {
    Owner {
        grant: caller.grant,
        arguments: ask.arguments.clone(),
    }
}

/// The point after one more page.
fn further(from: Point, rows: u64) -> Point {
    Point {
        pages: from.pages + 1,
        rows: from.rows + rows,
        ..from
    }
}
