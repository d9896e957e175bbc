//! What a tester can change while the stand-in runs.

use serde::{Deserialize, Serialize};

use super::{
    controls_form::FIELDS,
    data::{MAX_BASES, MAX_RECORDS, MAX_TABLES, Sizes},
    grants::Policy,
};
use crate::sandbox::{
    controls::{self, Fields, is_on, number},
    plan::named,
};

const TEN_YEARS_S: u64 = 315_360_000;

/// In which form a 429 is written. Integrators see the list, the reference shows the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form429 {
    #[default]
    Array,
    Object,
}

/// What a listing is bound to. Whether it survives a refresh of the token is not documented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    #[default]
    Grant,
    Token,
}

/// The settings. They survive a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Controls {
    /// Readable bases of each person who has any.
    pub bases: u16,
    /// Tables in each of them.
    pub tables: u16,
    /// Records in each table.
    pub records: u32,
    /// Whether there are three more bases that are listed and cannot be read.
    pub unreadable: bool,
    /// How long every call takes at least.
    pub latency_ms: u64,
    /// Life of access tokens issued from now on, in seconds.
    pub expires_in: i64,
    /// Life of refresh tokens issued from now on, in seconds.
    pub refresh_expires_in: i64,
    /// How far the clock of codes and tokens is ahead, in seconds.
    pub shift_s: i64,
    /// So many seconds a used refresh token is answered with a conflict.
    pub grace_s: i64,
    pub client_secret_valid: bool,
    /// Whether the integration has a secret.
    pub secret: bool,
    /// Whether `token_type` ends in a space, as the reference has it.
    pub trailing_space: bool,
    /// Whether tokens hold characters that a form must encode.
    pub odd_tokens: bool,
    /// Bases on a page.
    pub bases_page: usize,
    /// Whether some pages of records are shorter than asked.
    pub short_pages: bool,
    /// A listing that rests so many seconds is forgotten.
    pub iterator_life_s: i64,
    /// The next listing that is long enough dies once it has given so many pages; 0 is never.
    pub iterators_die_after: u64,
    pub iterator_bound: Bound,
    pub rate_limit: bool,
    /// Calls in a second for each base.
    pub base_rate: usize,
    /// Calls in a second for each person.
    pub user_rate: usize,
    /// How long a 429 lasts, in seconds.
    pub block_s: i64,
    pub error_429: Form429,
    /// Whether waits are short: a 429 lasts a second and says so.
    pub quick: bool,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            bases: 6,
            tables: 4,
            records: 120,
            unreadable: true,
            latency_ms: 0,
            expires_in: 3_600,
            refresh_expires_in: 5_184_000,
            shift_s: 0,
            grace_s: 10,
            client_secret_valid: true,
            secret: true,
            trailing_space: false,
            odd_tokens: true,
            bases_page: 1_000,
            short_pages: false,
            iterator_life_s: 300,
            iterators_die_after: 0,
            iterator_bound: Bound::Grant,
            rate_limit: true,
            base_rate: 5,
            user_rate: 50,
            block_s: 30,
            error_429: Form429::Array,
            quick: false,
        }
    }
}

impl Controls {
    pub fn policy(&self) -> Policy {
        Policy {
            life_ms: self.expires_in.saturating_mul(1_000),
            refresh_life_ms: self.refresh_expires_in.saturating_mul(1_000),
            grace_ms: self.grace_s.saturating_mul(1_000),
            odd: self.odd_tokens,
        }
    }

    pub fn sizes(&self) -> Sizes {
        Sizes {
            bases: self.bases,
            tables: self.tables,
            records: self.records,
            unreadable: self.unreadable,
        }
    }

    fn hurry(&mut self, quick: bool) {
        self.quick = quick;
        if quick {
            self.block_s = 1;
        }
    }

    /// Little of everything, all of it readable, and yet several pages of each list.
    fn shrink(&mut self, small: bool) {
        if small {
            (self.bases, self.tables, self.records) = (3, 2, 105);
            (self.bases_page, self.unreadable) = (2, false);
        }
    }

    /// The settings of the token endpoint.
    fn set_token(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "expires_in" => self.expires_in = number(value, TEN_YEARS_S)?,
            "refresh_expires_in" => self.refresh_expires_in = number(value, TEN_YEARS_S)?,
            "shift_s" => self.shift_s = number(value, TEN_YEARS_S)?,
            "grace_s" => self.grace_s = number(value, 86_400)?,
            "client_secret_valid" => self.client_secret_valid = is_on(value)?,
            "secret" => self.secret = is_on(value)?,
            "trailing_space" => self.trailing_space = is_on(value)?,
            "odd_tokens" => self.odd_tokens = is_on(value)?,
            _ => return None,
        }
        Some(())
    }
}

impl controls::Controls for Controls {
    const FIELDS: Fields = FIELDS;

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "bases" => self.bases = number(value, MAX_BASES.into())?,
            "tables" => self.tables = number(value, MAX_TABLES.into())?,
            "records" => self.records = number(value, MAX_RECORDS.into())?,
            "unreadable" => self.unreadable = is_on(value)?,
            "latency_ms" => self.latency_ms = number(value, 60_000)?,
            "short_pages" => self.short_pages = is_on(value)?,
            "bases_page" => self.bases_page = number(value, 1_000).filter(|size| *size > 0)?,
            "iterator_life_s" => self.iterator_life_s = number(value, 86_400)?,
            "iterators_die_after" => self.iterators_die_after = number(value, 1_000_000)?,
            "iterator_bound" => self.iterator_bound = named(value)?,
            "rate_limit" => self.rate_limit = is_on(value)?,
            "base_rate" => self.base_rate = number(value, 100_000)?,
            "user_rate" => self.user_rate = number(value, 100_000)?,
            "block_s" => self.block_s = number(value, 3_600)?,
            "error_429" => self.error_429 = named(value)?,
            "quick" => self.hurry(is_on(value)?),
            "small" => self.shrink(is_on(value)?),
            _ => self.set_token(name, value)?,
        }
        Some(())
    }

    fn latency_ms(&self) -> u64 {
        self.latency_ms
    }

    fn is_quick(&self) -> bool {
        self.quick
    }
}
