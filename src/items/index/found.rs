//! The rows that a text filter leaves.

/// A set of row numbers.
#[derive(Default)]
pub struct Found {
    bits: Vec<u64>,
}

impl Found {
    /// An empty set of numbers below `rows`.
    pub fn none_of(rows: usize) -> Self {
        let words = rows.div_ceil(64);
        Self {
            bits: vec![0; words],
        }
    }

    /// A set of these numbers below `rows`; what has no numbers takes no room.
    pub(super) fn of(numbers: &[usize], rows: usize) -> Self {
        let mut found = Self::none_of(if numbers.is_empty() { 0 } else { rows });
        numbers.iter().for_each(|row| found.insert(*row));
        found
    }

    /// Adds a number; one that is too large is left out.
    pub fn insert(&mut self, row: usize) {
        if let Some(word) = self.bits.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    /// Whether the number is in it.
    pub fn contains(&self, row: usize) -> bool {
        let word = self.bits.get(row / 64);
        word.is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Bytes that it takes.
    pub fn weight(&self) -> usize {
        self.bits.capacity() * size_of::<u64>()
    }
}
