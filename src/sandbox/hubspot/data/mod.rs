//! The records of an account, computed from their position.
//!
//! Nothing is stored: a record's id, dates and values follow from its index and the account's seed, and its
//! index follows from its id. An account of a million contacts costs no memory.

mod awkward;
mod companies;
mod contacts;
mod deals;
mod definition;
mod kind;
mod words;

pub use contacts::index_of_email;
pub use kind::{Kind, Type};
pub use words::LIFECYCLE;

use jiff::Timestamp;

use crate::sandbox::{clock, hash::hash};

/// Ids lie this far apart on average, so that no client can guess the next.
const STRIDE: u64 = 48_271;
/// Ids of contacts made through the API begin here, above every computed one. They have as many digits:
/// integrators report that HubSpot's search may compare ids as text.
pub const FIRST_MADE_ID: u64 = 980_000_000_000;
/// The most records of a kind: their ids stay below [`FIRST_MADE_ID`].
pub const MAX_SIZE: u64 = 5_000_000;

/// 1 January 2024.
const OLDEST_MS: i64 = 1_704_067_200_000;
const DAY_MS: u64 = 86_400_000;

/// One computed record.
#[derive(Debug, Clone, Copy)]
pub struct Base {
    pub kind: Kind,
    pub seed: u64,
    pub index: u64,
}

impl Base {
    /// The id: a decimal beyond 2^32, ascending with the index.
    pub fn id(self) -> u64 {
        let first = match self.kind {
            Kind::Contacts => 713_000_000_000,
            Kind::Companies => 406_000_000_000,
            Kind::Deals => 479_000_000_000,
        };
        first + self.index * STRIDE + self.draw(0) % STRIDE
    }

    /// The record with this id.
    pub fn of_id(kind: Kind, seed: u64, id: u64) -> Option<Self> {
        let found = Self::at_or_after(kind, seed, id);
        (found.id() == id).then_some(found)
    }

    /// The first record whose id is not below `id`.
    pub fn at_or_after(kind: Kind, seed: u64, id: u64) -> Self {
        let first = Self {
            kind,
            seed,
            index: 0,
        };
        let origin = first.id() - first.draw(0) % STRIDE;
        let index = (id.saturating_sub(origin) / STRIDE).min(MAX_SIZE);
        let near = Self { kind, seed, index };
        if near.id() < id {
            Self {
                index: index + 1,
                ..near
            }
        } else {
            near
        }
    }

    /// When it was made. Ids do not ascend with it, as in recorded accounts.
    pub fn created(self) -> Timestamp {
        let ms = self.draw(1) % (900 * DAY_MS);
        clock::from_ms(OLDEST_MS + whole_seconds_sometimes(ms, self.draw(2)))
    }

    /// When it was last changed.
    pub fn updated(self) -> Timestamp {
        let ms = self.draw(3) % (100 * DAY_MS);
        clock::plus_ms(self.created(), whole_seconds_sometimes(ms, self.draw(4)))
    }

    /// The value of a property, without the automatic ones. Unknown names have none.
    pub fn value(self, name: &str) -> Option<String> {
        match self.kind {
            Kind::Contacts => contacts::value(self, name),
            Kind::Companies => companies::value(self, name),
            Kind::Deals => deals::value(self, name),
        }
    }

    /// A number that depends on the record and on what it is drawn for.
    fn draw(self, salt: u64) -> u64 {
        hash([self.seed, self.kind as u64, salt, self.index])
    }

    /// One of `list`.
    fn pick(self, salt: u64, list: &[&'static str]) -> &'static str {
        let place = self.draw(salt) % list.len().max(1) as u64;
        usize::try_from(place)
            .ok()
            .and_then(|place| list.get(place))
            .copied()
            .unwrap_or_default()
    }
}

/// HubSpot writes no fraction when the milliseconds are zero, so some must be.
fn whole_seconds_sometimes(ms: u64, draw: u64) -> i64 {
    let ms = if draw.is_multiple_of(9) {
        ms - ms % 1_000
    } else {
        ms
    };
    i64::try_from(ms).unwrap_or_default()
}

/// A timestamp as HubSpot writes it: three fraction digits, none when they are zero.
pub fn iso(moment: Timestamp) -> String {
    if moment.as_millisecond() % 1_000 == 0 {
        format!("{moment:.0}")
    } else {
        format!("{moment:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(count: u64) -> impl Iterator<Item = Base> {
        (0..count).map(|index| Base {
            kind: Kind::Contacts,
            seed: 1,
            index,
        })
    }

    #[test]
    fn ids_ascend_and_lead_back_to_their_record() {
        let mut last = u64::from(u32::MAX);
        for base in contacts(3_000) {
            assert!(base.id() > last, "ids must ascend beyond 2^32");
            last = base.id();
            assert_eq!(
                Base::of_id(Kind::Contacts, 1, last).unwrap().index,
                base.index
            );
            assert_eq!(
                Base::at_or_after(Kind::Contacts, 1, last + 1).index,
                base.index + 1
            );
        }
        let end = Base {
            kind: Kind::Contacts,
            seed: 1,
            index: MAX_SIZE,
        };
        assert!(end.id() < FIRST_MADE_ID);
    }

    #[test]
    fn creation_does_not_follow_the_ids() {
        let dates: Vec<_> = contacts(100).map(Base::created).collect();
        assert!(!dates.is_sorted());
        assert!(contacts(100).all(|base| base.updated() >= base.created()));
    }

    #[test]
    fn emails_are_unique_and_lead_back_to_their_record() {
        let mut seen = std::collections::HashSet::new();
        for base in contacts(3_000) {
            if let Some(email) = base.value("email") {
                assert!(seen.insert(email.to_lowercase()), "{email} twice");
                assert_eq!(index_of_email(&email), Some(base.index));
                assert!(email.ends_with("@example.com") || email.ends_with("@example.org"));
            }
        }
    }

    #[test]
    fn fractions_are_left_out_when_zero() {
        assert_eq!(
            iso(clock::from_ms(1_798_675_200_000)),
            "2026-12-31T00:00:00Z"
        );
        assert_eq!(
            iso(clock::from_ms(1_798_675_200_050)),
            "2026-12-31T00:00:00.050Z"
        );
        let fractions: Vec<_> = contacts(100)
            .map(|base| iso(base.created()).contains('.'))
            .collect();
        assert!(fractions.contains(&true) && fractions.contains(&false));
    }
}
