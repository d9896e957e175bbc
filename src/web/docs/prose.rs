//! The little of Markdown that descriptions use: code between backticks, strong words between two stars.

/// A paragraph.
pub struct Prose(pub Vec<Piece>);

/// A piece of a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Code(String),
    Strong(String),
}

impl Prose {
    pub fn new(text: &str) -> Self {
        let mut pieces = Vec::new();
        for (at, part) in text.trim().split('`').enumerate() {
            match at % 2 {
                0 => strong(part, &mut pieces),
                _ => pieces.push(Piece::Code(part.to_owned())),
            }
        }
        Self(pieces)
    }
}

fn strong(text: &str, pieces: &mut Vec<Piece>) {
    for (at, part) in text.split("**").enumerate() {
        let part = part.to_owned();
        match at % 2 {
            _ if part.is_empty() => {}
            0 => pieces.push(Piece::Text(part)),
            _ => pieces.push(Piece::Strong(part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_strong_words_are_told_apart() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let read = Prose::new("**Keys.** Send `a ** b` once.").0;
        let expected = [
            Piece::Strong("Keys.".to_owned()),
            text(" Send "),
            Piece::Code("a ** b".to_owned()),
            text(" once."),
        ];
        assert_eq!(read, expected);
        assert_eq!(Prose::new("plain <b>").0, [text("plain <b>")]);
    }
}
