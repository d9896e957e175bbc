//! Where a list of contacts goes on: a place in the provider's search for a text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A place in the list of a text.
pub(super) fn cursor(from: u64, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{from} {}", mark(text)))
}

/// The place that a cursor names, if it is of the list of this text.
pub(super) fn place(cursor: &str, text: &str) -> Option<u64> {
    let read = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (from, of) = read.split_once(' ')?;
    let from: u64 = from.parse().ok()?;
    (of == mark(text) && from <= u64::from(u32::MAX)).then_some(from)
}

fn mark(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..9).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_list_alone() {
        let at = cursor(150, "ada");
        assert_eq!(place(&at, "ada"), Some(150));
        assert_eq!(place(&at, "bob"), None);
        assert_eq!(place("", ""), None);
    }

    proptest! {
        #[test]
        fn no_cursor_panics(sent in ".{0,60}") {
            let _ = place(&sent, "ada");
        }
    }
}
