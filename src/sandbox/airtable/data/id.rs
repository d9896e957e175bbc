//! Ids, computed: a prefix and fourteen letters or digits that lead back to the place they name.
//!
//! Airtable documents ids as opaque; their usual form is a prefix of three letters and fourteen letters or digits.

use crate::sandbox::hash::hash;

const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// So many digits hold any number of 64 bits; three more make sure that nobody hits an id by chance.
const NUMBER_DIGITS: usize = 11;
const CHECK_DIGITS: usize = 3;
const ROUNDS: u64 = 4;

/// Where something stands among the data of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub person: u8,
    pub base: u16,
    pub table: u16,
    /// A record, a field, a view or a choice; 24 bits count.
    pub row: u32,
}

impl Place {
    /// The id with this prefix.
    pub fn id(self, prefix: &str) -> String {
        let number = u64::from(self.person) << 56
            | u64::from(self.base) << 40
            | u64::from(self.table) << 24
            | u64::from(self.row & 0xff_ffff);
        encode(prefix, number)
    }

    /// The place that an id with this prefix names; `None` for text that no place has as its id.
    pub fn of_id(prefix: &str, id: &str) -> Option<Self> {
        let number = decode(prefix, id)?;
        Some(Self {
            person: u8::try_from(number >> 56).ok()?,
            base: u16::try_from(number >> 40 & 0xffff).ok()?,
            table: u16::try_from(number >> 24 & 0xffff).ok()?,
            row: u32::try_from(number & 0xff_ffff).ok()?,
        })
    }
}

/// The id of a number.
pub fn encode(prefix: &str, number: u64) -> String {
    let mut id = prefix.to_owned();
    write(&mut id, mixed(prefix, number), NUMBER_DIGITS);
    write(&mut id, check(prefix, number), CHECK_DIGITS);
    id
}

/// The number of an id that [`encode`] made with this prefix.
pub fn decode(prefix: &str, id: &str) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?;
    let (number, _) = digits.split_at_checked(NUMBER_DIGITS)?;
    let number = unmixed(prefix, read(number)?);
    (encode(prefix, number) == id).then_some(number)
}

fn write(id: &mut String, mut number: u64, digits: usize) {
    for _ in 0..digits {
        let place = usize::try_from(number % 62).unwrap_or_default();
        id.push(DIGITS.get(place).copied().unwrap_or(b'A').into());
        number /= 62;
    }
}

fn read(digits: &str) -> Option<u64> {
    digits.bytes().rev().try_fold(0_u64, |number, digit| {
        let value = DIGITS.iter().position(|one| *one == digit)?;
        number
            .checked_mul(62)?
            .checked_add(u64::try_from(value).ok()?)
    })
}

/// Mixes a number so that neighbours look unrelated: a Feistel network, which can be undone.
fn mixed(prefix: &str, number: u64) -> u64 {
    (0..ROUNDS).fold(number, |number, round| {
        let (left, right) = (number >> 32, number & 0xffff_ffff);
        right << 32 | (left ^ half(prefix, round, right))
    })
}

fn unmixed(prefix: &str, number: u64) -> u64 {
    (0..ROUNDS).rev().fold(number, |number, round| {
        let (left, right) = (number >> 32, number & 0xffff_ffff);
        (right ^ half(prefix, round, left)) << 32 | left
    })
}

fn half(prefix: &str, round: u64, right: u64) -> u64 {
    hash([tag(prefix), round, right, 0]) & 0xffff_ffff
}

fn check(prefix: &str, number: u64) -> u64 {
    hash([tag(prefix), ROUNDS, number, 1])
}

fn tag(prefix: &str) -> u64 {
    prefix
        .bytes()
        .fold(0, |tag, byte| tag << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_place_and_to_no_other_kind() {
        let place = Place {
            person: 2,
            base: 1_999,
            table: 999,
            row: 199_999,
        };
        let id = place.id("rec");
        assert_eq!(id.len(), 17);
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(Place::of_id("rec", &id), Some(place));
        assert_eq!(Place::of_id("tbl", &id.replace("rec", "tbl")), None);
    }

    #[test]
    fn made_up_ids_lead_nowhere() {
        for id in [
            "",
            "rec",
            "recAAAAAAAAAAAAAA",
            "rec99999999999999",
            "récords and more of it",
        ] {
            assert_eq!(Place::of_id("rec", id), None, "{id}");
        }
    }
}
