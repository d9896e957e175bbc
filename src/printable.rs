//! Words of others, on their way to a terminal or a log: what a file, a server or an operator wrote.

/// Longer words are cut here, in characters, so that a line stays a line.
const WIDEST: usize = 200;

/// The text with everything escaped that cannot be seen or steers a terminal, cut where it is long.
pub fn printable(text: &str) -> String {
    let mut shown = visible(text.chars().take(WIDEST + 1));
    if let Some((cut, _)) = shown.char_indices().nth(WIDEST) {
        shown.truncate(cut);
        shown.push('…');
    }
    shown
}

/// The same, in all its length.
pub fn in_full(text: &str) -> String {
    visible(text.chars())
}

fn visible(text: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    for c in text {
        match c {
            // Escaped in the language of programs, and no danger to anybody.
            '\'' | '"' | '\\' => shown.push(c),
            c => shown.extend(c.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_and_nothing_is_long() {
        let steering = "it's \"\u{1b}]0;owned\u{7}\" \\ \r\n\u{202e}é";
        let shown = r#"it's "\u{1b}]0;owned\u{7}" \ \r\n\u{202e}é"#;
        assert_eq!(printable(steering), shown);
        assert_eq!(in_full(steering), shown);
        let long = "\u{1b}".repeat(5_000_000);
        assert_eq!(printable(&long).chars().count(), WIDEST + 1);
        assert_eq!(printable(&"é".repeat(WIDEST)), "é".repeat(WIDEST));
        assert!(printable(&"é".repeat(WIDEST + 1)).ends_with('…'));
    }
}
