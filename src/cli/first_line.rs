//! A secret from the first line of a file or of standard input, where no list of processes shows it.

use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Failed, say};

/// Most bytes of the line, without its end.
const MOST: usize = 4 * 1024;

/// The first line of standard input, without its end. `what` it is, for people: 'password'.
pub(super) fn from_stdin(what: &str) -> Result<SecretString, Failed> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        say(format_args!(
            "Type the {what} and press Enter (it is shown as you type):"
        ));
    }
    let secret = of(stdin.lock())
        .map_err(|error| format!("the {what} could not be read from standard input: {error}"))?;
    if secret.expose_secret().is_empty() {
        return Err(format!("there is no {what} on standard input").into());
    }
    Ok(secret)
}

/// The first line, without its end. No more is read than it may have, and its end.
pub(super) fn of(from: impl Read) -> io::Result<SecretString> {
    let most = u64::try_from(MOST + "\r\n".len()).unwrap_or(u64::MAX);
    let mut line = String::new();
    BufReader::new(from.take(most)).read_line(&mut line)?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    match text.len() {
        length if length > MOST => Err(io::Error::other(format!(
            "its first line is longer than {MOST} bytes"
        ))),
        _ => Ok(SecretString::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_without_its_end_and_no_further_than_it_may_be_long() {
        let longest = "a".repeat(MOST);
        for (text, line) in [
            ("", ""),
            ("a line", "a line"),
            ("a line\nanother", "a line"),
            ("a line\r\n", "a line"),
            (&format!("{longest}\r\n"), &longest),
        ] {
            let read = of(text.as_bytes()).expect("a line");
            assert_eq!(read.expose_secret(), line);
        }
        let long = of(format!("{longest}a\n").as_bytes()).expect_err("too long");
        assert!(long.to_string().contains("longer than 4096"), "{long}");
        let endless = of(io::repeat(0)).expect_err("endless");
        assert!(endless.to_string().contains("longer than"), "{endless}");
    }
}
