//! What an error must come to, by status and code.

use std::ops::RangeInclusive;

use crate::outbound::CallError;
use crate::providers::FetchError;

/// What errors of these statuses and codes mean. The first rule that fits holds.
pub struct Rule<T: 'static> {
    pub status: RangeInclusive<u16>,
    pub code: Code,
    pub means: T,
    /// Why it means that.
    pub why: &'static str,
}

/// What an error says beside its status.
pub enum Code {
    /// Whatever it says.
    Any,
    /// One of these.
    Of(&'static [&'static str]),
    /// Some code at all.
    Some,
}

/// What a failed call comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The token is dead, the fresh one too.
    Rejected,
    /// A permission is missing.
    Permission,
    /// This list alone cannot be read.
    Unreadable,
    /// The list must be begun again.
    CursorDied,
    /// Waited for, and tried again.
    TooMany,
    /// Tried again at once.
    Failing,
    /// No repeat helps, as the provider itself says.
    Final,
    /// No repeat helps, as the status says.
    Status,
}

impl Outcome {
    /// What an error is, and the status that it names.
    pub fn of(error: &FetchError) -> Option<(Self, Option<u16>)> {
        Some(match error {
            FetchError::MissingPermission(_) => (Self::Permission, None),
            FetchError::Unreadable(_) => (Self::Unreadable, None),
            FetchError::CursorDied => (Self::CursorDied, None),
            FetchError::Call(CallError::Rejected) => (Self::Rejected, None),
            FetchError::Call(CallError::Refused(_)) => (Self::Final, None),
            FetchError::Call(CallError::TooMany) => (Self::TooMany, None),
            FetchError::Call(CallError::Failing { status, .. }) => (Self::Failing, Some(*status)),
            FetchError::Call(CallError::Status { status, .. }) => (Self::Status, Some(*status)),
            FetchError::Call(_) => return None,
        })
    }
}

/// The rule for an error of this status that says these codes.
pub fn rule<T>(
    rules: &'static [&'static [Rule<T>]],
    status: u16,
    codes: &[String],
) -> Option<&'static Rule<T>> {
    rules.iter().copied().flatten().find(|rule| {
        let fits = match rule.code {
            Code::Any => true,
            Code::Some => !codes.is_empty(),
            Code::Of(known) => codes.iter().any(|code| known.contains(&&code[..])),
        };
        fits && rule.status.contains(&status)
    })
}
