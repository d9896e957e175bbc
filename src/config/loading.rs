use std::time::Duration;

use super::parse::{Invalid, Parsed, count, lifetime};
use super::reader::Reader;

/// What one load may bring, and how long it is kept.
#[derive(Debug, Clone)]
pub struct Loading {
    /// Page limit per stream and load; 0 means none. Default 0.
    pub max_pages: u64,
    /// Most items kept per connection, at least 1. Default 1,000,000.
    pub items_max: u64,
    /// A snapshot that nobody looked at for so long is forgotten. Default 30 days.
    pub item_ttl: Duration,
}

impl Loading {
    pub(super) fn read(reader: &mut Reader) -> Option<Loading> {
        let max_pages = reader.required("PATCHBAY_LOAD_MAX_PAGES", count);
        let items_max = reader.required("PATCHBAY_ITEMS_MAX", at_least_one);
        let item_ttl = reader.required("PATCHBAY_ITEM_TTL", lifetime);
        Some(Loading {
            max_pages: max_pages?,
            items_max: items_max?,
            item_ttl: item_ttl?,
        })
    }
}

fn at_least_one(text: &str) -> Parsed<u64> {
    let possible = "write a whole number from 1 on, like 1000000";
    match count(text) {
        Ok(0) => Err(Invalid::new("would keep nothing", possible)),
        Ok(number) => Ok(number),
        Err(invalid) => Err(Invalid::new(invalid.wrong, possible)),
    }
}
