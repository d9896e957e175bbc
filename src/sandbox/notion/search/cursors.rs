//! Cursors: what they stand for, to whom they belong, and when they die.
//!
//! A cursor is bound to the token pair it was made for, over its refreshes, and to the arguments of the call, except
//! for the page size: integrators halve that in the middle of a walk. It can be used more than once, so that a call
//! can be tried again. Cursors do not survive a restart.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::walk::{Found, Place};
use crate::sandbox::{
    clock,
    notion::controls::{Controls, CursorStyle},
    opaque,
};

/// More cursors than this are not remembered; the oldest go first.
const MOST: usize = 20_000;

/// The cursors that were handed out.
#[derive(Debug, Default)]
pub struct Cursors {
    kept: BTreeMap<String, Kept>,
    order: VecDeque<String>,
    walks: u64,
}

#[derive(Debug)]
struct Kept {
    owner: Owner,
    made: Timestamp,
    point: Point,
}

/// To whom and to what a cursor belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub grant: u64,
    pub arguments: String,
}

/// How far a walk has come.
#[derive(Debug, Clone, Copy)]
pub struct Point {
    /// A walk dies with all its cursors.
    pub walk: u64,
    pub place: Place,
    /// How many pages it took.
    pub pages: u64,
    /// How many rows they had.
    pub rows: u64,
    /// The object it met last.
    pub last: Option<Found>,
}

impl Cursors {
    /// The start of a walk.
    pub fn begin(&mut self) -> Point {
        self.walks += 1;
        Point {
            walk: self.walks,
            place: Place::default(),
            pages: 0,
            rows: 0,
            last: None,
        }
    }

    /// Where a cursor leads; `None` when it is not live, or somebody else's, or of another call.
    pub fn open(
        &mut self,
        cursor: &str,
        owner: &Owner,
        controls: &mut Controls,
        now: Timestamp,
    ) -> Option<Point> {
        let kept = self.kept.get(cursor).filter(|kept| kept.owner == *owner)?;
        let life_ms = i64::try_from(controls.cursor_life_s)
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000);
        if life_ms > 0 && now >= clock::plus_ms(kept.made, life_ms) {
            return None;
        }
        let point = kept.point;
        if controls.cursor_dies_after > 0 && point.pages >= controls.cursor_dies_after {
            // Once: the walk is dead, and the next one lives.
            controls.cursor_dies_after = 0;
            self.kept.retain(|_, kept| kept.point.walk != point.walk);
            return None;
        }
        Some(point)
    }

    /// A cursor that leads to a point.
    pub fn keep(
        &mut self,
        point: Point,
        owner: Owner,
        style: CursorStyle,
        now: Timestamp,
    ) -> String {
        let cursor = match style {
            CursorStyle::Opaque => format!("{}.{}", opaque::text(64), opaque::text(16)),
            CursorStyle::Uuid => uuid::Uuid::new_v4().to_string(),
        };
        if self.order.len() >= MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
        self.order.push_back(cursor.clone());
        let made = now;
        self.kept
            .insert(cursor.clone(), Kept { owner, made, point });
        cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_lives_as_long_as_it_is_told() {
        let (start, mut cursors) = (clock::from_ms(0), Cursors::default());
        let owner = Owner {
            grant: 1,
            arguments: String::new(),
        };
        let point = cursors.begin();
        let cursor = cursors.keep(point, owner.clone(), CursorStyle::Opaque, start);
        let mut controls = Controls::default();
        let mut lives = |seconds, at| {
            controls.cursor_life_s = seconds;
            let now = clock::from_ms(at);
            cursors.open(&cursor, &owner, &mut controls, now).is_some()
        };
        assert!(lives(0, 1_000_000_000) && lives(2, 1_999) && !lives(2, 2_000));
    }
}
