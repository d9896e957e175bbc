//! What rows are compared by, while their orders are computed.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Found;
use super::order::Order;
use crate::items::packed::Unreadable;

/// Bytes of a folded text that decide where its row stands. Providers allow names of a hundred thousand
/// characters, and a million of them must not be held.
const SORTED_BY: usize = 96;
/// The label of a row that has none.
const NONE: u32 = u32::MAX;
/// The same where labels are few.
pub(super) const NONE_OF_FEW: u16 = u16::MAX;

/// The part of a folded text that it is sorted by.
pub(super) fn cut(folded: &str) -> &str {
    folded
        .get(..folded.floor_char_boundary(SORTED_BY))
        .unwrap_or(folded)
}

/// Times are compared by the microsecond; providers tell theirs by the millisecond.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// Texts of which nearly every row has its own.
#[derive(Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    pub(super) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    /// The name of each row, with its first bytes as a number before it: most pairs are told apart by these, which
    /// lie side by side.
    pub(super) fn keys(&self) -> impl Iterator<Item = Option<(u64, &str)>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let names = starts.zip(&self.ends);
        names.map(|(start, end)| {
            let name = self.text.get(start..*end).unwrap_or_default();
            Some((first_bytes(name), name))
        })
    }
}

fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (byte, of) in bytes.iter_mut().zip(text.bytes()) {
        *byte = of;
    }
    u64::from_be_bytes(bytes)
}

/// Texts that rows share, as numbers.
#[derive(Default)]
pub(super) struct Labels {
    known: HashMap<Box<str>, u32>,
    of: Vec<u32>,
}

impl Labels {
    /// Adds a row; answers the number of its label.
    pub(super) fn push(&mut self, text: Option<&str>) -> u32 {
        let number = text.map_or(NONE, |text| self.number(text));
        self.of.push(number);
        number
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = u32::try_from(self.known.len()).unwrap_or(NONE);
        self.known.insert(text.into(), number);
        number
    }

    /// The texts, by their numbers.
    pub(super) fn list(&self) -> Vec<String> {
        let mut all: Vec<_> = self.known.iter().collect();
        all.sort_unstable_by_key(|(_, number)| **number);
        all.into_iter().map(|(text, _)| text.to_string()).collect()
    }

    /// The number of each row. There are as many types as providers have objects: a handful.
    pub(super) fn narrow(&self) -> Result<Vec<u16>, Unreadable> {
        let narrow = |number: &u32| match *number {
            NONE => Ok(NONE_OF_FEW),
            number => u16::try_from(number).map_err(|_| Unreadable),
        };
        let mut narrowed = self.of.iter().map(narrow).collect::<Result<Vec<_>, _>>()?;
        narrowed.shrink_to_fit();
        Ok(narrowed)
    }

    /// The rows in the order of what their numbers stand for.
    pub(super) fn order(&self, texts: &[String], hidden: &Found) -> Order {
        let mut sorted: Vec<&String> = texts.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let rank = |text| sorted.binary_search(&text).ok();
        let ranks: Vec<Option<usize>> = texts.iter().map(rank).collect();
        let of = self.of.iter();
        let ranks = of.map(|number| ranks.get(*number as usize).copied().flatten());
        Order::by_key(ranks, hidden)
    }
}
