//! Whose: the (org, user) pair that credentials and snapshots belong to.

use serde::{Deserialize, Serialize};

/// Longest org or user id, in characters.
pub const MAX_ID_CHARS: usize = 128;

/// An (org, user) pair. Both ids are such as [`check_id`] lets through.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Owner {
    /// The tenant.
    pub org: String,
    /// The person.
    pub user: String,
}

impl Owner {
    /// By what they are counted, and nobody else: no id holds a line break.
    pub fn counted_as(&self) -> String {
        format!("{}\n{}", self.org, self.user)
    }
}

/// Why an id cannot be an org's or a user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Nothing but white space.
    #[error("is empty; type 1 to {MAX_ID_CHARS} characters")]
    Empty,
    /// Too many characters.
    #[error("is longer than {MAX_ID_CHARS} characters")]
    TooLong,
    /// A character that cannot be seen: a control character or a line or paragraph separator.
    #[error("holds a control character, which is not allowed")]
    Control,
}

/// The id without white space around it, or why it will not do.
pub fn check_id(id: &str) -> Result<String, BadId> {
    if id.chars().any(is_control) {
        return Err(BadId::Control);
    }
    let id = id.trim();
    match id.chars().count() {
        0 => Err(BadId::Empty),
        n if n > MAX_ID_CHARS => Err(BadId::TooLong),
        _ => Ok(id.to_owned()),
    }
}

fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_unicode_is_an_id() {
        for id in ["a", "Zoë", "组织", "a:b", "{x}", "👩‍🔬", &"é".repeat(128)] {
            assert_eq!(check_id(id), Ok(id.to_owned()));
        }
        assert_eq!(check_id("  ada "), Ok("ada".to_owned()));
    }

    #[test]
    fn unusable_ids_are_refused() {
        assert_eq!(check_id(""), Err(BadId::Empty));
        assert_eq!(check_id("   "), Err(BadId::Empty));
        assert_eq!(check_id(&"x".repeat(129)), Err(BadId::TooLong));
        for id in ["a\nb", "a\0", "\u{7f}", "a\u{85}b", "a\u{2028}b", "\tada"] {
            assert_eq!(check_id(id), Err(BadId::Control), "{id:?}");
        }
    }
}
