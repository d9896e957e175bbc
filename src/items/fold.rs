//! Text as it is compared: whatever its case, its accents, and the way these are written down.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text, folded.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::new();
    fold_into(&mut folded, text);
    folded
}

/// Puts the folded text in the place of what is in `folded`.
pub(super) fn fold_into(folded: &mut String, text: &str) {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        let base = text.nfkd().filter(|c| !is_combining_mark(*c));
        folded.extend(base.flat_map(char::to_lowercase));
    }
}
