//! Tables that people open in spreadsheets.
//!
//! They are RFC 4180's form: commas, lines that end with CRLF, quotes where a cell needs them. A table begins with a byte
//! order mark, since Excel otherwise takes the file for the code page of its country.
//!
//! A spreadsheet takes a cell that begins with certain characters for a formula, and computes it when the file is opened;
//! whoever can name something could so run a formula at whoever exports it (OWASP, 'CSV Injection'). Such a cell gets
//! an apostrophe in front, which spreadsheets take for 'this is text'. One that begins with apostrophes and such a character
//! after them gets one more, so that who takes one off has what was there, always.

use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

/// What a table begins with.
pub const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

const APOSTROPHE: char = '\'';
/// What a formula may begin with: OWASP's list and the null of its verification standard (ASVS 1.2.10), also as East Asian
/// keyboards write them.
const BEGINNINGS: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
];

/// Writes rows behind these bytes.
pub fn writer(bytes: Vec<u8>) -> Writer<Vec<u8>> {
    let mut builder = WriterBuilder::new();
    builder.terminator(Terminator::CRLF).from_writer(bytes)
}

/// A text as a cell.
pub fn cell(of: &str) -> Cow<'_, str> {
    let begins_a_formula = of.trim_start_matches(APOSTROPHE).starts_with(BEGINNINGS);
    match begins_a_formula && !is_negative(of) {
        true => format!("{APOSTROPHE}{of}").into(),
        false => of.into(),
    }
}

/// Whether it is a negative number and no more: providers give amounts as texts, and nothing is computed of one. A plus in
/// front is not left alone, since most who begin with it are phone numbers, which would lose it.
fn is_negative(of: &str) -> bool {
    let Some(number) = of.strip_prefix('-') else {
        return false;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |of: &str| !of.is_empty() && of.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_negative_number_begins_as_a_formula_does() {
        for formula in [
            "=1+1", "+49 30", "-a", "@x", "\tx", "＝1", "'=1", "''+1", "-1-1",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for text in ["", "a=b", "-1", "-1.50", "'a", "1"] {
            assert_eq!(cell(text), text);
        }
    }
}
