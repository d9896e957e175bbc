//! The cursor of a list: opaque to the client, the next id to us.
//!
//! Recorded cursors are decimal, documented examples look like base64. Ours are of the second kind, with a padding
//! that a client must encode, so that none gets away with computing one.

use base64::{Engine, engine::general_purpose::STANDARD};

/// The cursor of the page that begins at `id`.
pub fn write(id: u64) -> String {
    STANDARD.encode(format!("n:{id:012}"))
}

/// The id a cursor begins at, or `None` when it is not one of ours.
pub fn read(cursor: &str) -> Option<u64> {
    let bytes = STANDARD.decode(cursor).ok()?;
    std::str::from_utf8(&bytes)
        .ok()?
        .strip_prefix("n:")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_back_and_refuses_guesses() {
        let cursor = write(713_000_000_123);
        assert_eq!(read(&cursor), Some(713_000_000_123));
        assert!(cursor.ends_with('='));
        for guess in ["", "713000000123", "100", "bjo=", "%3D"] {
            assert_eq!(read(guess), None, "{guess}");
        }
    }
}
