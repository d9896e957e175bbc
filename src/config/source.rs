use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{Cursor, ErrorKind};

use super::layer::FILE;
use super::problem::{Problem, Problems};

const DOTENV: &str = ".env";

/// What the configuration is made from. `Debug` shows names only: the values may be secrets.
#[derive(Clone, Default)]
pub struct Sources {
    /// The text of `patchbay.toml`, if there is one.
    pub file: Option<String>,
    /// The environment, with `.env` already merged in below the real one.
    pub env: BTreeMap<String, String>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("file", &self.file.is_some())
            .field("env", &self.env.keys())
            .finish()
    }
}

impl Sources {
    /// Reads `.env` and `patchbay.toml` in the working folder, where present, and the environment of this
    /// process, which stays as it is.
    ///
    /// # Errors
    ///
    /// A file that is there and cannot be read, a line of `.env` that is no assignment.
    pub fn from_process() -> Result<Sources, Problems> {
        let mut problems = Vec::new();
        let dotenv = read_if_there(DOTENV, &mut problems).unwrap_or_default();
        let dotenv = parse_dotenv(&dotenv, &mut problems);
        let file = read_if_there(FILE, &mut problems);
        if problems.is_empty() {
            let env = merge_env(dotenv, std::env::vars_os());
            Ok(Sources { file, env })
        } else {
            Err(Problems(problems))
        }
    }
}

fn read_if_there(path: &str, problems: &mut Vec<Problem>) -> Option<String> {
    match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            problems.push(Problem::new(
                path,
                format!("cannot be read ({error})"),
                "make it a text file that Patchbay may read, or remove it",
            ));
            None
        }
    }
}

/// The assignments of a `.env` text; of two with one name the first counts, as usual for such files.
fn parse_dotenv(text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut found = BTreeMap::new();
    for assignment in dotenvy::from_read_iter(Cursor::new(text)) {
        match assignment {
            Ok((name, value)) => {
                found.entry(name).or_insert(value);
            }
            // The error holds the line itself, and that may hold a secret.
            Err(dotenvy::Error::LineParse(refused, _)) => {
                let first = refused.lines().next().unwrap_or_default().trim();
                let number = text.lines().position(|line| line.trim() == first);
                let place = number.map_or_else(String::new, |index| format!(" line {}", index + 1));
                problems.push(Problem::new(
                    format!("{DOTENV}{place}"),
                    "is not an assignment",
                    "write NAME=value, with single quotes around a value that has spaces, quotes or $ in it",
                ));
            }
            Err(_) => problems.push(Problem::new(
                DOTENV,
                "cannot be read",
                "make it a text file of lines like NAME=value",
            )),
        }
    }
    found
}

/// The real environment over `.env`. Names and values that are no Unicode become readable approximations,
/// so that they are refused by name where they matter and pass where they do not.
fn merge_env(
    mut below: BTreeMap<String, String>,
    real: impl Iterator<Item = (OsString, OsString)>,
) -> BTreeMap<String, String> {
    for (name, value) in real {
        if !value.is_empty() {
            below.insert(
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            );
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotenv_lies_below_the_real_environment() {
        let mut problems = Vec::new();
        let dotenv = "\u{feff}# ours\nA=1\nexport B='two words'\nC=3\nA=9\n";
        let below = parse_dotenv(dotenv, &mut problems);
        let real = [("B", "real"), ("C", ""), ("D", "4")];
        let env = merge_env(below, real.map(|(n, v)| (n.into(), v.into())).into_iter());

        assert_eq!(problems, []);
        let seen: Vec<_> = env.iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(seen, ["A=1", "B=real", "C=3", "D=4"]);
    }

    #[test]
    fn a_bad_line_of_dotenv_is_named_and_not_quoted() {
        let mut problems = Vec::new();
        parse_dotenv("A=1\npa55word with spaces\nB='pa55word\n", &mut problems);
        let text = Problems(problems).to_string();
        assert!(text.contains(".env line 2: "), "{text}");
        assert!(text.contains(".env line 3: "), "{text}");
        assert!(!text.contains("pa55"), "{text}");
    }

    #[test]
    fn sources_show_names_only() {
        let sources = Sources {
            file: Some("pa55word".to_owned()),
            env: BTreeMap::from([("NAME".to_owned(), "pa55word".to_owned())]),
        };
        let seen = format!("{sources:?}");
        assert!(seen.contains("NAME") && !seen.contains("pa55"), "{seen}");
    }
}
