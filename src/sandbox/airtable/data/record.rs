//! Records: their ids, their dates, and what they are made of by chance.

use jiff::Timestamp;

use super::{Table, awkward::Odd, words};
use crate::sandbox::{clock, hash::hash};

/// 1 January 2023.
const OLDEST_MS: i64 = 1_672_531_200_000;
const DAY_MS: u64 = 86_400_000;

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    pub table: Table,
    pub index: u32,
}

impl Record {
    pub fn id(self) -> String {
        self.table.place(self.index).id("rec")
    }

    /// When it was made. Airtable tells whole seconds, with three zeros behind them.
    pub fn created(self) -> Timestamp {
        let ms = self.draw(1) % (1_200 * DAY_MS) / 1_000 * 1_000;
        clock::from_ms(OLDEST_MS + i64::try_from(ms).unwrap_or_default())
    }

    /// A moment after it was made.
    pub fn later(self, salt: u64) -> Timestamp {
        let ms = self.draw(salt) % (90 * DAY_MS) / 1_000 * 1_000;
        clock::plus_ms(self.created(), i64::try_from(ms).unwrap_or_default())
    }

    /// An ordinary title.
    pub fn title(self) -> String {
        let verb = words::pick(&words::VERB, self.draw(2));
        let noun = words::pick(&words::NOUN, self.draw(3));
        format!("{verb} {noun} {}", u64::from(self.index) + 1)
    }

    pub fn comments(self) -> u64 {
        self.draw(4) % 4
    }

    /// What is awkward about it.
    pub fn odd(self) -> Option<Odd> {
        Odd::of(self)
    }

    /// A number that depends on the record and on what it is drawn for.
    pub fn draw(self, salt: u64) -> u64 {
        hash([self.table.draw(5), self.index.into(), salt, 11])
    }
}

/// A moment as Airtable writes it.
pub fn iso(moment: Timestamp) -> String {
    format!("{moment:.3}")
}
