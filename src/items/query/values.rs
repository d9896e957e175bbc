//! Values of the URL, and what is answered to those that make no sense.

use std::fmt;

/// A value in the URL that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{name}' cannot be '{value}'; possible is {possible}")]
pub struct BadQuery {
    /// The parameter.
    pub name: &'static str,
    /// What it was, shortened.
    pub value: String,
    /// What it can be.
    pub possible: String,
}

/// One of these, however it is written.
pub(super) fn known(name: &'static str, value: &str, all: &[&str]) -> Result<String, BadQuery> {
    let found = all.iter().find(|one| one.eq_ignore_ascii_case(value));
    found
        .map(|one| (*one).to_owned())
        .ok_or_else(|| bad(name, value, all.join(", ")))
}

/// A text of no more than so many characters.
pub(super) fn text(name: &'static str, value: &str, most: usize) -> Result<String, BadQuery> {
    match value.chars().count() > most {
        true => Err(bad(
            name,
            value,
            format!("a text of up to {most} characters"),
        )),
        false => Ok(value.to_owned()),
    }
}

/// One of a few, by its name.
pub(super) fn one_of<T: Copy>(
    name: &'static str,
    value: &str,
    all: &[T],
    of: fn(T) -> &'static str,
) -> Result<T, BadQuery> {
    let names = || {
        all.iter()
            .map(|one| of(*one))
            .collect::<Vec<_>>()
            .join(", ")
    };
    all.iter()
        .copied()
        .find(|one| of(*one) == value)
        .ok_or_else(|| bad(name, value, names()))
}

/// A number from 1.
pub(super) fn number(name: &'static str, value: &str, most: u32) -> Result<u32, BadQuery> {
    value
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| bad(name, value, format!("a number from 1 to {most}")))
}

/// A number from 1; one that is larger than `most` counts as that, since nothing is beyond it.
pub(super) fn saturated(name: &'static str, value: &str, most: u32) -> Result<u32, BadQuery> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<u32>() {
        Ok(number @ 1..) => Ok(number.min(most)),
        // Digits alone that are no such number are too many of them.
        Err(_) if digits && !value.is_empty() => Ok(most),
        _ => Err(bad(name, value, "a number from 1")),
    }
}

fn bad(name: &'static str, value: &str, possible: impl fmt::Display) -> BadQuery {
    BadQuery {
        name,
        value: value.chars().take(40).collect(),
        possible: possible.to_string(),
    }
}
